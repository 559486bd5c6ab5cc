"""What is kept of an event, what is not, and reading back what may be damaged."""

import json

import pytest
import sample_events as sample
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.decide.thresholds import OFF
from garim_addon.judge.confirm import Thresholds
from garim_addon.record.entry import Entry
from garim_addon.record.keys import Keys
from garim_addon.record.store import COLUMNS
from garim_addon.verdict import FailureCause

KEYS = Keys(b"s" * 32)


def columns(entry):
    return {name: getattr(entry, name) for name in COLUMNS}


EVENTS = [
    sample.event(),
    sample.event(match=sample.MATCH),
    sample.event(match=sample.MATCH, matches=()),
    sample.event(thresholds=None, cached=True, report=True),
    sample.failed(FailureCause.CRASH),
]


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("plain", [False, True])
def test_an_entry_is_read_back_as_it_was_kept(event, plain):
    entry = Entry.of(event, KEYS, plain=plain)
    back = Entry.from_json(columns(entry), entry.to_json())
    if event.verdict.match is not None and not event.verdict.inspection.matches:
        assert back.match is None
    else:
        assert back == entry


def test_nothing_that_recognises_content_or_place_is_kept():
    entry = Entry.of(sample.event(match=sample.MATCH), KEYS)
    kept = json.dumps(columns(entry)) + entry.to_json()
    for secret in (sample.SHA, sample.PDQ, "secret-site", "private", "kim"):
        assert secret not in kept
    assert entry.address_digest == KEYS.address(sample.ADDRESS)
    assert entry.host_digest == KEYS.host(sample.HOST)
    assert entry.content_digest == KEYS.content(sample.SHA)


def test_a_plain_address_is_kept_only_when_policy_says_so():
    assert Entry.of(sample.event(), KEYS, plain=True).address == sample.ADDRESS
    assert Entry.of(sample.event(), KEYS).address == ""


def test_without_keys_there_are_no_digests():
    entry = Entry.of(sample.event())
    assert (entry.address_digest, entry.host_digest, entry.content_digest) == ("", "", "")


def test_an_upload_without_an_address_has_no_address_digest():
    entry = Entry.of(sample.event(address="", host=""), KEYS)
    assert (entry.address_digest, entry.host_digest) == ("", "")


def test_thresholds_of_a_disabled_classifier_are_none():
    assert Entry.of(sample.event(thresholds=OFF)).thresholds is None
    assert Entry.of(sample.event()).thresholds == Thresholds(0.3, 0.9, 0.6)


def test_a_hostile_content_type_is_cut():
    event = sample.event()._replace(mime="x" * 10_000)
    assert len(Entry.of(event).mime) == 128


GOOD = Entry.of(sample.event(match=sample.MATCH), KEYS)


@pytest.mark.parametrize(
    "changes",
    [
        {"inspection": "{}"},
        {"inspection": 3},
        {"match": 9},
        {"match": "x"},
        {"thresholds": [1, 2]},
        {"thresholds": ["x", 1, 2]},
        {"versions": 3},
        {"wanted": "burn"},
        {"size": "big"},
    ],
)
def test_a_damaged_body_is_a_value_error(changes):
    body = json.loads(GOOD.to_json()) | changes
    with pytest.raises(ValueError):
        Entry.from_json(columns(GOOD), json.dumps(body))


@pytest.mark.parametrize("name", ["direction", "outcome", "reason", "action", "failure", "time"])
def test_a_damaged_column_is_a_value_error(name):
    with pytest.raises(ValueError):
        Entry.from_json(columns(GOOD) | {name: "?"}, GOOD.to_json())


@given(st.text() | st.recursive(st.none() | st.integers(), st.lists).map(json.dumps))
def test_any_text_is_a_value_error(text):
    with pytest.raises(ValueError):
        Entry.from_json(columns(GOOD), text)
