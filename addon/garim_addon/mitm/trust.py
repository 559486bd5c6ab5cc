"""The certificates that the operating system trusts, in the form that OpenSSL reads.

Rules:
- Upstream servers are checked against the user's own store, never against a bundle of ours: what
  an administrator added or removed there counts here.
- Linux: the file or folder that OpenSSL itself would use, else the places that distributions use.
- Windows: the system's root store; macOS: the system keychains. Both are exported to an owner-only
  PEM file in the state folder at each start. (The macOS way is written from its documentation and
  was not run.)
- An extra file of certificates (a school's own proxy or test server) is added to the store.

Weaknesses: Windows fetches rarely used roots only when its own verifier asks for them, so a site
below such a root fails here until a browser has seen it once. Trust restricted by date or by name
(as browsers and macOS know it) is not known to OpenSSL.
"""

import re
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from garim_addon import private_files
from garim_addon.mitm.errors import TrustError
from garim_addon.text import N_

LINUX_FILES = (
    "/etc/ssl/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/pki/tls/cert.pem",
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/ca-bundle.pem",
)
MACOS_KEYCHAINS = (
    "/System/Library/Keychains/SystemRootCertificates.keychain",
    "/Library/Keychains/System.keychain",
)
_SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]")
_PEM = re.compile(rb"-----BEGIN (?:TRUSTED )?CERTIFICATE-----")

_NOTHING = N_("No trusted certificates were found on this system; install ca-certificates.")
_EXTRA = N_("{path} cannot be used as extra trusted certificates ({detail}).")

type WindowsStore = Iterable[tuple[bytes, str, bool | Iterable[str]]]


@dataclass(frozen=True, slots=True)
class Trust:
    """Where OpenSSL finds what is trusted.

    Attributes:
        file: A PEM file, or `None`.
        folder: A folder in OpenSSL's hashed form, or `None`.
    """

    file: Path | None = None
    folder: Path | None = None


def system_trust(state: Path, *, extra: Path | None = None, platform: str = sys.platform) -> Trust:
    """Find or export what this system trusts.

    Args:
        state: Owner-only folder for exported files.
        extra: PEM file of certificates to trust besides.
        platform: `sys.platform`.

    Raises:
        TrustError: When nothing is trusted, or `extra` cannot be read.
        OSError: When the state folder cannot be written.
    """
    if platform == "win32":
        pem = windows_pem(ssl.enum_certificates("ROOT"))  # type: ignore[attr-defined,unused-ignore]
    elif platform == "darwin":
        pem = macos_pem(_run)
    else:
        found = linux_store()
        if extra is None:
            return found
        if found.file is None:
            return Trust(_check_extra(extra), found.folder)
        pem = found.file.read_bytes()
    if not _PEM.search(pem):
        raise TrustError(_NOTHING)
    if extra is not None:
        pem += b"\n" + _check_extra(extra).read_bytes()
    exported = state / "trusted.pem"
    private_files.write(exported, pem)
    return Trust(file=exported)


def linux_store(
    paths: ssl.DefaultVerifyPaths | None = None, candidates: Sequence[str] = LINUX_FILES
) -> Trust:
    """Find the store as OpenSSL would, then as distributions do.

    Raises:
        TrustError: When there is none.
    """
    paths = paths or ssl.get_default_verify_paths()
    if paths.cafile:
        return Trust(file=Path(paths.cafile))
    if paths.capath:
        folder = Path(paths.capath)
        if folder.is_dir() and any(_HASHED.fullmatch(entry.name) for entry in folder.iterdir()):
            return Trust(folder=folder)
    for name in candidates:
        if Path(name).is_file():
            return Trust(file=Path(name))
    raise TrustError(_NOTHING)


def windows_pem(store: WindowsStore) -> bytes:
    """Turn what `ssl.enum_certificates` lists into PEM, keeping what is trusted for servers."""
    return b"".join(
        ssl.DER_cert_to_PEM_cert(der).encode()
        for der, encoding, uses in store
        if encoding == "x509_asn"
        and (uses is True or (not isinstance(uses, bool) and _SERVER_AUTH in uses))
    )


def macos_pem(run: Callable[[Sequence[str]], bytes]) -> bytes:
    """Read the system keychains as PEM through the system's own tool."""
    return run(("/usr/bin/security", "find-certificate", "-a", "-p", *MACOS_KEYCHAINS))


def _run(command: Sequence[str]) -> bytes:
    try:
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise TrustError(_NOTHING) from error


def _check_extra(extra: Path) -> Path:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=extra)
    except (OSError, ssl.SSLError) as error:
        raise TrustError(_EXTRA, path=extra, detail=error) from error
    return extra
