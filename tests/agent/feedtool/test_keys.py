"""Keys and cards: the private part stays, the card goes to the others."""

import json
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def test_a_new_key_is_private_and_its_card_is_not(house, tmp_path):
    out = house.run("key", "new", "dora", "--out", tmp_path, who="")
    name, fingerprint, uri = out.strip().split("  ")
    assert (name, uri) == ("dora", f"file:{tmp_path}/dora.pem")
    assert len(fingerprint.replace(" ", "")) == 64
    assert stat.S_IMODE((tmp_path / "dora.pem").stat().st_mode) == 0o600
    assert b"ENCRYPTED" in (tmp_path / "dora.pem").read_bytes()
    assert stat.S_IMODE((tmp_path / "dora.card").stat().st_mode) == 0o644
    assert house.run("key", "list", tmp_path / "dora.card") == out


def test_a_key_is_never_overwritten(house, tmp_path):
    house.run("key", "new", "dora", "--out", tmp_path, who="")
    before = (tmp_path / "dora.pem").read_bytes()
    assert house.refused("key", "new", "dora", "--out", tmp_path, who="")
    assert (tmp_path / "dora.pem").read_bytes() == before


def test_a_short_password_is_refused(house, tmp_path):
    house.environment = {"GARIM_FEED_PASSWORD": "short"}
    assert "12" in house.refused("key", "new", "dora", "--out", tmp_path, who="")
    assert not list(tmp_path.glob("dora*"))


def test_the_feeds_keys_are_listed(house):
    lines = house.run("key", "list").splitlines()
    assert [line.split("  ")[0] for line in lines] == ["jun", "minji", "sora"]
    found = json.loads(house.run("key", "list", "--json"))
    assert {each["name"] for each in found} == {"jun", "minji", "sora"}


def test_a_key_from_elsewhere_is_taken_over(house, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    source = tmp_path / "other.pem"
    source.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    house.run("key", "import", "dora", source, "--out", tmp_path, who="")
    assert b"ENCRYPTED" in (tmp_path / "dora.pem").read_bytes()


@pytest.mark.parametrize(
    "arguments", [[], ["a.pem", "--token", "b.so"], ["a.pem", "--cloud", "gcpkms:x"]]
)
def test_where_a_key_comes_from_is_said_once(house, tmp_path, arguments):
    said = house.refused("key", "import", "dora", *arguments, "--out", tmp_path, who="")
    assert said.startswith("Say where the key is:")


@pytest.mark.parametrize(
    "arguments",
    [
        ["key", "import", "dora", "no.pem"],
        ["key", "import", "dora", "--token", "/no/such/module.so"],
        ["key", "import", "dora", "--cloud", "nonsense:x"],
        ["key", "list", "no.card"],
        ["key", "new", "../dora"],
    ],
)
def test_what_cannot_be_a_key_is_one_sentence(house, tmp_path, arguments):
    out = [] if arguments[1] == "list" else ["--out", tmp_path]
    assert house.refused(*arguments, *out, who="")


def test_a_token_is_asked_for_its_public_key(house, tmp_path, monkeypatch):
    from garim_agent.feedtool import keys

    asked = []

    def token_key(name, library, number, label, secrets):
        asked.append((name, library, number, label, secrets("pin")))
        return keys.read_card(house.card("jun").read_bytes())

    monkeypatch.setattr(keys, "token_key", token_key)
    token = ("--token", "/lib/token.so", "--number", "7", "--label", "ours")
    house.run("key", "import", "jun", *token, "--out", tmp_path, who="")
    password = house.environment["GARIM_FEED_PASSWORD"]
    assert asked == [("jun", Path("/lib/token.so"), 7, "ours", password)]
    assert (tmp_path / "jun.card").read_bytes() == house.card("jun").read_bytes()
