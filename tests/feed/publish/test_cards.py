"""Cards: public facts, read strictly."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.signer import CryptoSigner

from garim_feed.errors import FeedError
from garim_feed.publish.cards import Card, key_from, read_card, write_card

SIGNERS = {
    "ed25519": CryptoSigner.generate_ed25519(),
    "ecdsa": CryptoSigner.generate_ecdsa(),
    "rsa": CryptoSigner.generate_rsa(),
}


@pytest.mark.parametrize("kind", SIGNERS)
def test_a_card_comes_back(kind):
    card = Card("김 선생", SIGNERS[kind].public_key, "file:/somewhere/a b.pem")
    assert read_card(write_card(card)) == card


def test_a_card_has_no_secret():
    signer = SIGNERS["ed25519"]
    written = write_card(Card("Kim", signer.public_key, "file:x"))
    assert b"PRIVATE" not in written
    assert set(json.loads(written)) == {"format", "name", "key", "uri"}


def test_the_fingerprint_can_be_read_out():
    groups = Card("Kim", SIGNERS["ed25519"].public_key, "file:x").fingerprint.split()
    assert [len(group) for group in groups] == [4] * 16


def facts(**changed):
    written = json.loads(write_card(Card("Kim", SIGNERS["ed25519"].public_key, "file:x")))
    return {**written, **changed}


WRONG = {
    "another format": facts(format=2),
    "more": facts(more=1),
    "no key": facts(key={}),
    "a key without an id": facts(key={"keytype": "ed25519"}),
    "another id": facts(key={**facts()["key"], "keyid": "0" * 64}),
    "another key": facts(
        key={**facts()["key"], "keyval": {"public": "00" * 31}},
    ),
    "an unknown type": facts(key={**facts()["key"], "keytype": "gpg"}),
    "a list": [1],
    "a number": 7,
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_no_card_is_refused(what):
    with pytest.raises(FeedError, match="not a key card"):
        read_card(json.dumps(WRONG[what]).encode())


@given(st.binary(max_size=200))
def test_hostile_bytes_are_refused(data):
    with pytest.raises(FeedError):
        read_card(data)


def test_a_long_file_is_refused():
    with pytest.raises(FeedError):
        read_card(json.dumps(facts(name="x" * 100_000)).encode())
    with pytest.raises(FeedError):
        read_card(b"[" * 60_000)


def test_an_id_that_is_not_the_keys_is_refused():
    key = facts()["key"]
    assert key_from(key).keyid == key["keyid"]
    with pytest.raises(ValueError, match="id"):
        key_from({**key, "keyid": "another"})
