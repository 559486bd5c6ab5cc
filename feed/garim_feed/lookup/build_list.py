"""Build the parts of one list, or take over what is there of it.

Rules:
- A segment file's size is known before it is read, and it is read as it was when it was digested.
- What the segments come to must be what the manifest says: entries and removals of each segment,
  entries of each kind, content. That is checked on the whole list even if only its tail is built.
- The base is built anew if there is none, if the list no longer begins with its segments, or if
  the tail outgrew `tail_limit`; else what is newer becomes the tail.
- What is taken over is verified bit by bit; a damaged part is built anew.
"""

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.lookup.builtin import BUILTIN
from garim_feed.lookup.generation import open_part
from garim_feed.lookup.generation_file import ListRecord, PartRecord
from garim_feed.lookup.index_file import IndexFile, write_index
from garim_feed.lookup.part_file import base_arrays, tail_arrays
from garim_feed.lookup.plan import PlannedList
from garim_feed.tables import Segment, Tables
from garim_feed.wire import segment as segment_file
from garim_feed.wire.catalogue import ListManifest, SegmentRef
from garim_feed.wire.merge import content_digest, count_removals, counts, merge

if TYPE_CHECKING:
    from garim_feed.lookup.part_file import Arrays

_LEAST_TAIL = 20_000


