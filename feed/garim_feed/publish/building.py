"""The next version of a list: its segments, written into stock, and its manifest.

Rules:
- A version takes over the segments of the one before it and adds what changed; `compaction` says
  which are merged. Segments are read back as readers read them, so the manifest's counts and digest
  are those of what really travels.
- A list that is new, or whose segments hold too much in vain, is written anew.

Weakness: each build reads all segments of the lists that changed (some seconds for 10 million
entries), so that no second copy of the published state can disagree with them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tuf.api.metadata import TargetFile

from garim_feed.errors import FeedError
from garim_feed.publish import compaction, stocking
from garim_feed.publish.gathering import changed, whole
from garim_feed.publish.lists import ListInfo
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.workspace import Workspace
from garim_feed.tables import Segment
from garim_feed.wire import segment as segments
from garim_feed.wire.catalogue import MAX_SEGMENTS, ListManifest, SegmentRef
from garim_feed.wire.content import content_digest, count_removals, counts
from garim_feed.wire.cut import cut
from garim_feed.wire.merge import merge
from garim_feed.wire.names import segment_file, segment_path

_PARAMETERS = ("title", "category", "parameters")


@dataclass(frozen=True, slots=True)
class Piece:
    """One segment in stock.

    Attributes:
        ref: What the manifest says of it.
        target: What role metadata says of it.
        new: Whether this build wrote it.
    """

    ref: SegmentRef
    target: TargetFile
    new: bool


@dataclass(frozen=True, slots=True)
class Built:
    """A list's next version.

    Attributes:
        manifest: Its manifest.
        pieces: Its segments.
    """

    manifest: ListManifest
    pieces: tuple[Piece, ...]


def build(
    workspace: Workspace, info: ListInfo, files: Mapping[str, TargetFile], progress: Progress
) -> Built | None:
    """Build a list's next version; `None` if it is as it is published. Part of a transaction.

    Args:
        workspace: The workspace.
        info: The list.
        files: The published segments by their file name.
        progress: Told how far it is.

    Raises:
        FeedError: More distinct terms, or more segments, than a list can have.
    """
    writing = _Writing(workspace, info)
    if info.published is None:
        if not workspace.row("SELECT 1 FROM entry WHERE list = ? LIMIT 1", info.number):
            return None
        pieces = writing.write(whole(workspace, info, progress))
    else:
        kept = [Piece(ref, files[ref.file], new=False) for ref in info.published.segments]
        step = writing.write(changed(workspace, info, progress))
        if not step and _said(info) == _said(info.published):
            return None
        pieces = writing.compact(kept + step) if step else kept
    tables, _ = merge(writing.read(pieces, progress))
    entries = counts(tables)
    rows = sum(piece.ref.entries + piece.ref.removals for piece in pieces)
    if compaction.wasteful(rows, sum(entries.values())):
        pieces = writing.write(whole(workspace, info, progress))
        tables, _ = merge(writing.read(pieces, progress))
    if len(pieces) > MAX_SEGMENTS:
        raise FeedError("{list} is too large to be one list; make several.", list=info.name)
    manifest = ListManifest(
        name=info.name,
        title=info.title,
        category=info.category,
        salt=info.salt.hex(),
        version=info.version + 1,
        published=workspace.now(),
        parameters=info.parameters,
        segments=tuple(piece.ref for piece in pieces),
        entries=counts(tables),
        content=content_digest(tables),
    )
    return Built(manifest, tuple(pieces))


class _Writing:
    """Segments of one list, numbered on."""

    def __init__(self, workspace: Workspace, info: ListInfo) -> None:
        self._workspace = workspace
        self._info = info

    def write(self, step: Segment) -> list[Piece]:
        """Write a step of the list, in as many segments as it takes; none for an empty one."""
        return [self._piece(part) for part in cut(step) if _rows(part) != (0, 0)]

    def compact(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Merge what is to be merged."""
        made: list[Piece] = []
        for start, end in compaction.plan([piece.target.length for piece in pieces]):
            if end - start == 1:
                made.append(pieces[start])
                continue
            tables, removals = merge(self.read(pieces[start:end]))
            first = Segment(tables, type(removals)()) if start == 0 else Segment(tables, removals)
            made += self.write(first)
        return made

    def read(self, pieces: Sequence[Piece], progress: Progress | None = None) -> Iterator[Segment]:
        """Read segments as readers do, one at a time."""
        for done, piece in enumerate(pieces, 1):
            yield segments.read(stocking.take(self._workspace, piece.target))
            if progress is not None:
                progress(Step.VERIFY, done, len(pieces))

    def _piece(self, part: Segment) -> Piece:
        (number,) = self._workspace.store.execute(
            "UPDATE list SET segments = segments + 1 WHERE id = ? RETURNING segments",
            (self._info.number,),
        ).fetchone()
        file = segment_file(self._info.name, number)
        path = segment_path(self._info.authority, file)
        target = stocking.put(self._workspace, path, segments.write(part))
        entries, removals = _rows(part)
        return Piece(SegmentRef(file=file, entries=entries, removals=removals), target, new=True)


def _rows(part: Segment) -> tuple[int, int]:
    return sum(counts(part.added).values()), count_removals(part.removed)


def _said(of: ListInfo | ListManifest) -> tuple[object, ...]:
    return of.title, of.category, of.parameters
