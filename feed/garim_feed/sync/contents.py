"""The files of a feed on this machine, each under its SHA-256: fetched once, verified, kept.

Rules:
- A file takes its place only after length and digests were checked against signed metadata.
- What is in place is not fetched again, also after a restart. Documents are checked again each time
  they are read; large files by their length here, and by their content when they are built in.
- What came wrong is deleted, so that the next try starts anew; what came incomplete is continued.
- One look may bring at most 2 GiB (the next goes on), and never fills the disk to the last byte.
"""

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tuf.api.exceptions import DownloadError, LengthOrHashMismatchError
from tuf.api.metadata import TargetFile

from garim_feed.sync import files
from garim_feed.sync.explain import UnfitError
from garim_feed.sync.fetcher import Fetcher
from garim_feed.sync.layout import FeedFolder

MAX_LOOK_BYTES = 2 << 30
ROOM = 64 << 20
"""Bytes that are left free on the disk."""


def digest_of(info: TargetFile) -> str:
    """Return the SHA-256 that names a file.

    Raises:
        UnfitError: When its metadata has none.
    """
    digest = info.hashes.get("sha256", "")
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise UnfitError(f"{info.path} has no SHA-256")
    return digest


def remote_path(info: TargetFile) -> str:
    """Return where a target is below the base address (consistent snapshots)."""
    folder, slash, name = info.path.rpartition("/")
    return f"targets/{folder}{slash}{digest_of(info)}.{name}"


class Contents:
    """Gets and keeps the files of one feed.

    Args:
        folder: The feed's folder.
        fetcher: Gets what is lacking.
        tell: Told bytes that have come and bytes that are wanted.
    """

    def __init__(
        self,
        folder: FeedFolder,
        fetcher: Fetcher,
        tell: Callable[[int, int], None] = lambda _come, _wanted: None,
    ) -> None:
        self._folder = folder
        self._fetcher = fetcher
        self._tell = tell
        self._come = self._wanted = 0
        self._used: set[str] = set()

    def document(self, info: TargetFile, limit: int) -> bytes:
        """Return a small file.

        Args:
            info: Its signed length and digests.
            limit: Most bytes that it may have.

        Raises:
            RepositoryError: When it is not what was signed, or too large.
            DownloadError: When it cannot be got.
            OSError: When it cannot be kept.
        """
        place = self._folder.documents / f"{digest_of(info)}.json"
        self._used.add(place.name)
        data = self._read(place, info)
        if data is None:
            place.unlink(missing_ok=True)
            self._get(info, place, limit)
            data = self._read(place, info)
        if data is None:
            raise LengthOrHashMismatchError(info.path)
        return data

    def large(self, info: TargetFile, limit: int) -> str:
        """Make sure that a large file is in place, and return its SHA-256.

        Raises:
            RepositoryError: When it is not what was signed, or too large.
            DownloadError: When it cannot be got.
            OSError: When there is no room for it, or it cannot be kept.
        """
        digest = digest_of(info)
        place = segment_place(self._folder, digest)
        if not (place.is_file() and place.stat().st_size == info.length):
            self._get(info, place, limit)
        return digest

    def want(self, infos: list[TargetFile]) -> None:
        """Say which large files will be asked for, so that progress has a goal."""
        self._wanted += sum(
            info.length
            for info in infos
            if not segment_place(self._folder, info.hashes.get("sha256", "")).is_file()
        )
        self._tell(self._come, self._wanted)

    def sweep(self) -> None:
        """Delete documents that were not asked for, and what is left of unfinished files.

        For the end of a whole look: then nothing that is needed is unfinished. Large files that
        are not needed any more go when nobody builds from them (`apply`).
        """
        for place in self._folder.documents.glob("*"):
            if place.name not in self._used:
                place.unlink(missing_ok=True)
        for part in self._folder.segments.glob("*.part"):
            part.unlink(missing_ok=True)

    def _read(self, place: Path, info: TargetFile) -> bytes | None:
        try:
            data = place.read_bytes()
            info.verify_length_and_hashes(data)
        except (OSError, LengthOrHashMismatchError):
            return None
        return data

    def _get(self, info: TargetFile, place: Path, limit: int) -> None:
        if info.length > limit:
            raise UnfitError(f"{info.path}: {info.length} bytes, at most {limit} are taken")
        part = place.with_suffix(".part")
        self._check_room(info, place)
        self._fetcher.resume(remote_path(info), info.length, part, self._count)
        try:
            with part.open("rb") as file:
                info.verify_length_and_hashes(file)
        except LengthOrHashMismatchError:
            part.unlink()
            raise
        part.replace(place)
        files.flush_folder(place.parent)

    def _check_room(self, info: TargetFile, place: Path) -> None:
        if self._come + info.length > MAX_LOOK_BYTES:
            raise DownloadError("more than 2 GiB at once; the rest comes with the next look")
        files.folder(self._folder.path)
        free = shutil.disk_usage(self._folder.path).free
        if free < info.length + ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(place))

    def _count(self, come: int) -> None:
        self._come += come
        self._tell(self._come, max(self._come, self._wanted))


def segment_place(folder: FeedFolder, digest: str) -> Path:
    """Return where a large file is kept."""
    return folder.segments / f"{digest}.seg"
