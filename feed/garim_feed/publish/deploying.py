"""The published state as a folder of static files.

Rules:
- Files that name other files come after them: targets (segments among them), role metadata,
  snapshot, and timestamp last; each is written beside, flushed, and renamed. A reader sees the old
  or the new state, and a folder that was left halfway is finished by the next run.
- A new root comes right after the timestamp if everything new is good under the old root too, else
  right before it. Only when no key is in both is there a moment, between those two renames, in
  which readers are told to wait; TUF has no way around it.
- What the last state needed stays for a day, for readers who are in the middle of it.
- A folder that holds another feed, or a newer state of this one, is refused. Files that are not the
  feed's are never touched.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root
from tuf.api.serialization import DeserializationError

from garim_feed.errors import FeedError
from garim_feed.publish import folders, stocking
from garim_feed.publish.metadata import published_files, roots
from garim_feed.publish.progress import Progress, Step
from garim_feed.publish.roles import ROOT, SNAPSHOT, TARGETS, TIMESTAMP
from garim_feed.publish.workspace import Workspace

METADATA, FILES = "metadata", "targets"
GRACE = timedelta(days=1)
"""For how long what was replaced stays."""
_REMEMBERED = timedelta(days=30)


def check(workspace: Workspace, folder: Path) -> None:
    """Refuse a folder that is not this feed's to write.

    Raises:
        FeedError: It holds another feed, or a newer state of this one.
    """
    place = folder / METADATA
    own = roots(workspace)
    first = _read(place / "1.root.json")
    if first is None and not (place / "timestamp.json").exists():
        return
    if first != own.get(1):
        raise FeedError("{path} holds another feed; choose another folder.", path=folder)
    there, ours = _read(place / "timestamp.json"), published_files(workspace).get(TIMESTAMP)
    if there is None or ours is None or there == ours[1]:
        return
    metadata = _parsed(there)
    if metadata is None or not _good(own.values(), TIMESTAMP, metadata):
        return
    if metadata.signed.version >= ours[0]:
        raise FeedError(
            "{path} holds a newer state of this feed than this workspace (timestamp {there}, here "
            "{ours}): this is an old copy of the workspace. Publish from the current one.",
            path=folder,
            there=metadata.signed.version,
            ours=ours[0],
        )


def deploy(workspace: Workspace, folder: Path, progress: Progress) -> tuple[int, int]:
    """Bring a folder up to the published state; return how many files, and bytes, were written."""
    place = folder / METADATA
    folders.make(place.absolute())
    sizes = list(_targets(workspace, folder / FILES, progress))
    for name, data in _ordered(workspace, place):
        if _read(place / name) != data:
            folders.write(place / name, data)
            folders.flush_folder(place)
            sizes.append(len(data))
    _clean(workspace, folder)
    return len(sizes), sum(sizes)


def _targets(workspace: Workspace, place: Path, progress: Progress) -> Iterator[int]:
    """Copy the files that lack; yield their sizes."""
    files = stocking.current(workspace)
    touched = set()
    for done, (path, target) in enumerate(files.items()):
        progress(Step.COPY, done, len(files))
        to = place / path
        if to.exists() and to.stat().st_size == target.length:
            continue
        folders.make(to.parent.absolute())
        folders.copy(workspace.targets / path, to)
        touched.add(to.parent)
        yield target.length
    for parent in touched:
        folders.flush_folder(parent)
    progress(Step.COPY, len(files), len(files))


def _ordered(workspace: Workspace, place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield names and bytes of metadata in the order in which they may appear."""
    files, every = published_files(workspace), roots(workspace)
    for role, (version, data) in files.items():
        if role not in {ROOT, SNAPSHOT, TIMESTAMP}:
            yield f"{version}.{role}.json", data
    yield f"{files[SNAPSHOT][0]}.snapshot.json", files[SNAPSHOT][1]
    named = [(f"{version}.root.json", data) for version, data in every.items()]
    held = [version for version in every if (place / f"{version}.root.json").exists()]
    seen = [data for version, data in every.items() if held and version >= max(held)]
    top = [(role, Metadata.from_bytes(files[role][1])) for role in (TARGETS, SNAPSHOT, TIMESTAMP)]
    timestamp = ("timestamp.json", files[TIMESTAMP][1])
    if seen and all(_good([root], role, metadata) for root in seen for role, metadata in top):
        yield from (timestamp, *named)
    else:
        yield from (*named, timestamp)


def _clean(workspace: Workspace, folder: Path) -> None:
    """Delete what nobody can be reading any more, and what an earlier run left unfinished."""
    store, now = workspace.store, workspace.now()
    old = (now - GRACE).isoformat()
    gone = [
        folder / FILES / path
        for (path,) in store.execute("SELECT path FROM retired WHERE at < ?", (old,))
    ]
    gone += [
        folder / METADATA / f"{version}.{role}.json"
        for role, version in store.execute(
            "SELECT role, version FROM metadata WHERE retired < ?", (old,)
        )
    ]
    for part in (folder / METADATA, folder / FILES):
        gone += part.rglob(f"{folders.BESIDE}*")
    for path in gone:
        path.unlink(missing_ok=True)
    with workspace.changing():
        limit = ((now - _REMEMBERED).isoformat(),)
        store.execute("DELETE FROM retired WHERE at < ?", limit)
        store.execute("DELETE FROM metadata WHERE retired < ?", limit)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _parsed(data: bytes) -> Metadata[Any] | None:
    try:
        return Metadata.from_bytes(data)
    except DeserializationError:
        return None


def _good(every: Iterable[bytes], role: str, metadata: Metadata[Any]) -> bool:
    """Whether any of the roots accepts a role's metadata."""
    results = (
        Metadata[Root]
        .from_bytes(root)
        .signed.get_verification_result(role, metadata.signed_bytes, metadata.signatures)
        for root in every
    )
    return any(result.verified for result in results)
