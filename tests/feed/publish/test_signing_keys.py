"""Keys of every sort sign; a token is a real PKCS#11 one (SoftHSM)."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from garim_feed.errors import FeedError
from garim_feed.publish import signing_keys
from garim_feed.publish.signing_keys import (
    cloud_key,
    import_key,
    new_key,
    open_signer,
    signature,
    token_key,
)

PASSWORD = "correct horse battery"
PIN, LABEL, NUMBER = "1234", "garim test", 2
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
)


def told(secret):
    return lambda _: secret


def test_a_new_key_signs(tmp_path):
    card = new_key("Kim", tmp_path / "kim.pem", PASSWORD)
    assert card.uri == f"file:{tmp_path / 'kim.pem'}"
    made = signature(open_signer(card, told(PASSWORD)), b"data")
    card.public.verify_signature(made, b"data")


def test_a_path_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert new_key("Kim", Path("kim.pem"), PASSWORD).uri == f"file:{tmp_path / 'kim.pem'}"


def test_an_imported_key_signs(tmp_path):
    private = ec.generate_private_key(ec.SECP256R1())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "old.pem").write_bytes(pem)
    card = import_key(
        "Lee",
        tmp_path / "old.pem",
        tmp_path / "new.pem",
        secrets=told("not asked"),
        password=PASSWORD,
    )
    made = signature(open_signer(card, told(PASSWORD)), b"data")
    card.public.verify_signature(made, b"data")


def test_an_encrypted_key_is_imported_with_its_password(tmp_path):
    new_key("Kim", tmp_path / "one.pem", PASSWORD)
    card = import_key(
        "Kim",
        tmp_path / "one.pem",
        tmp_path / "two.pem",
        secrets=told(PASSWORD),
        password="another long one",
    )
    open_signer(card, told("another long one"))


def test_another_file_in_the_keys_place_is_noticed(tmp_path):
    card = new_key("Kim", tmp_path / "kim.pem", PASSWORD)
    new_key("Lee", tmp_path / "lee.pem", PASSWORD)
    (tmp_path / "lee.pem").replace(tmp_path / "kim.pem")
    with pytest.raises(FeedError, match="is not Kim's key"):
        open_signer(card, told(PASSWORD))


@pytest.mark.parametrize("uri", ["unknown:key", "gcpkms:projects/none"])
def test_a_key_store_that_is_not_there_is_said(tmp_path, uri):
    card = new_key("Kim", tmp_path / "kim.pem", PASSWORD)
    with pytest.raises(FeedError, match="cannot be used"):
        open_signer(signing_keys.Card("Kim", card.public, uri), told(PASSWORD))


def test_cloud_keys_say_what_they_need():
    with pytest.raises(FeedError, match="no key store that is known"):
        cloud_key("Kim", "file:/etc/passwd")
    with pytest.raises(FeedError, match=r"securesystemslib\[awskms\]"):
        cloud_key("Kim", "awskms:some-key")


def test_a_signature_that_does_not_verify_is_not_given(tmp_path):
    class Broken:
        def __init__(self, signer):
            self.public_key = signer.public_key
            self._signer = signer

        def sign(self, data):
            return self._signer.sign(data + b"!")

    card = new_key("Kim", tmp_path / "kim.pem", PASSWORD)
    with pytest.raises(FeedError, match="could not sign"):
        signature(Broken(open_signer(card, told(PASSWORD))), b"data")


@pytest.fixture(scope="module")
def token(tmp_path_factory):
    """A token with one ECDSA key pair; returns the PKCS#11 module."""
    module = next((Path(path) for path in MODULES if Path(path).is_file()), None)
    if module is None or shutil.which("softhsm2-util") is None:
        pytest.skip("softhsm2-util is not installed")
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    before = {name: os.environ.get(name) for name in ("SOFTHSM2_CONF", signing_keys.TOKEN_LIBRARY)}
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    subprocess.run(
        (
            "softhsm2-util",
            "--init-token",
            "--free",
            "--label",
            LABEL,
            f"--pin={PIN}",
            "--so-pin=5678",
        ),
        check=True,
        capture_output=True,
    )
    _make_pair(module)
    yield module
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _make_pair(module):
    import pkcs11
    from pkcs11.util import biginteger
    from pkcs11.util.ec import encode_named_curve_parameters

    slot = pkcs11.lib(str(module)).get_token(token_label=LABEL)
    with slot.open(user_pin=PIN, rw=True) as session:
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC,
            {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")},
            local=True,
        )
        parameters.generate_keypair(
            mechanism=pkcs11.Mechanism.EC_KEY_PAIR_GEN, id=biginteger(NUMBER), store=True
        )


def test_a_token_signs_and_asks_for_its_pin(token):
    card = token_key("Park", token, NUMBER, LABEL, told(PIN))
    assert card.uri == "hsm:2?label=garim+test"
    asked = []

    def pin(word):
        asked.append(word)
        return PIN

    signer = open_signer(card, pin, library=token)
    assert asked == []
    made = signature(signer, b"data")
    card.public.verify_signature(made, b"data")
    assert asked == ["pin"]


def test_a_wrong_pin_is_said(token):
    card = token_key("Park", token, NUMBER, LABEL, told(PIN))
    with pytest.raises(FeedError, match="could not sign"):
        signature(open_signer(card, told("9999"), library=token), b"data")


def test_a_token_or_key_that_is_not_there_is_said(token):
    with pytest.raises(FeedError, match="token cannot be used"):
        token_key("Park", token, 77, LABEL, told(PIN))
    with pytest.raises(FeedError, match="token cannot be used"):
        token_key("Park", token, NUMBER, "another", told(PIN))


def test_a_module_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv(signing_keys.TOKEN_LIBRARY, "")
    with pytest.raises(FeedError, match="token"):
        token_key("Park", tmp_path / "none.so")


def test_a_person_with_a_token_takes_part(token, tmp_path):
    from tests.feed.publish.office import KIM, LEE, PARK, Office, hosts

    from garim_feed.publish import people, proposals

    office = Office(tmp_path, (KIM, LEE))
    office.make_list()
    card = token_key(PARK, token, NUMBER, LABEL, told(PIN))
    people.add_person(office.workspace, KIM, card, ("root", "targets", "kcsc"))
    office.signers[PARK] = open_signer(card, told(PIN), library=token)
    number = office.propose(hosts(1))
    proposals.approve(office.workspace, PARK, number, signer=office.signers[PARK])
    office.publish(KIM, PARK)
    assert card.public.keyid in office.metadata("kcsc").signatures
    office.workspace.close()
