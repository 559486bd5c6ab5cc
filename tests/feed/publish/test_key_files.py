"""Keys in files: encrypted, private, never overwritten."""

import stat

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from garim_feed.errors import FeedError
from garim_feed.publish import key_files

PASSWORD = "correct horse battery"


def asked(secret="no", *, words=None):
    def ask(word):
        if words is not None:
            words.append(word)
        return secret

    return ask


@pytest.mark.parametrize(
    "private",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP384R1()),
        rsa.generate_private_key(65537, 3072),
    ],
    ids=["ed25519", "p256", "p384", "rsa"],
)
def test_a_key_is_kept_encrypted_and_signs_again(tmp_path, private):
    public = key_files.keep(private, tmp_path / "key.pem", PASSWORD)
    file = tmp_path / "key.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in file.read_bytes()
    with pytest.raises(TypeError):
        load_pem_private_key(file.read_bytes(), None)
    words = []
    loaded = key_files.load(file, asked(PASSWORD, words=words))
    assert words == ["password"]
    signer = key_files.signer_of(loaded, public)
    public.verify_signature(signer.sign(b"data"), b"data")


def test_a_wrong_password_is_said(tmp_path):
    key_files.keep(ed25519.Ed25519PrivateKey.generate(), tmp_path / "key.pem", PASSWORD)
    with pytest.raises(FeedError, match="wrong password"):
        key_files.load(tmp_path / "key.pem", asked("something else"))


def test_a_key_is_not_overwritten(tmp_path):
    key_files.keep(ed25519.Ed25519PrivateKey.generate(), tmp_path / "key.pem", PASSWORD)
    with pytest.raises(FeedError, match="never overwritten"):
        key_files.keep(ed25519.Ed25519PrivateKey.generate(), tmp_path / "key.pem", PASSWORD)


def test_a_short_password_is_refused(tmp_path):
    with pytest.raises(FeedError, match="12 characters"):
        key_files.keep(ed25519.Ed25519PrivateKey.generate(), tmp_path / "key.pem", "short")
    assert not list(tmp_path.iterdir())


def test_a_weak_key_is_refused(tmp_path):
    weak = rsa.generate_private_key(65537, 2048)
    with pytest.raises(FeedError, match="3072 bits"):
        key_files.keep(weak, tmp_path / "key.pem", PASSWORD)


@pytest.mark.parametrize(
    "private",
    [ec.generate_private_key(ec.SECP521R1()), dsa.generate_private_key(1024)],
    ids=["p521", "dsa"],
)
def test_other_types_are_refused(tmp_path, private):
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "key.pem").write_bytes(pem)
    with pytest.raises(FeedError, match="allowed type"):
        key_files.load(tmp_path / "key.pem", asked())


@pytest.mark.parametrize("data", [b"", b"hello", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_what_is_no_key_is_refused(tmp_path, data):
    (tmp_path / "key.pem").write_bytes(data)
    with pytest.raises(FeedError, match="not a private key"):
        key_files.load(tmp_path / "key.pem", asked())


def test_a_missing_file_is_said(tmp_path):
    with pytest.raises(FeedError, match="cannot be read"):
        key_files.load(tmp_path / "none.pem", asked())


def test_the_online_key_signs_without_a_password(tmp_path):
    public = key_files.make_online(tmp_path)
    (file,) = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    signer = key_files.online_signer(tmp_path, public)
    public.verify_signature(signer.sign(b"data"), b"data")


def test_a_missing_or_exchanged_online_key_is_said(tmp_path):
    one, other = key_files.make_online(tmp_path), key_files.make_online(tmp_path)
    (tmp_path / f"online-{other.keyid[:16]}.pem").replace(tmp_path / f"online-{one.keyid[:16]}.pem")
    for key in (one, other):
        with pytest.raises(FeedError, match="online key"):
            key_files.online_signer(tmp_path, key)
