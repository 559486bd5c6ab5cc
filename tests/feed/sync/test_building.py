import subprocess
import sys
import threading
import time

import pytest

from garim_feed.errors import FeedError
from garim_feed.lookup.plan import BuildPlan, BuildResult, failure
from garim_feed.sync import building, files
from garim_feed.sync.building import ApartBuilder

RESULT = BuildResult(generation="g1-0123456789abcdef", lists=())


def program(body: str, seconds: float = 60.0) -> ApartBuilder:
    """Return a builder that runs a program of its own; `plan` and `root` are there."""
    head = "import sys, time, os; plan = sys.stdin.read(); root = sys.argv[1]\n"
    return ApartBuilder([sys.executable, "-c", head + body], seconds)


@pytest.fixture
def run(tmp_path):
    def run(builder):
        with files.locked(tmp_path / "build.lock") as lock:
            return builder(BuildPlan(), tmp_path, lock)

    return run


def test_a_plan_goes_in_and_a_result_comes_out(run, tmp_path):
    body = f"open(root + '/plan', 'w').write(plan); print({RESULT.model_dump_json()!r})"
    assert run(program(body)) == RESULT
    assert BuildPlan.model_validate_json((tmp_path / "plan").read_text()) == BuildPlan()


def test_its_own_words_are_passed_on(run):
    told = failure(FeedError("The lists cannot be written ({reason}).", reason="full"))
    with pytest.raises(FeedError) as raised:
        run(program(f"print({told.model_dump_json()!r}); sys.exit(1)"))
    assert raised.value.template == "The lists cannot be written ({reason})."
    assert raised.value.params == {"reason": "full"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "no answer"),
        ("print('{}')", "no answer"),
        ("print('null')", "no answer"),
        ("sys.exit(1)", "no answer"),
        ("sys.exit(3)", "exit code 3"),
        ("os.kill(os.getpid(), 9)", "exit code -9"),
    ],
)
def test_what_it_dies_of_is_said(run, body, reason):
    with pytest.raises(FeedError, match="could not be built") as raised:
        run(program(body))
    assert raised.value.params["reason"] == reason


def test_an_answer_has_an_end(run, monkeypatch):
    monkeypatch.setattr(building, "MAX_ANSWER", 1000)
    with pytest.raises(FeedError, match="exit code 0"):
        run(program("print('x' * 2000)"))


def test_it_has_a_time_limit(run):
    with pytest.raises(FeedError, match="too slow"):
        run(program("time.sleep(60)", seconds=0.2))


def test_it_ends_when_it_is_told_to(run):
    builder = program("time.sleep(60)")
    threading.Timer(0.3, builder.stop).start()
    with pytest.raises(FeedError, match="could not be built"):
        run(builder)
    with pytest.raises(FeedError, match="stopped"):
        run(builder)


@pytest.mark.skipif(sys.platform == "win32", reason="a child cannot be given the lock there")
def test_the_lock_is_held_until_the_build_ends_though_its_starter_was_killed(tmp_path):
    code = (
        "import sys; from pathlib import Path; from garim_feed.lookup.plan import BuildPlan\n"
        "from garim_feed.sync import files; from garim_feed.sync.building import ApartBuilder\n"
        "root = Path(sys.argv[1])\n"
        "with files.locked(root / 'build.lock') as lock:\n"
        "  body = \"import sys; open(sys.argv[1] + '/begun', 'w'); import time; time.sleep(1.5)\"\n"
        "  ApartBuilder([sys.executable, '-c', body])(BuildPlan(), root, lock)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)]) as starter:
        while not (tmp_path / "begun").exists():
            assert starter.poll() is None
            time.sleep(0.01)
        starter.kill()
    with pytest.raises(FeedError, match="at work"), files.locked(tmp_path / "build.lock"):
        pass
    with files.locked(tmp_path / "build.lock", wait=30):
        pass
