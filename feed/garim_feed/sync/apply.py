"""From what all feeds offer to what is in force: plan, build beside, swap, clear away.

Rules:
- Everything that is in force comes from one plan over all feeds; a feed that was removed is not in
  the next plan.
- Nothing is built when the plan is the one that is in force.
- What is in force stays until the new generation is whole on the disk; then one rename swaps.
- Segments are deleted only by who holds the build lock and the feed's lock: nobody builds from
  them. One that is not what it was when it came (a bad disk) is deleted, and fetched again.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.lookup import generations
from garim_feed.lookup.builtin import BUILTIN
from garim_feed.lookup.generation_file import NAME, ListRecord
from garim_feed.lookup.plan import BuildPlan, BuildResult, PlannedList
from garim_feed.sync import built, files, record
from garim_feed.sync.building import Build
from garim_feed.sync.built import Built
from garim_feed.sync.contents import segment_place
from garim_feed.sync.layout import FeedFolder, build_lock, feed_folders, feed_lock, without_shipped
from garim_feed.sync.problem import Problem
from garim_feed.sync.status import in_force
from garim_feed.sync.store import ListStore

WAIT = 600.0
"""Seconds to wait for another build."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What is in force now.

    Attributes:
        generation: Its name, or `""`: there never was anything.
        changed: Whether that is another one than before.
    """

    generation: str
    changed: bool


def apply(store: ListStore, build: Build) -> Applied:
    """Put into force what the feeds offer, if it is not.

    Raises:
        FeedError: When it cannot be built; what is in force stays.
        OSError: When the disk is full or not writable; what is in force stays.
    """
    root = store.root
    with files.locked(build_lock(root), WAIT) as lock:
        plan = plan_of(root)
        digest = _digest(plan)
        last, current = built.read_built(root), generations.current(root)
        if last.plan == digest and last.problem is None and _stands(root, last.generation):
            return Applied(current, changed=False)
        if not plan.lists and not current:
            return Applied("", changed=False)
        before = in_force(root)
        try:
            result = build(plan, root, lock)
        except FeedError as error:
            _write(root, last.model_copy(update={"problem": Problem.of(error)}))
            raise
        changed = result.generation != current
        if changed:
            generations.swap(root, result.generation)
        healed = [name for name in _refused_feeds(result) if _heal(store, name)]
        made = _made("" if healed else digest, result, _times(last, before, in_force(root)))
        _write(root, made)
        _clear(store)
        return Applied(result.generation, changed)


def plan_of(root: Path) -> BuildPlan:
    """Return the plan over everything that the feeds of a lists folder offer.

    Raises:
        FeedError: When what a feed offers cannot be read.
    """
    lists: list[PlannedList] = []
    for folder in feed_folders(root):
        offer = record.read_sound_offer(folder)
        lists += [
            PlannedList(
                feed=folder.name,
                authority=one.authority,
                keeper=one.keeper,
                manifest=one.manifest,
                segments=tuple(segment_place(folder, digest) for digest in one.segments),
                revoked=tuple(dict.fromkeys(offer.revoked_of(one))),
            )
            for one in offer.lists
        ]
    return BuildPlan(lists=tuple(lists), builtin=not without_shipped(root).exists())


def _stands(root: Path, generation: str) -> bool:
    """Whether a generation is the one in force, and is there."""
    if not generation or generation != generations.current(root):
        return False
    return (generations.generation_path(root, generation) / NAME).is_file()


def _digest(plan: BuildPlan) -> str:
    """Return the digest of a plan, and of the shipped lists that are built in with it."""
    digest = hashlib.sha256(plan.model_dump_json().encode())
    shipped = BUILTIN / "generation" / "generation.json"
    digest.update(shipped.read_bytes() if shipped.is_file() else b"")
    return digest.hexdigest()


def _times(
    last: Built, before: tuple[ListRecord, ...], after: tuple[ListRecord, ...]
) -> Mapping[str, datetime]:
    """Return when something of each feed last came into force."""
    now = datetime.now(UTC)
    return {
        feed: now if _of(before, feed) != _of(after, feed) else last.changed.get(feed, now)
        for feed in {one.feed for one in after}
    }


def _of(records: tuple[ListRecord, ...], feed: str) -> list[tuple[object, ...]]:
    return [(one.manifest, one.revoked, one.keeper) for one in records if one.feed == feed]


def _made(plan: str, result: BuildResult, changed: Mapping[str, datetime]) -> Built:
    refused: dict[str, tuple[Problem, ...]] = {}
    for one in result.refused:
        refused[one.feed] = (*refused.get(one.feed, ()), Problem.of(one.error, one.list))
    return Built(plan=plan, generation=result.generation, refused=refused, changed=changed)


def _refused_feeds(result: BuildResult) -> set[str]:
    return {one.feed for one in result.refused}


def _heal(store: ListStore, name: str) -> bool:
    """Delete the segments of a feed that are damaged, and return whether any was."""
    folder = store.folder(name)
    bad = [digest for digest in record.read_offer(folder).kept() if not _sound(folder, digest)]
    for digest in bad:
        segment_place(folder, digest).unlink(missing_ok=True)
    if bad:
        record.not_whole(folder)
    return bool(bad)


def _sound(folder: FeedFolder, digest: str) -> bool:
    try:
        with segment_place(folder, digest).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == digest
    except OSError:
        return False


def _write(root: Path, value: Built) -> None:
    record.write(root / built.NAME, value)


def _clear(store: ListStore) -> None:
    """Delete generations and segments that nobody needs any more."""
    generations.prune(store.root)
    for folder in feed_folders(store.root):
        try:
            with files.locked(feed_lock(store.root, folder.name)):
                _sweep(folder)
        except FeedError:
            continue  # It is being looked at; the next time will do.


def _sweep(folder: FeedFolder) -> None:
    kept = {segment_place(folder, digest) for digest in record.read_offer(folder).kept()}
    for place in folder.segments.glob("*.seg"):
        if place not in kept:
            place.unlink(missing_ok=True)
