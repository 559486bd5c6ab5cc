"""An inspection comes from a process that parsed hostile bytes: reading one back trusts nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.verdict import (
    MAX_FINDINGS,
    FailureCause,
    Inspection,
    ListMatch,
    Outcome,
    Reason,
    Score,
    Verdict,
)

FULL = Inspection(
    kind="animation",
    format="gif",
    width=640,
    height=480,
    frames=12,
    sha256="ab" * 32,
    pdq="cd" * 32,
    quality=97,
    matches=(
        ListMatch("test", "t-1", "7", "test", "image", 12, 97, True, 3, "kr", "2026-05-01"),
        ListMatch("test", "v-1", "7", "test", "video", 12, 97, True, 3, "kr", "", 4000),
    ),
    lists="g7-0123456789abcdef",
    scores=(Score("nsfw-mid", "1", 1, 0.5, 3), Score("open-nsfw", "1", 2, 1.0, 3)),
    failure=FailureCause.TIMEOUT,
    detail="late",
    steps={"decode": 1.5, "stage1": 6},
)


MATCH = json.loads(FULL.to_json())["matches"][0]


def test_round_trip():
    assert Inspection.from_json(FULL.to_json()) == FULL
    assert Inspection.from_json(Inspection().to_json()) == Inspection()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", 1),
        ("kind", "x" * 600),
        ("width", -1),
        ("width", True),
        ("width", 1 << 40),
        ("height", "3"),
        ("frames", None),
        ("matches", {}),
        ("matches", [1]),
        ("matches", [{"list": "a"}]),
        ("matches", [MATCH | {"added": "yesterday"}]),
        ("matches", [MATCH | {"added": "2026-05-01T00"}]),
        ("matches", [MATCH | {"added": "２０２６-05-01"}]),
        ("matches", [MATCH | {"added": 20260501}]),
        ("matches", [MATCH | {"feed": None}]),
        ("matches", [MATCH | {"feed": "x" * 600}]),
        ("matches", [MATCH | {"time": -1}]),
        ("matches", [MATCH | {"time": 1.5}]),
        ("lists", 7),
        ("lists", "x" * 600),
        ("matches", [None] * (MAX_FINDINGS + 1)),
        ("scores", [{"model": "m", "version": "1", "stage": 1, "value": 1.5, "frame": 0}]),
        ("scores", [{"model": "m", "version": "1", "stage": 1, "value": float("nan"), "frame": 0}]),
        ("failure", "because"),
        ("steps", []),
        ("steps", {"a": -1}),
        ("steps", {"a": float("inf")}),
        ("steps", {str(n): 1 for n in range(40)}),
    ],
)
def test_hostile_fields_are_refused(field, value):
    raw = json.loads(FULL.to_json())
    raw[field] = value
    with pytest.raises(ValueError):
        Inspection.from_json(json.dumps(raw))


def test_what_an_earlier_version_kept_can_still_be_read():
    raw = json.loads(FULL.to_json())
    del raw["lists"]
    for match in raw["matches"]:
        for name in ("feed", "added", "time"):
            del match[name]
    found = Inspection.from_json(json.dumps(raw))
    assert found.lists == ""
    assert {(m.feed, m.added, m.time) for m in found.matches} == {("", "", 0)}


@pytest.mark.parametrize("field", ["kind", "width", "sha256", "detail"])
def test_missing_fields_are_refused(field):
    raw = json.loads(FULL.to_json())
    del raw[field]
    with pytest.raises(ValueError, match=field):
        Inspection.from_json(json.dumps(raw))


@given(st.text() | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_anything_else_is_a_value_error(text):
    with pytest.raises(ValueError):
        Inspection.from_json(text)


def test_a_verdict_knows_whether_a_list_decided():
    match = FULL.matches[0]
    assert Verdict(Outcome.BLOCK, Reason.LISTED_PICTURE, FULL, match=match).listed
    assert not Verdict(Outcome.BLOCK, Reason.CLASSIFIER_SURE, FULL).listed
