import datetime as dt
import ssl
import stat
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives import serialization

from garim_addon.mitm import trust as module
from garim_addon.mitm.authority import Root
from garim_addon.mitm.errors import TrustError
from garim_addon.mitm.trust import Trust, linux_store, macos_pem, system_trust, windows_pem

ROOTS = [Root.make(dt.datetime.now(dt.UTC)) for _ in range(3)]
DERS = [root.certificate.public_bytes(serialization.Encoding.DER) for root in ROOTS]


def paths(cafile=None, capath=None):
    return ssl.DefaultVerifyPaths(cafile, capath, "", "", "", "")


@pytest.mark.skipif(sys.platform != "linux", reason="Linux's own store")
def test_this_system_trusts_something(tmp_path):
    trust = system_trust(tmp_path)
    assert trust.file or trust.folder
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(trust.file, trust.folder)


def test_openssls_own_file_comes_first(tmp_path):
    (tmp_path / "bundle.pem").write_bytes(ROOTS[0].pem)
    found = linux_store(paths(cafile=str(tmp_path / "bundle.pem")), [str(tmp_path / "other")])
    assert found == Trust(file=tmp_path / "bundle.pem")


@pytest.mark.parametrize(("name", "counts"), [("0a1b2c3d.0", True), ("README", False)])
def test_a_folder_counts_when_it_is_hashed(tmp_path, name, counts):
    (tmp_path / "certs").mkdir()
    (tmp_path / "certs" / name).write_bytes(ROOTS[0].pem)
    if counts:
        assert linux_store(paths(capath=str(tmp_path / "certs")), []).folder == tmp_path / "certs"
    else:
        with pytest.raises(TrustError):
            linux_store(paths(capath=str(tmp_path / "certs")), [])


def test_the_places_of_distributions_come_last(tmp_path):
    (tmp_path / "b").write_bytes(ROOTS[0].pem)
    found = linux_store(paths(), [str(tmp_path / "a"), str(tmp_path / "b")])
    assert found == Trust(file=tmp_path / "b")


def test_no_trust_at_all_is_an_error(tmp_path):
    with pytest.raises(TrustError, match="ca-certificates"):
        linux_store(paths(), [])


def test_an_extra_file_is_added_to_the_systems(tmp_path, monkeypatch):
    system, extra = tmp_path / "system.pem", tmp_path / "extra.pem"
    system.write_bytes(ROOTS[0].pem)
    extra.write_bytes(ROOTS[1].pem)
    monkeypatch.setattr(module, "linux_store", lambda: Trust(file=system))
    found = system_trust(tmp_path, extra=extra, platform="linux")
    assert ROOTS[0].pem.strip() in found.file.read_bytes()
    assert ROOTS[1].pem.strip() in found.file.read_bytes()
    assert stat.S_IMODE(found.file.stat().st_mode) == 0o600
    monkeypatch.setattr(module, "linux_store", lambda: Trust(folder=tmp_path))
    assert system_trust(tmp_path, extra=extra, platform="linux") == Trust(extra, tmp_path)


@pytest.mark.parametrize("content", [None, b"", b"nothing", ROOTS[0].pem[:100]])
def test_a_bad_extra_file_is_an_error(tmp_path, content):
    extra = tmp_path / "extra.pem"
    if content is not None:
        extra.write_bytes(content)
    with pytest.raises(TrustError, match=r"extra\.pem cannot be used"):
        system_trust(tmp_path, extra=extra, platform="linux")


def test_windows_roots_for_servers_are_kept():
    server, mail = "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.4"
    store = [
        (DERS[0], "x509_asn", True),
        (DERS[1], "x509_asn", frozenset({server, mail})),
        (DERS[2], "x509_asn", frozenset({mail})),
        (DERS[2], "x509_asn", False),
        (DERS[2], "pkcs_7_asn", True),
    ]
    assert windows_pem(store) == b"".join(
        ssl.DER_cert_to_PEM_cert(der).encode() for der in DERS[:2]
    )


def test_windows_and_macos_export_to_a_private_file(tmp_path, monkeypatch):
    store = [(DERS[0], "x509_asn", True)]
    monkeypatch.setattr(ssl, "enum_certificates", lambda name: store, raising=False)
    found = system_trust(tmp_path, platform="win32")
    assert stat.S_IMODE(found.file.stat().st_mode) == 0o600
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(found.file)
    monkeypatch.setattr(module, "_run", lambda command: ROOTS[1].pem)
    assert system_trust(tmp_path, platform="darwin").file.read_bytes() == ROOTS[1].pem
    monkeypatch.setattr(module, "_run", lambda command: b"")
    with pytest.raises(TrustError):
        system_trust(tmp_path, platform="darwin")


def test_macos_asks_the_systems_keychains():
    asked = []
    assert macos_pem(lambda command: asked.append(command) or b"pem") == b"pem"
    assert asked[0][:4] == ("/usr/bin/security", "find-certificate", "-a", "-p")
    assert all("/Keychains/System" in path for path in asked[0][4:])


def test_a_tool_that_fails_is_an_error(monkeypatch):
    def fails(*args, **kwargs):
        raise subprocess.CalledProcessError(1, "security")

    monkeypatch.setattr(subprocess, "run", fails)
    with pytest.raises(TrustError):
        macos_pem(module._run)
