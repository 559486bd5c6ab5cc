"""Files that turned out to be listed at their end: a second try is refused at its head.

A download is hashed while it streams, so a listed file is known when all but its last bytes are
gone. Whoever asks again, or asks for the rest by a range, is refused by the response's head.

Rules:
- By address and by what identifies the file there: its ETag, else its date and whole length, else
  its length alone. Another file at the same address is another file.
- GET only: what a POST answers has no address of its own.
- Only while the very lists are in force that condemned it, and for a day at most; a revoked entry
  is forgotten with its lists.
- In memory only, addresses as keyed digests.

Weakness: a server that gives a file a new ETag each time is asked for all of it each time; it is
then cut at its end again. A range of a file that was never asked for as a whole is not known.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b

from garim_addon.exchange import Request, Response
from garim_addon.media.screen import length
from garim_addon.verdict import Inspection

SECONDS = 24 * 3600.0
MAX_FILES = 4096


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a response's head says of the file behind it.

    Attributes:
        etag: Its ETag, or `""`.
        date: Its Last-Modified, or `""`.
        size: Bytes of the whole file; 0 when unsaid.
    """

    etag: str
    date: str
    size: int

    @classmethod
    def of(cls, response: Response) -> "Likeness":
        """Read it from a head; of a part (206) the size is that of the whole."""
        headers = response.headers
        return cls(
            headers.get("etag", "") or "",
            headers.get("last-modified", "") or "",
            _whole(headers.get("content-range", "") or "")
            if response.status == 206
            else length(response),
        )

    def fits(self, other: "Likeness") -> bool:
        """Whether both are of the same file, as far as can be said."""
        if self.etag and other.etag:
            return self.etag == other.etag
        if self.size and other.size and self.size != other.size:
            return False
        return not (self.date and other.date) or self.date == other.date


@dataclass(frozen=True, slots=True)
class _Condemned:
    likeness: Likeness
    inspection: Inspection
    version: str
    until: float


class Condemned:
    """Remembers listed files.

    Args:
        key: This installation's secret, up to 64 bytes.
        version: Says the version of the lists in force.
        clock: Seconds since the epoch.
    """

    def __init__(
        self, key: bytes, version: Callable[[], str], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._key = key
        self._version = version
        self._clock = clock
        self._files: OrderedDict[bytes, _Condemned] = OrderedDict()

    def remember(self, request: Request, response: Response, inspection: Inspection) -> None:
        """Remember the file that this response was."""
        if request.method != "GET":
            return
        place = self._place(request)
        until = self._clock() + SECONDS
        likeness = Likeness.of(response)
        self._files[place] = _Condemned(likeness, inspection, self._version(), until)
        self._files.move_to_end(place)
        if len(self._files) > MAX_FILES:
            self._files.popitem(last=False)

    def find(self, request: Request, response: Response) -> Inspection | None:
        """Return what was found in the file that this response begins, if it is remembered."""
        if not self._files or request.method != "GET":
            return None
        place = self._place(request)
        known = self._files.get(place)
        if known is None:
            return None
        if known.until <= self._clock() or known.version != self._version():
            del self._files[place]
            return None
        return known.inspection if known.likeness.fits(Likeness.of(response)) else None

    def _place(self, request: Request) -> bytes:
        return blake2b(request.address.encode(), key=self._key, digest_size=16).digest()


def _whole(content_range: str) -> int:
    """Return the whole length that a Content-Range names, or 0."""
    size = content_range.rpartition("/")[2].strip()
    return int(size) if size.isascii() and size.isdigit() and len(size) < 19 else 0
