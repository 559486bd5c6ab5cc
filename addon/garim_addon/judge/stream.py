"""One download on its way to the client: hashed piece by piece, its last bytes withheld.

Rules:
- Each piece is hashed when it comes and sent on unless it may be among the last.
- At the end the digest is looked up. A listed file ends here: what is withheld is never sent, and
  the adapter cuts the connection, so that the client knows that it did not get all.
- An empty piece counts as an end: adapters cannot always tell (HTTP/2 allows empty frames). More
  may follow; then hashing goes on.
"""

from collections import deque
from collections.abc import Callable

from garim_addon.judge.digests import Digests
from garim_addon.media.download import TAIL_BYTES, Withheld


class Download:
    """A stream's filter: call it with each piece, and with `b""` at the end.

    Args:
        digests: Takes the bytes.
        withheld: What is kept back.
        length: Declared bytes; 0 when unsaid.
        listed: Told the digests and the size at the end; says whether the file is stopped.

    Attributes:
        stopped: Whether it is a listed file that must not arrive.
    """

    __slots__ = ("_digests", "_kept", "_kept_bytes", "_length", "_listed", "_size", "_withheld",
                 "stopped")  # fmt: skip

    def __init__(
        self,
        digests: Digests,
        withheld: Withheld,
        length: int,
        listed: Callable[[tuple[bytes, bytes, bytes], int], bool],
    ) -> None:
        self._digests = digests
        self._withheld = withheld
        self._length = length
        self._listed = listed
        self._kept: deque[bytes] = deque()
        self._kept_bytes = 0
        self._size = 0
        self.stopped = False

    def __call__(self, piece: bytes) -> list[bytes]:
        """Take a piece; return what may be sent now."""
        if self.stopped:
            return []
        if not piece:
            return self._end()
        self._digests.update(piece)
        self._size += len(piece)
        if self._passes():
            return [piece]
        self._kept.append(piece)
        self._kept_bytes += len(piece)
        return self._older_than(TAIL_BYTES if self._withheld is Withheld.TAIL else 1)

    def give_up(self, piece: bytes) -> list[bytes]:
        """Return all that is withheld, and a piece; nothing is hashed any more."""
        out = [*self._kept, piece] if piece else [*self._kept]
        self._kept.clear()
        return out

    def _passes(self) -> bool:
        if self._withheld is Withheld.LAST:
            return self._size < self._length
        return self._withheld is Withheld.END

    def _older_than(self, most: int) -> list[bytes]:
        """Return the pieces that `most` later bytes follow."""
        out = []
        while self._kept_bytes - len(self._kept[0]) >= most:
            out.append(self._kept.popleft())
            self._kept_bytes -= len(out[-1])
        return out

    def _end(self) -> list[bytes]:
        self.stopped = self._listed(self._digests.done(), self._size)
        out = [] if self.stopped else list(self._kept)
        self._kept.clear()
        self._kept_bytes = 0
        return out
