"""A file's digests by which lists may name it: SHA-256 always, SHA-1 and MD5 only where asked for.

Rules:
- What no list has entries for is not computed.
- SHA-1 and MD5 are used to find what others listed by them, never to trust anything. Whoever makes
  two files of one such digest can have his own file blocked, nothing more.
"""

import hashlib
from collections.abc import Collection

SHA256 = "sha256"
OTHERS = ("sha1", "md5")


class Digests:
    """Digests of bytes as they come.

    Args:
        wanted: Which of `sha1` and `md5` are computed besides SHA-256 (`Index.digests`).
    """

    __slots__ = ("_others", "_sha256")

    def __init__(self, wanted: Collection[str]) -> None:
        self._sha256 = hashlib.sha256()
        self._others = {
            name: hashlib.new(name, usedforsecurity=False) for name in OTHERS if name in wanted
        }

    def update(self, data: bytes) -> None:
        """Take the next bytes."""
        self._sha256.update(data)
        for other in self._others.values():
            other.update(data)

    def done(self) -> tuple[bytes, bytes, bytes]:
        """Return SHA-256, SHA-1 and MD5; empty where not computed. Fits `Index.digest`."""
        sha1, md5 = (
            self._others[name].digest() if name in self._others else b"" for name in OTHERS
        )
        return self._sha256.digest(), sha1, md5


def digests(body: bytes, wanted: Collection[str]) -> tuple[bytes, bytes, bytes]:
    """Return the digests of a whole body, as `Digests.done` does."""
    taken = Digests(wanted)
    taken.update(body)
    return taken.done()
