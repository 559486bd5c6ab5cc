"""generation.json: comes back as written; anything else is refused."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed.lookup.made import Publisher

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.lookup import generation_file as module
from garim_feed.lookup.generation_file import (
    NAME,
    ListRecord,
    PartRecord,
    content_of,
    read_generation,
    write_generation,
)  # fmt: skip
from garim_feed.lookup.match import Keeper

PART = PartRecord(file="l0-base.idx", size=9, crc=7, segments=("ab" * 32,), entries=1)


def record(**changes):
    facts = {
        "feed": "school", "authority": "police", "keeper": Keeper("Police", "", ""),
        "manifest": Publisher(None).manifest(), "revoked": ("host-" + "0" * 16,), "base": PART,
        "tail": PART.model_copy(update={"file": "l0-tail.idx", "removals": 3}),
    }  # fmt: skip
    return ListRecord(**facts | changes)


def put(folder, data):
    (folder / NAME).write_bytes(data)
    return folder


def test_comes_back(tmp_path):
    lists = (record(), record(feed="nation", tail=None))
    found = read_generation(put(tmp_path, write_generation(lists)))
    assert found.lists == lists
    assert found.content == content_of(lists)


def test_no_lists(tmp_path):
    assert read_generation(put(tmp_path, write_generation(()))).lists == ()


@pytest.mark.parametrize(
    "changes",
    [
        {"feed": "nation"}, {"authority": "court"}, {"keeper": Keeper("Court")}, {"revoked": ()},
        {"base": PART.model_copy(update={"crc": 8})}, {"tail": None},
        {"manifest": Publisher(None).manifest(version=9)},
    ],
)  # fmt: skip
def test_content_changes_with_anything(changes):
    assert content_of((record(),)) != content_of((record(**changes),))


def changed(change):
    plain = json.loads(write_generation((record(),)))
    change(plain)
    return json.dumps(plain).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(format=2),
        lambda plain: plain.update(more=1),
        lambda plain: plain.update(content="0" * 64),
        lambda plain: plain["lists"].append(plain["lists"][0]),
        lambda plain: plain["lists"].pop(),
        lambda plain: plain["lists"][0].update(feed="nation"),
        lambda plain: plain["lists"][0]["base"].update(file="../../etc/passwd"),
        lambda plain: plain["lists"][0]["base"].update(size="9"),
        lambda plain: plain["lists"][0]["manifest"].update(version=2),
        lambda plain: plain["lists"][0]["keeper"].update(name="Another"),
        lambda plain: plain["lists"][0].update(revoked=[]),
    ],
)
def test_changed_by_hand(tmp_path, change):
    with pytest.raises(FeedError, match=r"generation\.json is not valid"):
        read_generation(put(tmp_path, changed(change)))


@pytest.mark.parametrize(
    "facts",
    [
        {"base": {**PART.model_dump(), "file": "../x.idx"}},
        {"base": {**PART.model_dump(), "file": "x"}},
        {"revoked": ("HOST-1",)}, {"feed": ""}, {"feed": "a/b"},
    ],
)  # fmt: skip
def test_names_are_plain(facts):
    with pytest.raises(ValueError):
        record(**facts)


def test_the_same_list_twice(tmp_path):
    lists = (record(), record())
    with pytest.raises(ValueError, match="twice"):
        write_generation(lists)


def test_not_there(tmp_path):
    with pytest.raises(FeedError, match="cannot be read"):
        read_generation(tmp_path)


def test_too_long(tmp_path, monkeypatch):
    put(tmp_path, write_generation((record(),)))
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    with pytest.raises(FeedError, match="too long"):
        read_generation(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_cut_off_or_with_other_bytes(tmp_path_factory, data):
    raw = write_generation((record(),))
    kept = raw[: data.draw(st.integers(0, len(raw) - 3))]
    place = data.draw(st.integers(0, len(raw) - 2))
    other = bytes([data.draw(st.integers(0, 255).filter(lambda n: n != raw[place]))])
    folder = tmp_path_factory.mktemp("cut")
    with pytest.raises(FeedError):
        read_generation(put(folder, kept))
    blank = b" \n\t\r"
    try:
        found = read_generation(put(folder, raw[:place] + other + raw[place + 1 :]))
    except FeedError:
        return
    assert found.lists == (record(),)
    assert other in blank or raw[place : place + 1] in blank


def test_every_kind_can_be_revoked():
    assert all(record(revoked=(f"{kind}-{'a' * 16}",)) for kind in Kind)
