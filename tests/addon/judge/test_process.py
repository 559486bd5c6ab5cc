"""One process: what it is given, what is checked, and that it is gone when it is closed."""

import asyncio
import os
import sys
from pathlib import Path

import psutil
import pytest

from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.jobs import Job
from garim_addon.judge.process import COMMAND, InspectorProcess, StartError, environment
from garim_addon.judge.protocol import ProtocolError
from garim_addon.verdict import FailureCause, Inspection

FAKE = str(Path(__file__).with_name("fake_worker.py"))


def job(body, answers="inspection", max_answer=1 << 20, parse=Inspection.from_json):
    loop = asyncio.get_running_loop()
    header = {"op": "judge", "encoding": "", "lists": ""}
    return Job(header, body, answers, max_answer, parse, 60.0, 0.0, loop.create_future())


async def start(*arguments):
    command = [sys.executable, "-P", FAKE, *arguments]
    return await InspectorProcess.start(WorkerConfig(), command, 60.0)


def test_the_environment_is_minimal(monkeypatch):
    for name in ("SSLKEYLOGFILE", "http_proxy", "HTTPS_PROXY", "AWS_SECRET_ACCESS_KEY", "HOME"):
        monkeypatch.setenv(name, "secret")
    given = environment()
    assert "secret" not in given.values()
    assert given["ORT_DISABLE_TELEMETRY"] == "1"
    assert given["PYTHONDONTWRITEBYTECODE"] == "1"
    assert all(path in given["PYTHONPATH"].split(os.pathsep) for path in sys.path if path)


def test_the_current_folder_is_not_imported_from():
    assert "-P" in COMMAND


async def test_it_answers_and_counts():
    process = await start("ok")
    found = await process.ask(job(b"ok"))
    assert found.detail == str(process.pid)
    assert process.jobs == 1
    assert process.rss > 0
    await process.close()


def _too_deep(_payload):
    raise RecursionError


WRONG = {
    "another op": {"answers": "picture"},
    "over the cap": {"max_answer": 3},
    "unreadable": {"parse": int},
    "too deep": {"parse": _too_deep},
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
async def test_an_answer_is_checked_in_full(change):
    process = await start("ok")
    with pytest.raises(ProtocolError):
        await process.ask(job(b"ok", **change))
    await process.close()


async def test_its_end_is_seen():
    process = await start("ok")
    with pytest.raises(EOFError):
        await process.ask(job(b"exit"))
    await process.gone
    assert not process.alive
    await process.close()


async def test_closing_does_not_wait_for_unread_garbage(tmp_path):
    process = await start("ok")
    asking = asyncio.create_task(process.ask(job(b"garbage")))
    with pytest.raises(ProtocolError):
        await asking
    await process.close()
    await process.close()
    assert not process.alive
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


@pytest.mark.parametrize(
    ("mode", "cause", "said"),
    [
        ("die", FailureCause.CRASH, "status 7. no such library"),
        ("babble", FailureCause.INTERNAL, "no greeting"),
        ("missing", FailureCause.MODEL_MISSING, "The model is gone."),
    ],
)
async def test_why_it_did_not_start(mode, cause, said, tmp_path):
    with pytest.raises(StartError, match=said) as caught:
        await start(mode, str(tmp_path / "never"))
    assert caught.value.cause is cause


def children():
    return {child.pid for child in psutil.Process().children()}


async def test_cancelling_a_start_leaves_no_process(tmp_path):
    before = children()
    starting = asyncio.create_task(start("slow", str(tmp_path / "never")))
    while children() == before:  # noqa: ASYNC110 - processes set no events
        await asyncio.sleep(0.01)
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert children() == before
