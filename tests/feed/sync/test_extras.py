"""What a school's own feed carries besides lists: whole or not at all, and only if it is wanted."""

import pytest
from tests.feed.sync.made import Agent
from tests.feed.sync.simulator import DAY, FeedSimulator, sha256

from garim_feed.errors import FeedError
from garim_feed.sync import extras
from garim_feed.wire import names

POLICY = b"[profile]\nname = 'school'\n"
MODEL = {
    "models/nudity-v2/manifest.json": b'{"format": 1}',
    "models/nudity-v2/model_q8.onnx": bytes(5000),
}


class Checker:
    """Accepts what it is told to, and remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[dict[str, bytes]] = []
        self.words = ""

    def __call__(self, folder) -> None:
        self.seen.append(contents(folder))
        if self.words:
            raise FeedError(self.words)


def contents(folder) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def feed():
    feed = FeedSimulator("kmcc")
    feed.delegate("policy", "policy/*")
    feed.delegate("models", "models/*/*")
    carry(feed, POLICY, MODEL)
    return feed


def carry(feed, policy, models):
    feed.roles["policy"].targets, feed.roles["models"].targets = {}, {}
    if policy is not None:
        feed.put_target(feed.roles["policy"], names.POLICY, policy)
    for path, data in models.items():
        feed.put_target(feed.roles["models"], path, data)
    feed.publish()


@pytest.fixture
def agent(tmp_path, feed):
    agent = Agent(tmp_path, feed, policy=True, models=True)
    agent.checker = Checker()
    return agent


BOTH = {"policy.toml": POLICY, **MODEL}


def test_it_is_taken_when_it_is_wanted_and_accepted(agent):
    status = agent.look()
    assert status.refused == ()
    assert status.accepted == ("policy", "models/nudity-v2")
    assert contents(agent.folder.accepted) == BOTH
    assert agent.checker.seen == [BOTH]


@pytest.mark.parametrize(
    ("policy", "models", "taken"),
    [(False, False, {}), (True, False, {"policy.toml": POLICY}), (False, True, MODEL)],
)
def test_only_what_is_wanted_is_even_fetched(tmp_path, feed, policy, models, taken):
    agent = Agent(tmp_path, feed, policy=policy, models=models)
    agent.checker = Checker()
    agent.look()
    assert contents(agent.folder.accepted) == taken
    asked = " ".join(agent.server.took())
    assert ("policy.toml" in asked) is policy
    assert ("model_q8.onnx" in asked) is models
    # Nor are the roles that sign the rest.
    assert ("models.json" in asked) is models


def test_nothing_is_taken_where_nobody_can_check_it(agent):
    agent.checker = None
    status = agent.look()
    assert "cannot be checked here" in str(status.refused[0])
    assert not agent.folder.accepted.exists()
    assert not any("policy.toml" in path for path in agent.server.took())


def test_what_is_refused_changes_nothing(agent, feed):
    agent.look()
    agent.checker.words = "The policy names a profile that is not there."
    carry(feed, b"bad", {**MODEL, "models/other/a.onnx": b"new"})
    status = agent.look()
    assert [str(one) for one in status.refused] == [agent.checker.words]
    assert contents(agent.folder.accepted) == BOTH
    assert status.accepted == ("policy", "models/nudity-v2")
    assert agent.checker.seen[1]["policy.toml"] == b"bad"
    # Corrected, it is taken.
    agent.checker.words = ""
    carry(feed, POLICY + b"#", MODEL)
    assert agent.look().refused == ()
    assert contents(agent.folder.accepted) == BOTH | {"policy.toml": POLICY + b"#"}


def test_what_did_not_change_is_not_checked_again(agent, feed):
    agent.look()
    feed.publish()
    agent.server.took()
    agent.look()
    assert len(agent.checker.seen) == 1
    assert not any("models/nudity" in path for path in agent.server.took())


def test_what_is_not_carried_any_more_goes(agent, feed):
    agent.look()
    carry(feed, None, MODEL)
    assert agent.look().accepted == ("models/nudity-v2",)
    assert contents(agent.folder.accepted) == MODEL
    carry(feed, None, {})
    assert agent.look().accepted == ()
    assert not agent.folder.accepted.exists()


def test_what_was_deleted_by_hand_is_put_back_without_a_download(agent, feed):
    agent.look()
    extras.shutil.rmtree(agent.folder.accepted)
    feed.publish()
    agent.server.took()
    agent.look()
    assert contents(agent.folder.accepted) == BOTH
    assert not any("models/nudity" in path for path in agent.server.took())


def test_it_survives_the_clearing_away_of_segments(agent, feed):
    agent.update()
    feed.put_list("kmcc", "first", b"one")
    feed.publish()
    agent.update()
    stored = {path.stem for path in agent.folder.segments.iterdir()}
    assert {sha256(POLICY), *(sha256(data) for data in MODEL.values())} <= stored


def test_a_kill_between_two_renames_is_mended(agent, feed):
    agent.look()
    agent.folder.accepted.rename(agent.folder.path / "accepted.old")
    feed.publish()
    agent.look()
    assert contents(agent.folder.accepted) == BOTH


def test_expired_policy_stays_as_it_was(agent, feed):
    agent.look()
    feed.ends["policy"] = -DAY
    carry(feed, b"newer", MODEL)
    status = agent.look()
    assert "has run out" in str(status.refused[0])
    assert contents(agent.folder.accepted) == BOTH


@pytest.mark.parametrize(
    "path",
    ["models/../x", "models/a/.hidden", "models/A/x", "models/a/b/c", "models/a/b\\c", "models//x"],
)
def test_a_name_that_is_not_plain_is_no_file(agent, feed, path):
    role = feed.roles["models"]
    feed.put_target(role, path, b"x")
    feed.publish()
    assert agent.look().refused == ()
    assert contents(agent.folder.accepted) == BOTH


@pytest.mark.parametrize(("name", "value"), [("MODELS_CAP", 5000), ("MAX_MODEL_FILES", 1)])
def test_there_is_an_end_to_models(agent, monkeypatch, name, value):
    monkeypatch.setattr(extras, name, value)
    assert "too large" in str(agent.look().refused[0])
    assert not agent.folder.accepted.exists()


def test_a_policy_that_is_too_large_is_not_fetched(agent, monkeypatch):
    monkeypatch.setattr(extras, "POLICY_CAP", 10)
    assert "not put together" in str(agent.look().refused[0])
    assert not any("policy.toml" in path for path in agent.server.took())


def test_where_files_cannot_be_linked_they_are_copied(agent, monkeypatch):
    def refused(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(extras.os, "link", refused)
    agent.look()
    assert contents(agent.folder.accepted) == BOTH


def test_a_checker_that_breaks_costs_the_look_and_changes_nothing(agent):
    def broken(_folder):
        raise ZeroDivisionError

    agent.checker = broken
    status = agent.look()
    assert "ZeroDivisionError" in str(status.problem)
    assert not agent.folder.accepted.exists()
