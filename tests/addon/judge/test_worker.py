"""The worker's loop, and a real worker process from its start to its end."""

import io
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from garim_addon.judge import protocol, worker
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.greeting import Failed, Ready, hello
from garim_addon.judge.memory import Meter
from garim_addon.judge.process import environment
from garim_addon.judge.sandbox_report import SandboxPart
from garim_addon.media.errors import MediaError
from garim_addon.verdict import FailureCause, Inspection
from garim_models.errors import ModelError

SECRET = "what the picture says"
PARTS = (SandboxPart("seccomp", True, "48 calls."),)


class Fake:
    model_versions = ("small/1/int8",)
    model_failure = None

    def __init__(self, outcome=None):
        self._outcome = outcome

    def judge(self, body, encoding, lists):
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return Inspection(kind="image", format=encoding, sha256=body.decode(), lists=lists)


def render(spec, original):
    return spec["word"].encode() + original


def serve(*frames, inspector=None):
    asked = io.BytesIO(b"".join(protocol.prefix(h, len(p)) + p for h, p in frames))
    said = io.BytesIO()
    worker.serve(asked, said, inspector or Fake(), render, meter=Meter(), parts=PARTS)
    said.seek(0)
    return list(iter(lambda: protocol.read_sync(said), None))


def judge(number, body=b"body"):
    return {"op": "judge", "id": number, "encoding": "gzip", "lists": "g1"}, body


def test_it_says_ready_first():
    (first,) = serve()
    ready = hello(first)
    assert isinstance(ready, Ready)
    assert (ready.models, ready.degraded) == (("small/1/int8",), "")
    assert ready.sandbox == PARTS
    assert ready.rss > 0


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ModelError("Model {name} is missing.", name="small"), "Model small is missing."),
        (ValueError(), "ValueError"),
    ],
)
def test_missing_models_are_said_at_once(error, said):
    fake = Fake()
    fake.model_failure = error
    (first,) = serve(inspector=fake)
    assert hello(first).degraded == said


def test_jobs_are_answered_in_order_with_their_ids():
    placeholder = {"op": "placeholder", "id": 2, "spec": {"word": "card"}}
    _, first, second, third = serve(judge(1), (placeholder, b"!"), ({"op": "ping", "id": 3}, b""))
    found = Inspection.from_json(first.payload)
    assert (first.header["op"], found.format, found.sha256) == ("inspection", "gzip", "body")
    assert found.lists == "g1"
    assert (second.header["op"], second.payload) == ("picture", b"card!")
    assert (third.header["op"], third.payload) == ("pong", b"")
    assert [f.header["id"] for f in (first, second, third)] == [1, 2, 3]
    assert all(f.header["rss"] > 0 for f in (first, second, third))


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (MemoryError(), FailureCause.TOO_LARGE),
        (MediaError(FailureCause.UNDECODABLE, "no picture"), FailureCause.UNDECODABLE),
        (MediaError(FailureCause.TOO_LARGE, "too many pixels"), FailureCause.TOO_LARGE),
        (RuntimeError(SECRET), FailureCause.INTERNAL),
        (RecursionError(SECRET), FailureCause.INTERNAL),
        (OSError(SECRET), FailureCause.INTERNAL),
        (EOFError(SECRET), FailureCause.INTERNAL),
    ],
)
def test_an_exception_fails_its_job_and_no_other(error, cause):
    _, *answers = serve(judge(1), judge(2), inspector=Fake(error))
    found = [Inspection.from_json(answer.payload) for answer in answers]
    assert [inspection.failure for inspection in found] == [cause, cause]
    assert all(SECRET not in inspection.detail for inspection in found)


@pytest.mark.parametrize("spec", [{}, {"word": None}, None, "card"])
def test_a_placeholder_that_cannot_be_made_is_empty(spec):
    _, answer = serve(({"op": "placeholder", "id": 1, "spec": spec}, b""))
    assert answer.payload == b""


@pytest.mark.parametrize(
    "header",
    [
        {"op": "exec", "id": 1},
        {"id": 1},
        {"op": "judge", "id": 1},
        {"op": "judge", "id": 1, "encoding": ""},
    ],
)
def test_it_does_not_go_on_with_a_proxy_that_sends_garbage(header):
    with pytest.raises(protocol.ProtocolError):
        serve((header, b""))


# A real process. It builds a small inspector that tells what it is able to do.

