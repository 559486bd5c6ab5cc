"""From arguments to items, with hashed files that are made up."""

from datetime import date
from pathlib import Path

import pytest

from garim_agent.errors import UsageError
from garim_agent.feedtool import things
from garim_agent.feedtool.hashing import Hashed
from garim_agent.feedtool.things import Wishes
from garim_feed.kinds import Effect, Kind

SHA, PDQ = "ab" * 32, "cd" * 32
PICTURE = {"digests": {Kind.SHA256: SHA}, "pdq": PDQ, "quality": 90, "picture": True}
FLAT = {"digests": {Kind.SHA256: SHA}, "quality": 9, "picture": True, "reason": "featureless"}
TORRENT = {"digests": {Kind.SHA256: SHA}, "torrents": ("1:" + SHA[:40],)}
PLAIN = {"digests": {Kind.SHA256: SHA}}


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "f"
    path.write_bytes(b"x")
    return path


@pytest.fixture
def hashed(monkeypatch):
    """Say what hashing finds in every file."""

    def say(**facts):
        async def found(files, _wishes):
            return [Hashed(path, **facts) for path in files]

        monkeypatch.setattr(things, "_hash", found)

    return say


def read(wishes, *arguments):
    found = things.read([str(each) for each in arguments], wishes)
    return [(thing.item.kind, thing.item.subject) for thing in found.things], found.hints


ALLOW, NEGATIVE = {"effect": Effect.ALLOW}, {"effect": Effect.NEGATIVE}


@pytest.mark.parametrize(
    "case",
    [
        (PICTURE, {}, [Kind.SHA256, Kind.IMAGE], ""),
        (PICTURE, {"exact": True}, [Kind.SHA256], ""),
        (PICTURE, ALLOW, [Kind.SHA256], ""),
        (PICTURE, NEGATIVE, [Kind.IMAGE], ""),
        (FLAT, {}, [Kind.SHA256], "too few features"),
        (FLAT, {"exact": True}, [Kind.SHA256], ""),
        (FLAT, ALLOW, [Kind.SHA256], ""),
        (FLAT | {"reason": "too-small"}, {}, [Kind.SHA256], "it is too small"),
        (FLAT | {"reason": "too-large"}, {}, [Kind.SHA256], "it is too large"),
        (FLAT | {"reason": "vector"}, {}, [Kind.SHA256], "a drawing without pixels"),
        (FLAT | {"reason": "odd bytes"}, {}, [Kind.SHA256], "odd bytes"),
        (TORRENT, {}, [Kind.TORRENT], ""),
        (TORRENT, ALLOW, [Kind.TORRENT], ""),
        (PLAIN, {}, [Kind.SHA256], "a copy that was changed in any way"),
        (PLAIN, {"exact": True}, [Kind.SHA256], ""),
    ],
)
def test_what_of_a_file_is_listed(hashed, file, case):
    facts, wishes, kinds, hint = case
    hashed(**facts)
    found, hints = read(Wishes(**wishes), file)
    assert [kind for kind, _ in found] == kinds
    assert len(hints) == bool(hint)
    assert all(hint in each for each in hints)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [(FLAT, "cannot be listed by its looks"), (PLAIN, "is none"), (TORRENT, "is none")],
)
def test_only_a_picture_with_features_can_be_negative(hashed, file, facts, sentence):
    hashed(**facts)
    with pytest.raises(UsageError, match=sentence):
        read(Wishes(**NEGATIVE), file)


def test_bounds_are_a_pictures_only_and_the_rest_is_everybodys(hashed, file):
    hashed(**PICTURE)
    wishes = Wishes(tight=3, wide=5, expires=date(2099, 1, 1), note="n")
    digest, image = (thing.item for thing in things.read([str(file)], wishes).things)
    assert (image.tight, image.wide, image.quality) == (3, 5, 90)
    assert (digest.tight, digest.wide, digest.quality) == (16, 31, 0)
    assert {digest.expires, image.expires} == {date(2099, 1, 1)}
    assert {digest.note, image.note} == {"n"}


def test_files_and_words_keep_apart(hashed, file):
    hashed(**PLAIN)
    found = things.read(["host:a.example", str(file)], Wishes()).things
    assert [(thing.source, thing.file) for thing in found] == [
        ("host:a.example", False),
        (str(file), True),
    ]


@pytest.mark.parametrize("argument", ["", "  ", ".", "/"])
def test_a_slip_of_the_finger_lists_nothing(argument):
    with pytest.raises(UsageError, match=r"is empty|is a folder"):
        things.read([argument], Wishes())


def test_a_folder_is_taken_whole_when_that_is_said(hashed, tmp_path):
    hashed(**PLAIN)
    for name in ("b", "a"):
        (tmp_path / name).write_bytes(b"x")
    found = things.read([str(tmp_path)], Wishes(recursive=True)).things
    assert [Path(thing.source).name for thing in found] == ["a", "b"]
