"""How TUF's client gets files: conditional timestamp, caps, resumed downloads.

Rules:
- Nothing is believed here: what comes is only bounded, and handed to whoever verifies it.
- No file may be larger than what is said of it, and no metadata larger than its kind's cap,
  whatever other metadata says of its length: the key that signs those lengths lives on a server.
- A timestamp that the server says is unchanged (304) is not read again. Whether the one we hold is
  still good is for its signed end to say.
- What came of a large file is kept beside its place and continued with `Range`, also after a
  restart.
- `Date` and `Retry-After` are noted as hints for people and for the schedule.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

from tuf.api.exceptions import DownloadError, DownloadHTTPError, DownloadLengthMismatchError
from tuf.ngclient import FetcherInterface

from garim_feed.sync import files
from garim_feed.sync.pace import FLOOR, WINDOW, paced
from garim_feed.sync.source import Reply, Source

TIMESTAMP = "metadata/timestamp.json"
CAPS = {"root": 512_000, "timestamp": 16_384, "snapshot": 262_144}
"""Bytes of a metadata file by role; any other role is a list role."""
ROLE_CAP = 4_194_304
METADATA_CAP = 67_108_864
"""Bytes of all metadata of one look: a feed may name many roles."""
METADATA_SECONDS, TARGET_SECONDS = 60.0, 600.0
_DIGITS = 9
_OK, _PARTIAL, _UNCHANGED, _NO_SUCH_RANGE = 200, 206, 304, 416


class Fetcher(FetcherInterface):
    """Gets files of one feed for one look.

    Args:
        source: Where they come from.
        floor: Bytes a second that a body must have.
        window: Seconds over which that is measured.
        monotonic: The clock for it.

    Attributes:
        received: Bytes of bodies that came.
        ahead: How far the server's clock is before this machine's, or `None`.
        retry_after: Seconds that the server asked us to wait, or `None`.
        etag: Validator of the newest timestamp answer, or `""`.
        modified: The same as a date, or `""`.
    """

    def __init__(
        self,
        source: Source,
        *,
        floor: int = FLOOR,
        window: float = WINDOW,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._floor = floor
        self._window = window
        self._monotonic = monotonic
        self._held: bytes | None = None
        self._metadata = 0
        self.received = 0
        self.ahead: timedelta | None = None
        self.retry_after: float | None = None
        self.etag = self.modified = ""

    def look(self, etag: str = "", modified: str = "") -> bytes | None:
        """Ask for the timestamp, if it changed; the client's own request is then answered with it.

        Args:
            etag: Validator of the one that we hold.
            modified: The same as a date.

        Returns:
            The timestamp, or `None`: unchanged.

        Raises:
            DownloadError: When it cannot be got.
        """
        asked = {"If-None-Match": etag} if etag else {}
        if modified and not etag:
            asked["If-Modified-Since"] = modified
        with self._source.within(METADATA_SECONDS), self._get(TIMESTAMP, asked) as reply:
            if reply.status == _UNCHANGED and asked:
                return None
            self._held = self._whole(reply, CAPS["timestamp"])
            self.etag = reply.headers.get("etag", "")
            self.modified = reply.headers.get("last-modified", "")
            return self._held

    def download_bytes(self, url: str, max_length: int) -> bytes:
        """Return a metadata file; see `FetcherInterface`."""
        if url == TIMESTAMP and self._held is not None:
            return self._held
        role = url.rpartition("/")[2].removesuffix(".json").rpartition(".")[2]
        limit = min(max_length, CAPS.get(role, ROLE_CAP), METADATA_CAP - self._metadata)
        with self._source.within(METADATA_SECONDS), self._get(url, {}) as reply:
            data = self._whole(reply, limit)
        self._metadata += len(data)
        return data

    def resume(
        self, path: str, length: int, part: Path, tell: Callable[[int], None] = lambda _: None
    ) -> None:
        """Get a target, or what is lacking of it.

        Args:
            path: Its path below the base address.
            length: Its signed length in bytes.
            part: Where it is put together; what is there is continued.
            tell: Told the bytes of each piece that came.

        Raises:
            DownloadError: When it cannot be got whole; what came stays in `part`.
            OSError: When it cannot be written.
        """
        files.folder(part.parent)
        start = part.stat().st_size if part.is_file() else 0
        if start > length:
            part.unlink()
            start = 0
        if start == length:
            part.touch()
            return
        asked = {"Range": f"bytes={start}-"} if start else {}
        with self._source.within(TARGET_SECONDS), self._get(path, asked) as reply:
            if reply.status == _NO_SUCH_RANGE:
                # What we have of it is not of this file: begin anew the next time.
                part.unlink(missing_ok=True)
            if not (start and _continues(reply, start)):
                self._check(reply)
                start = 0
            with part.open("ab" if start else "wb") as file:
                for chunk in self._paced(reply, length - start):
                    file.write(chunk)
                    start += len(chunk)
                    tell(len(chunk))
                files.flush(file)
        if start < length:
            raise DownloadError(f"{path} ended after {start} of {length} bytes")

    def _fetch(self, url: str) -> Iterator[bytes]:
        """Yield a file; see `FetcherInterface`."""
        with self._source.within(TARGET_SECONDS), self._get(url, {}) as reply:
            self._check(reply)
            yield from self._paced(reply, ROLE_CAP)

    @contextmanager
    def _get(self, path: str, headers: dict[str, str]) -> Iterator[Reply]:
        with self._source.get(path, headers) as reply:
            self._note(reply)
            if reply.status >= 400 and reply.status != _NO_SUCH_RANGE:
                raise DownloadHTTPError(f"{path}: {reply.status}", reply.status)
            yield reply

    def _whole(self, reply: Reply, limit: int) -> bytes:
        self._check(reply)
        return b"".join(self._paced(reply, limit))

    def _check(self, reply: Reply) -> None:
        if reply.status != _OK:
            raise DownloadError(f"unexpected status {reply.status}")

    def _paced(self, reply: Reply, limit: int) -> Iterator[bytes]:
        announced = _number(reply.headers.get("content-length", ""))
        if announced is not None and announced > limit:
            raise DownloadLengthMismatchError(f"{announced} bytes announced, {limit} expected")
        for chunk in paced(
            reply.chunks,
            limit,
            floor=self._floor,
            window=self._window,
            monotonic=self._monotonic,
        ):
            self.received += len(chunk)
            yield chunk

    def _note(self, reply: Reply) -> None:
        server = _date(reply.headers.get("date", ""))
        if server is not None:
            # A shared cache keeps the date of when it got the file.
            age = timedelta(seconds=_number(reply.headers.get("age", "")) or 0)
            self.ahead = server + age - datetime.now(UTC)
        told = reply.headers.get("retry-after", "")
        if (seconds := _number(told)) is not None:
            self.retry_after = float(seconds)
        elif (until := _date(told)) is not None:
            self.retry_after = (until - (server or datetime.now(UTC))).total_seconds()


def _continues(reply: Reply, start: int) -> bool:
    """Whether an answer continues what we have; a server may also send it all again."""
    told = reply.headers.get("content-range", "")
    return reply.status == _PARTIAL and told.startswith(f"bytes {start}-")


def _number(text: str) -> int | None:
    """Return a header's number, at most 999,999,999, or `None`: it is none."""
    if not (text.isascii() and text.isdecimal()):
        return None
    return int(text) if len(text) <= _DIGITS else 10**_DIGITS - 1


def _date(text: str) -> datetime | None:
    """Return an HTTP date, or `None`."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
