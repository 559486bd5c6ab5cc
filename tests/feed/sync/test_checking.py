import pytest

from garim_feed.errors import FeedError
from garim_feed.lookup.plan import failure
from garim_feed.sync.checking import module_checker


@pytest.fixture
def module(tmp_path, monkeypatch):
    """Make a module of a body; `folder` is what it is asked about."""

    def make(body: str) -> str:
        (tmp_path / "made_checker.py").write_text(
            f"import sys, time\nfolder = sys.argv[1]\n{body}\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
        return "made_checker"

    return make


def test_what_it_accepts_is_accepted(module, tmp_path):
    module_checker(module(f"assert folder == {str(tmp_path)!r}"))(tmp_path)


def test_its_own_words_are_passed_on(module, tmp_path):
    told = failure(FeedError("The policy has no profile {name}.", name="school"))
    check = module_checker(module(f"print({told.model_dump_json()!r}); sys.exit(1)"))
    with pytest.raises(FeedError, match="no profile school"):
        check(tmp_path)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("sys.exit(1)", "exit code 1"),
        ("raise SystemExit(5)", "exit code 5"),
        ("print('{}'); sys.exit(1)", "exit code 1"),
        ("1 / 0", "exit code 1"),
        ("print('x' * 10**6); sys.exit(1)", "exit code 1"),
    ],
)
def test_what_it_does_not_say_is_refused_too(module, tmp_path, body, reason):
    with pytest.raises(FeedError, match="could not be checked") as raised:
        module_checker(module(body))(tmp_path)
    assert raised.value.params["reason"] == reason


def test_it_has_a_time_limit(module, tmp_path):
    with pytest.raises(FeedError, match="too slow"):
        module_checker(module("time.sleep(60)"), seconds=0.3)(tmp_path)


def test_a_module_that_is_not_there_refuses(tmp_path):
    with pytest.raises(FeedError, match="could not be checked"):
        module_checker("no_such_module_here")(tmp_path)
