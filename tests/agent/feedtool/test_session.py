"""Who acts, on what, with which key."""

from pathlib import Path

import pytest

from garim_agent.errors import UsageError
from garim_agent.feedtool import session as module
from garim_agent.feedtool.session import Session, chosen_list, published
from garim_feed.errors import FeedError

PASSWORD = "correct horse battery staple"


def passwords(_which):
    return PASSWORD


def test_a_person_is_never_guessed(house):
    with Session(house.workspace).open() as workspace:
        with pytest.raises(UsageError, match="people: jun, minji, sora"):
            Session(house.workspace).person(workspace)
        assert Session(house.workspace, "jun").person(workspace) == "jun"
        with pytest.raises(FeedError):
            Session(house.workspace, "dora").person(workspace)


def test_the_key_is_where_the_card_says(house):
    who = Session(house.workspace, "jun", passwords=passwords)
    with who.open() as workspace:
        assert who.signer(workspace).public_key


@pytest.mark.parametrize("form", ["{path}", "file:{path}"])
def test_or_where_the_person_says(house, tmp_path, form):
    moved = tmp_path / "stick" / "jun.pem"
    moved.parent.mkdir()
    moved.write_bytes((house.keys / "jun.pem").read_bytes())
    moved.chmod(0o600)
    who = Session(house.workspace, "jun", form.format(path=moved), passwords=passwords)
    with who.open() as workspace:
        assert who.signer(workspace)


def test_but_it_must_be_that_persons(house):
    who = Session(house.workspace, "jun", str(house.keys / "sora.pem"), passwords=passwords)
    with who.open() as workspace, pytest.raises(FeedError):
        who.signer(workspace)


def test_the_only_list_needs_no_name(house):
    with Session(house.workspace).open() as workspace:
        assert chosen_list(workspace, "").name == "ncii"
        assert chosen_list(workspace, "ncii").name == "ncii"
        with pytest.raises(FeedError):
            chosen_list(workspace, "other")


def test_no_workspace_is_one_sentence(tmp_path):
    with pytest.raises(FeedError):
        Session(tmp_path).open()


@pytest.mark.parametrize(
    ("given", "variable", "found"),
    [("a", "b", "a"), ("a", "", "a"), (None, "b", "b")],
)
def test_where_it_is_published(monkeypatch, given, variable, found):
    monkeypatch.setenv(module.PUBLISHED, variable)
    assert published(Path(given) if given else None) == Path(found)


def test_where_it_is_published_must_be_said(monkeypatch):
    monkeypatch.delenv(module.PUBLISHED, raising=False)
    with pytest.raises(UsageError, match="set GARIM_FEED_PUBLISH"):
        published(None)
