"""Keyed digests of what the log must recognise but not reveal.

Rules:
- The key is 32 random bytes, made once an installation, in an owner-only file beside the log.
  Whoever has the log without the key cannot test whether an address was visited.
- Address, host and content have digests of different kinds; equal texts of two kinds differ.
- An address is brought into one spelling first, so that one typed by a person finds the event.
"""

import secrets
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

from garim_addon import private_files
from garim_addon.decide.hosts import normal

FILE = "salt"
_BYTES = 32
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Keys:
    """The keyed digests of one installation."""

    def __init__(self, salt: bytes) -> None:
        """Take the installation's secret, 32 bytes."""
        self._salt = salt

    def address(self, address: str) -> str:
        """Return the digest of an address, 32 hex digits."""
        return self._digest(b"address", canonical(address))

    def host(self, host: str) -> str:
        """Return the digest of a host name, 32 hex digits."""
        return self._digest(b"host", normal(host))

    def content(self, sha256: str) -> str:
        """Return the digest of a content's SHA-256 (hex), 32 hex digits; `""` for none."""
        return self._digest(b"content", sha256.lower()) if sha256 else ""

    def derived(self, name: str) -> bytes:
        """Return another secret of 32 bytes for another use, such as `zones`."""
        return blake2b(name.encode(), key=self._salt, digest_size=32, person=b"derived").digest()

    def _digest(self, kind: bytes, text: str) -> str:
        data = text.encode("utf-8", "surrogatepass")
        return blake2b(data, key=self._salt, digest_size=16, person=kind).hexdigest()


def load(folder: Path) -> Keys:
    """Read the installation's key, or make it; the folder is made owner-only.

    Raises:
        OSError: When it can be neither read nor written.
        PrivateFileError: When somebody else can get at it.
    """
    private_files.ensure_folder(folder)
    path = folder / FILE
    if not path.exists():
        private_files.create(path, secrets.token_bytes(_BYTES))
    found = stored(folder)
    if found is None:
        # Cut short by a bad copy: old events cannot be found by address any more.
        salt = secrets.token_bytes(_BYTES)
        private_files.write(path, salt)
        found = Keys(salt)
    return found


def stored(folder: Path) -> Keys | None:
    """Read the installation's key without making one; `None` when there is none that is whole.

    Raises:
        OSError: When it cannot be read.
        PrivateFileError: When somebody else can get at it.
    """
    try:
        salt = private_files.read(folder / FILE)
    except FileNotFoundError:
        return None
    return Keys(salt) if len(salt) == _BYTES else None


def canonical(address: str) -> str:
    """Return an address in one spelling: normal host, no fragment, no default port."""
    try:
        parts = urlsplit(address.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
    except ValueError:
        return address
    if not scheme or not host:
        return address
    name = normal(host)
    name = f"[{name}]" if ":" in name else name
    tail = "" if port is None or port == _DEFAULT_PORTS.get(scheme) else f":{port}"
    query = f"?{parts.query}" if parts.query else ""
    return f"{scheme}://{name}{tail}{parts.path or '/'}{query}"
