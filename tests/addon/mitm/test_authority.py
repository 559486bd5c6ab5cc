import datetime as dt
import stat

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from garim_addon.mitm import authority as module
from garim_addon.mitm.authority import Authority, Root
from garim_addon.mitm.errors import AuthorityError
from garim_addon.private_files import PrivateFileError

NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def opened(folder, days=0):
    return Authority.open(folder, NOW + days * DAY)


def test_the_root_is_what_the_design_promises():
    certificate = Root.make(NOW).certificate
    name = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert name.startswith("Garim local root ")
    assert certificate.issuer == certificate.subject
    assert isinstance(certificate.public_key().curve, ec.SECP256R1)
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= 730 * DAY
    by_class = certificate.extensions.get_extension_for_class
    assert by_class(x509.BasicConstraints).value == x509.BasicConstraints(ca=True, path_length=0)
    assert by_class(x509.BasicConstraints).critical
    usage = by_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.key_cert_sign
    assert usage.value.crl_sign
    assert not usage.value.digital_signature
    assert list(by_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert by_class(x509.SubjectKeyIdentifier).value.digest


def test_no_two_roots_are_alike():
    one, other = Root.make(NOW), Root.make(NOW)
    assert one.certificate.serial_number != other.certificate.serial_number
    assert one.certificate.subject != other.certificate.subject
    assert one.fingerprint != other.fingerprint


def test_it_is_made_once_and_kept(tmp_path):
    folder = tmp_path / "authority"
    first = opened(folder)
    assert first.fresh
    again = opened(folder, days=100)
    assert not again.fresh
    assert again.root.fingerprint == first.root.fingerprint
    assert again.successor is None
    assert again.successor_file is None
    assert again.root.key.private_numbers() == first.root.key.private_numbers()


def test_the_files_are_private_and_the_certificate_stands_alone(tmp_path):
    folder = tmp_path / "authority"
    authority = opened(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {path.name for path in folder.iterdir()} == {"root.pem", "root.crt"}
    assert stat.S_IMODE((folder / "root.pem").stat().st_mode) == 0o600
    assert authority.certificate_file.read_bytes() == authority.root.pem
    assert b"PRIVATE" not in authority.certificate_file.read_bytes()


def test_a_lost_or_altered_public_copy_is_written_again(tmp_path):
    authority = opened(tmp_path / "a")
    authority.certificate_file.unlink()
    assert opened(tmp_path / "a").certificate_file.read_bytes() == authority.root.pem
    authority.certificate_file.write_bytes(b"something else")
    assert opened(tmp_path / "a").certificate_file.read_bytes() == authority.root.pem


def test_the_process_that_comes_second_takes_the_first_ones_root(tmp_path, monkeypatch):
    folder = tmp_path / "a"
    make = Root.make
    first = []

    def slow(now):
        if not first:
            first.append(None)
            first[0] = opened(folder)
        return make(now)

    monkeypatch.setattr(Root, "make", slow)
    second = opened(folder)
    assert not second.fresh
    assert second.root.fingerprint == first[0].root.fingerprint


@pytest.mark.parametrize("bits", [0o755, 0o750])
def test_a_folder_open_to_others_is_refused(tmp_path, bits):
    opened(tmp_path / "a")
    (tmp_path / "a").chmod(bits)
    with pytest.raises(PrivateFileError, match="chmod 700"):
        opened(tmp_path / "a")


def test_a_key_open_to_others_is_refused(tmp_path):
    opened(tmp_path / "a")
    (tmp_path / "a" / "root.pem").chmod(0o644)
    with pytest.raises(PrivateFileError, match="chmod 600"):
        opened(tmp_path / "a")


@pytest.mark.parametrize("there", [True, False])
def test_a_linked_key_is_refused(tmp_path, there):
    opened(tmp_path / "a")
    key = tmp_path / "a" / "root.pem"
    key.rename(tmp_path / "elsewhere")
    key.symlink_to(tmp_path / ("elsewhere" if there else "nowhere"))
    with pytest.raises(PrivateFileError, match="link"):
        opened(tmp_path / "a")


def other_key(root):
    return Root(Root.make(NOW).key, root.certificate).to_file()


def rsa_root(root):
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return pem + root.pem


def leaf_root(root):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    certificate = (
        x509.CertificateBuilder(name, name, root.key.public_key(), 1, NOW, NOW + DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root.key, hashes.SHA256())
    )
    return Root(root.key, certificate).to_file()


def bare_root(root):
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "x")])
    builder = x509.CertificateBuilder(name, name, root.key.public_key(), 1, NOW, NOW + DAY)
    return Root(root.key, builder.sign(root.key, hashes.SHA256())).to_file()


@pytest.mark.parametrize(
    "damage",
    [
        other_key,
        rsa_root,
        leaf_root,
        bare_root,
        lambda root: b"",
        lambda root: root.pem,
        lambda root: root.to_file()[:200],
        lambda root: root.to_file().replace(b"MI", b"XX"),
        lambda root: b"\xff" * 100,
    ],
)
def test_a_damaged_authority_is_refused_in_one_sentence(tmp_path, damage):
    authority = opened(tmp_path / "a")
    (tmp_path / "a" / "root.pem").write_bytes(damage(authority.root))
    with pytest.raises(AuthorityError, match=r"is damaged .* Delete the folder"):
        opened(tmp_path / "a")


def test_a_successor_is_made_in_time_and_the_old_root_goes_on(tmp_path):
    folder = tmp_path / "a"
    old = opened(folder)
    assert opened(folder, days=660).successor is None
    near = opened(folder, days=680)
    assert near.root.fingerprint == old.root.fingerprint
    assert near.successor is not None
    assert near.successor_file.read_bytes() == near.successor.pem
    assert near.successor.ends - near.root.ends > 300 * DAY
    again = opened(folder, days=681)
    assert again.successor.fingerprint == near.successor.fingerprint


def test_an_installed_successor_takes_over_and_the_old_key_is_gone(tmp_path):
    folder = tmp_path / "a"
    old = opened(folder)
    near = opened(folder, days=680)
    successor = near.successor
    near.adopt()
    assert near.root is successor
    assert near.successor is None
    now = opened(folder, days=680)
    assert now.root.fingerprint == successor.fingerprint
    assert not now.fresh
    assert now.certificate_file.read_bytes() == successor.pem
    (retired,) = now.retired_files()
    assert retired.read_bytes() == old.root.pem
    secret = old.root.to_file().splitlines()[1]
    assert not [path for path in folder.iterdir() if secret in path.read_bytes()]
    assert not (folder / "next.pem").exists()


def test_an_expired_root_is_replaced_and_must_be_installed(tmp_path):
    folder = tmp_path / "a"
    old = opened(folder)
    late = opened(folder, days=900)
    assert late.root.fingerprint != old.root.fingerprint
    assert late.fresh
    assert late.root.ends > NOW + 900 * DAY
    assert len(late.retired_files()) == 1


def test_without_a_successor_adopting_changes_nothing(tmp_path):
    authority = opened(tmp_path / "a")
    root = authority.root
    authority.adopt()
    assert authority.root is root
    assert not authority.retired_files()


def test_what_a_crash_while_adopting_leaves_is_not_used_again(tmp_path):
    folder = tmp_path / "a"
    opened(folder)
    near = opened(folder, days=680)
    left = (folder / "next.pem").read_bytes()
    near.adopt()
    module.private_files.write(folder / "next.pem", left)
    opened(folder, days=680)
    assert not (folder / "next.pem").exists()
