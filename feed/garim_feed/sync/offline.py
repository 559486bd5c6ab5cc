"""Feeds in a folder, for a machine without a network: verified the same way as from a server.

Rules:
- An export is a plain published repository: what was fetched and verified, nothing added. It can be
  imported, served by any web server, or checked with `garim-feed verify`.
- Files come first and the timestamp last, each beside its place and then moved there: an export
  that was cut off is not taken for a whole one.
- An import is a look at a folder instead of a server: the same signatures, ends and limits. A copy
  whose timestamp has run out (a day, unless its keepers sign for longer) is refused.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Snapshot, TargetFile, Targets, Timestamp

from garim_feed.errors import FeedError
from garim_feed.sync import files, record
from garim_feed.sync.building import Build
from garim_feed.sync.contents import remote_path, segment_place
from garim_feed.sync.extras import Checker
from garim_feed.sync.layout import FeedFolder, feed_lock
from garim_feed.sync.source import FolderSource
from garim_feed.sync.store import WAIT, ListStore
from garim_feed.sync.update import Progress, UpdateReport, update

_TIMESTAMP = "timestamp.json"
_FOLDERS = {"metadata", "targets"}


def export_feed(store: ListStore, name: str, folder: Path) -> int:
    """Write what was fetched of a feed as a published repository.

    Args:
        store: The lists folder.
        name: The feed.
        folder: Where to write it; created, and must be empty or hold an older export.

    Returns:
        Bytes written.

    Raises:
        FeedError: When there is no such feed, it was never fetched whole, or the folder holds
            something else.
        OSError: When it cannot be written.
    """
    config = store.feed(name)
    own = store.folder(config.name)
    with files.locked(feed_lock(store.root, name), WAIT):
        if folder.is_dir() and not {place.name for place in folder.iterdir()} <= _FOLDERS:
            raise FeedError("{path} holds something else; name an empty folder.", path=folder)
        try:
            found = dict(_files(own))
        except (OSError, RepositoryError) as error:
            raise _not_whole(name) from error
        polled = record.read_polled(own)
        if polled is None or not polled.timestamp:
            raise _not_whole(name)
        return sum(_place(source, folder / path) for path, source in found.items())


def import_feed(
    store: ListStore,
    name: str,
    folder: Path,
    *,
    progress: Progress | None = None,
    checker: Checker | None = None,
    build: Build | None = None,
) -> UpdateReport:
    """Take a feed from a folder instead of its address: the same checks, then into force.

    Args:
        store: The lists folder; the feed must have been added, with its root file.
        name: The feed.
        folder: What `export_feed` or `garim-feed publish` wrote.
        progress: Told how far it is.
        checker: Accepts or refuses what the feed carries besides lists.
        build: Builds a generation; by default in a process of its own.

    Raises:
        FeedError: When there is no such feed, or the folder's copy fails a check.
        OSError: When the disk is full or not writable; the old lists stay.
    """
    if not _is_feed(folder):
        raise FeedError("{path} is not a copy of a feed.", path=folder)
    report = update(
        store, only=[name], progress=progress, checker=checker, build=build,
        source=lambda _address: FolderSource(folder),
    )  # fmt: skip
    for problem in (status.problem for status in report.feeds):
        if problem is not None:
            raise FeedError(problem.template, **problem.params)
    return report


def _files(own: FeedFolder) -> Iterator[tuple[str, Path]]:
    """Yield path and source of everything that was fetched, in the order of publishing.

    Raises:
        RepositoryError: When the metadata is not all of one state of the feed.
        OSError: When something is missing.
    """
    metadata = own.metadata
    timestamp = Metadata[Timestamp].from_bytes((metadata / _TIMESTAMP).read_bytes()).signed
    snapshot = Metadata[Snapshot].from_bytes((metadata / "snapshot.json").read_bytes()).signed
    if snapshot.version != timestamp.snapshot_meta.version:
        raise RepositoryError("the snapshot is not the timestamp's")
    roles: list[tuple[str, Path]] = []
    for filename, meta in snapshot.meta.items():
        role = filename.removesuffix(".json")
        place = metadata / f"{quote(role, '')}.json"
        if not place.is_file():
            continue  # A role that this machine had no use for.
        signed = Metadata[Targets].from_bytes(place.read_bytes()).signed
        if signed.version != meta.version:
            raise RepositoryError(f"{role} is not the snapshot's")
        yield from _held(own, signed)
        roles.append((f"metadata/{meta.version}.{quote(role, '')}.json", place))
    yield from roles
    yield f"metadata/{snapshot.version}.snapshot.json", metadata / "snapshot.json"
    for place in sorted((metadata / "root_history").glob("*.root.json")):
        yield f"metadata/{place.name}", place
    yield f"metadata/{_TIMESTAMP}", metadata / _TIMESTAMP


def _held(own: FeedFolder, signed: Targets) -> Iterator[tuple[str, Path]]:
    """Yield the targets of a role that this machine holds."""
    for info in signed.targets.values():
        place = _held_at(own, info)
        if place is not None:
            yield remote_path(info), place


def _held_at(own: FeedFolder, info: TargetFile) -> Path | None:
    digest = info.hashes.get("sha256", "")
    for place in (own.documents / f"{digest}.json", segment_place(own, digest)):
        if digest and place.is_file():
            return place
    return None


def _place(source: Path, place: Path) -> int:
    """Copy a file whole or not at all; a target that is there already is the same."""
    size = source.stat().st_size
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(place.name + ".new")
    shutil.copyfile(source, beside)
    with beside.open("rb+") as file:
        files.flush(file)
    beside.replace(place)
    files.flush_folder(place.parent)
    return size


def _is_feed(folder: Path) -> bool:
    return (folder / "metadata").is_dir()


def _not_whole(name: str) -> FeedError:
    return FeedError(
        "The feed {feed} was not fetched whole yet; fetch it (garim lists sync), then try again.",
        feed=name,
    )