def tail_limit(base: int) -> int:
    """Return how many changes a tail may have before the base of so many entries is built anew."""
    return max(_LEAST_TAIL, base // 4)


@dataclass(frozen=True, slots=True)
class Kept:
    """A list of the generation in force.

    Attributes:
        folder: The generation's folder.
        record: The list.
    """

    folder: Path
    record: ListRecord

    @property
    def parts(self) -> tuple[PartRecord, ...]:
        """Its parts, the older one first."""
        record = self.record
        return (record.base,) if record.tail is None else (record.base, record.tail)

    def is_same(self, manifest: ListManifest, digests: tuple[str, ...]) -> bool:
        """Whether it holds what a manifest says, from the same segments."""
        own = self.record.manifest
        said = (own.salt, own.entries, own.content)
        joined = tuple(digest for part in self.parts for digest in part.segments)
        return said == (manifest.salt, manifest.entries, manifest.content) and joined == digests

    def has_base_of(self, manifest: ListManifest, digests: tuple[str, ...]) -> bool:
        """Whether its base is the beginning of a list, and what follows is a tail's matter."""
        base = self.record.base
        rest = manifest.segments[len(base.segments) :]
        return (
            self.record.manifest.salt == manifest.salt
            and base.segments == digests[: len(base.segments)]
            and sum(ref.entries + ref.removals for ref in rest) <= tail_limit(base.entries)
        )

    def is_intact(self, *parts: PartRecord) -> bool:
        """Whether some of its parts are there, every bit of them."""
        try:
            for part in parts:
                open_part(self.folder, part).file.verify()
        except FeedError:
            return False
        return True


class ListBuilder:
    """Builds lists into a folder.

    Args:
        folder: The new generation's folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def build(self, planned: PlannedList, kept: Kept | None, name: str) -> ListRecord:
        """Write or take over the parts of a list.

        Args:
            planned: The list.
            kept: What the generation in force has of it, or `None`.
            name: What its files' names begin with.

        Raises:
            FeedError: When the segments are not what the manifest says.
            OSError: When the parts cannot be written.
        """
        manifest = planned.manifest
        digests = tuple(_digest(path) for path in planned.segments)
        if kept and kept.is_same(manifest, digests) and kept.is_intact(*kept.parts):
            base, tail = self._taken_over(kept, name)
            return _record(planned, base, tail)
        together = zip(planned.segments, digests, manifest.segments, strict=True)
        sources = [_Source(*one) for one in together]
        whole, _ = merge(source.read() for source in sources)
        _check(manifest, whole)
        if kept and kept.has_base_of(manifest, digests) and kept.is_intact(kept.record.base):
            del whole
            base = self._linked(kept, kept.record.base, f"{name}-base.idx")
            return _record(planned, base, self._tail(base, sources, f"{name}-tail.idx"))
        entries = sum(counts(whole).values())
        base = self._written(f"{name}-base.idx", base_arrays(whole), digests, entries)
        return _record(planned, base)

    def carry(self, kept: Kept, revoked: tuple[str, ...], name: str) -> ListRecord:
        """Take over a list as it is in force, but for what was revoked meanwhile.

        Raises:
            FeedError: When it is damaged.
            OSError: When it cannot be written.
        """
        base, tail = self._taken_over(kept, name)
        update = {"revoked": revoked, "base": base, "tail": tail}
        return kept.record.model_copy(update=update)

    def discard(self, name: str) -> None:
        """Delete what was written of a list that is not taken over after all."""
        for path in self._folder.glob(f"{name}-*.idx"):
            path.unlink()

    def _taken_over(self, kept: Kept, name: str) -> tuple[PartRecord, PartRecord | None]:
        base = self._linked(kept, kept.record.base, f"{name}-base.idx")
        tail = kept.record.tail
        return base, tail and self._linked(kept, tail, f"{name}-tail.idx")

    def _linked(self, kept: Kept, part: PartRecord, file: str) -> PartRecord:
        """Take over a part; nothing ever changes such a file, so it may have two names.

        The package's own files are copied: what happens to a state folder must not happen to them.
        """
        open_part(kept.folder, part)
        source, target = kept.folder / part.file, self._folder / file
        if kept.folder.is_relative_to(BUILTIN) or not _link(source, target):
            shutil.copyfile(source, target)
            with target.open("rb+") as copied:
                os.fsync(copied.fileno())
        return part.model_copy(update={"file": file})

    def _tail(self, base: PartRecord, sources: "list[_Source]", file: str) -> PartRecord | None:
        newer = sources[len(base.segments) :]
        if not newer:
            return None
        tables, removals = merge(source.read() for source in newer)
        arrays = tail_arrays(tables, removals, IndexFile(self._folder / base.file))
        digests = tuple(source.sha256 for source in newer)
        entries = sum(counts(tables).values())
        return self._written(file, arrays, digests, entries, count_removals(removals))

    def _written(
        self, file: str, arrays: "Arrays", digests: tuple[str, ...], entries: int, removals: int = 0
    ) -> PartRecord:
        write_index(self._folder / file, arrays)
        made = IndexFile(self._folder / file)
        return PartRecord(
            file=file,
            size=made.size,
            crc=made.crc,
            segments=digests,
            entries=entries,
            removals=removals,
        )


@dataclass(frozen=True, slots=True)
class _Source:
    """A segment file, the digest it had, and what the manifest says of it."""

    path: Path
    sha256: str
    ref: SegmentRef

    def read(self) -> Segment:
        """Return its content.

        Raises:
            FeedError: It is not what the manifest says.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise _wrong(self.ref.file, "it cannot be read") from error
        if hashlib.sha256(data).hexdigest() != self.sha256:
            raise _wrong(self.ref.file, "it changed meanwhile")
        found = segment_file.read(data)
        amounts = sum(counts(found.added).values()), count_removals(found.removed)
        if amounts != (self.ref.entries, self.ref.removals):
            raise _wrong(self.ref.file, "the number of entries differs")
        return found


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size > segment_file.MAX_FILE:
                raise _wrong(path.name, "it is too large")
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise _wrong(path.name, "it cannot be read") from error


def _check(manifest: ListManifest, whole: Tables) -> None:
    if counts(whole) != manifest.entries:
        raise _wrong(manifest.name, "the number of entries differs")
    if content_digest(whole) != manifest.content:
        raise _wrong(manifest.name, "the content differs")
    if Kind.ADDRESS in whole.exact and whole.scopes is None:
        raise _wrong(manifest.name, "it has addresses, but does not say on which hosts")


def _wrong(name: str, reason: str) -> FeedError:
    return FeedError(
        "{name} is not what its list says ({reason}); the list was not taken over.",
        name=name,
        reason=reason,
    )


def _record(planned: PlannedList, base: PartRecord, tail: PartRecord | None = None) -> ListRecord:
    return ListRecord(
        feed=planned.feed,
        authority=planned.authority,
        keeper=planned.keeper,
        manifest=planned.manifest,
        revoked=planned.revoked,
        base=base,
        tail=tail,
    )


def _link(source: Path, target: Path) -> bool:
    """Give a file a second name; `False` on another disk, or one that has no links."""
    try:
        os.link(source, target)
    except OSError:
        return False
    return True
