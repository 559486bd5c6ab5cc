"""Where a feed's files come from: a server (`http.py`), a folder, or a simulator in tests.

Rules:
- A file is named by its path below the base address, made of plain names: no path that metadata
  names leads out of the feed, on a server or on a disk.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from tuf.api.exceptions import DownloadError

from garim_feed.errors import FeedError

CHUNK = 65_536
_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,199}/){0,4}[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_RANGE = re.compile(r"bytes=(\d+)-")


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request.

    Attributes:
        status: HTTP status; a folder says 200, 206 or 404.
        headers: Header fields by small-letter name.
        chunks: The body, each chunk as it comes.
    """

    status: int
    headers: Mapping[str, str]
    chunks: Iterator[bytes]


class Source(Protocol):
    """Where files come from."""

    def get(self, path: str, headers: Mapping[str, str]) -> AbstractContextManager[Reply]:
        """Ask for a file.

        Args:
            path: Its path below the base address.
            headers: Fields to send.

        Raises:
            SourceError: When there is no answer, or one that is not taken.
        """

    def within(self, seconds: float) -> AbstractContextManager[None]:
        """Cut every request short that takes longer than `seconds` in all."""

    def close(self) -> None:
        """Give up connections."""


class Trouble(StrEnum):
    """Why there is no answer, or none that is taken."""

    UNREACHABLE = "unreachable"
    NAME = "name"
    TLS = "tls"
    PROXY = "proxy"
    SLOW = "slow"
    ELSEWHERE = "elsewhere"
    BROKEN = "broken"
    UNREADABLE = "unreadable"


class SourceError(DownloadError):
    """There was no answer, or none that is taken.

    Attributes:
        trouble: Why.
        detail: What the system says of it.
    """

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(f"{trouble}: {detail}")
        self.trouble = trouble
        self.detail = detail


def checked_path(path: str) -> str:
    """Return a path below the base address if it is made of plain names.

    Raises:
        FeedError: When it is not: it could lead elsewhere.
    """
    if not _PATH.fullmatch(path) or ".." in path:
        raise FeedError("The feed names a file in a way that is not allowed: {path}.",
                        path=repr(path[:80]))  # fmt: skip
    return path


class FolderSource:
    """A published repository in a folder.

    Args:
        folder: The folder that holds `metadata` and `targets`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    @contextmanager
    def get(self, path: str, headers: Mapping[str, str]) -> Iterator[Reply]:
        """Read a file; see `Source.get`."""
        place = self._folder / checked_path(path)
        try:
            # A link could lead out of the folder, to a file that is read but never meant.
            if not place.resolve().is_relative_to(self._folder.resolve()) or not place.is_file():
                yield Reply(404, {}, iter(()))
                return
            with place.open("rb") as file:
                resumed = _RANGE.fullmatch(headers.get("Range", ""))
                start = file.seek(int(resumed[1])) if resumed else 0
                fields = {"content-range": f"bytes {start}-"} if resumed else {}
                chunks = iter(lambda: file.read(CHUNK), b"")
                yield Reply(206 if resumed else 200, fields, chunks)
        except OSError as error:
            raise SourceError(Trouble.UNREADABLE, f"{place}: {error.strerror}") from error

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:  # noqa: ARG002 - a folder is never slow
        """Do nothing; see `Source.within`."""
        yield

    def close(self) -> None:
        """Do nothing."""