BUILD = """
import os, sys
from garim_addon.judge import worker
from garim_addon.verdict import Inspection
from garim_models.errors import ModelError

class Told:
    model_versions, model_failure = ("m",), None
    def judge(self, body, encoding, lists):
        print("noise")
        os.system("echo noise")
        os.write(1, b"noise")
        return Inspection(kind="image", detail=worker_can(body.decode()))

def worker_can(command):
    if command == "hang":
        while True:
            pass
    try:
        return str(eval(command))
    except OSError as error:
        return type(error).__name__

def build(config):
    if config.nice == 19:
        raise ModelError("Model {name} is gone.", name="small")
    if config.nice == 18:
        raise SystemExit("no")
    print("noise while loading")
    return Told(), lambda spec, original: b""

sys.exit(worker.main(build))
"""


def spawn(config):
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", BUILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(),
    )
    protocol.write_sync(process.stdin, {"op": "config"}, config.to_json())
    return process, hello(protocol.read_sync(process.stdout))


@pytest.fixture
def real():
    process, ready = spawn(WorkerConfig())

    def ask(command):
        protocol.write_sync(
            process.stdin, {"op": "judge", "id": 1, "encoding": "", "lists": ""}, command.encode()
        )
        return Inspection.from_json(protocol.read_sync(process.stdout).payload).detail

    yield process, ready, ask
    process.kill()
    process.communicate()


def test_noise_does_not_break_the_frames(real):
    _, _, ask = real
    assert ask("1 + 1") == "2"
    assert ask("2 + 2") == "4"


def test_it_is_in_the_sandbox_when_it_works(real):
    _, ready, ask = real
    assert {part.name for part in ready.sandbox} >= {"memory", "landlock", "seccomp", "priority"}
    if sys.platform == "linux":
        assert [part for part in ready.sandbox if not part.active] == []
        assert ask("open('/etc/hostname').read()") == "PermissionError"
        assert ask("__import__('socket').socket()") == "PermissionError"
        assert ask("os.fork()") == "PermissionError"


def test_its_environment_is_empty_of_secrets(real, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", "/keys")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
    process, _ = spawn(WorkerConfig(sandbox=False))
    protocol.write_sync(
        process.stdin, {"op": "judge", "id": 1, "encoding": "", "lists": ""}, b"sorted(os.environ)"
    )
    names = Inspection.from_json(protocol.read_sync(process.stdout).payload).detail
    assert "SSLKEYLOGFILE" not in names
    assert "PROXY" not in names
    assert "ORT_DISABLE_TELEMETRY" in names
    process.kill()
    process.communicate()


def test_it_ends_when_its_input_ends(real):
    process, _, _ = real
    process.stdin.close()
    assert process.wait(60) == 0
    process.stdin = None


def test_it_ends_inside_a_frame_too(real):
    process, _, _ = real
    process.stdin.write(b"\0\0")
    process.stdin.close()
    assert process.wait(60) == 1
    process.stdin = None


def test_ctrl_c_is_not_for_it(real):
    process, _, ask = real
    process.send_signal(signal.SIGINT)
    assert ask("1 + 1") == "2"


@pytest.mark.parametrize(
    ("nice", "cause", "said"),
    [
        (19, FailureCause.MODEL_MISSING, "Model small is gone."),
        (18, FailureCause.INTERNAL, "SystemExit"),
    ],
)
def test_it_says_why_it_cannot_start(nice, cause, said):
    process, failed = spawn(WorkerConfig(nice=nice))
    assert isinstance(failed, Failed)
    assert failed.cause is cause
    assert said in failed.detail
    process.communicate()
    assert process.returncode == 1


def test_switched_off_sandbox_is_said():
    process, ready = spawn(WorkerConfig(sandbox=False))
    assert [(part.name, part.active) for part in ready.sandbox] == [("sandbox", False)]
    process.communicate()


PARENT = """
import asyncio, os, sys
sys.path.insert(0, {folder!r})
from test_worker import BUILD
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.pool import InspectorPool

async def main():
    pool = InspectorPool(WorkerConfig(), size=2, worker_command=[sys.executable, "-P", "-c", BUILD])
    await pool.start()
    while pool.stats.alive < 2:
        await asyncio.sleep(0.01)
    asyncio.get_running_loop().create_task(pool.judge(b"hang", deadline=600))
    while not pool.stats.busy:
        await asyncio.sleep(0.01)
    pids = [slot.process.pid for slot in pool._shared.slots]
    print(*pids, flush=True)
    await asyncio.sleep(600)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_no_worker_outlives_a_proxy_that_is_killed():
    folder = str(Path(__file__).parent)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT.format(folder=folder)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    pids = [int(pid) for pid in parent.stdout.readline().split()]
    assert len(pids) == 2
    handles = [os.pidfd_open(pid) for pid in pids]
    parent.kill()
    parent.communicate()
    import select

    for handle in handles:  # one hangs in a job, one is idle
        assert select.select([handle], [], [], 60)[0]
        os.close(handle)


def test_the_configuration_names_no_code():
    assert "inspector" not in json.loads(WorkerConfig().to_json())
