"""Build the next generation beside the one in force, from verified segment files.

Rules:
- A pure function over folders: it reads segments and the generation in force, and writes one new
  folder. It swaps nothing; a build that dies at any instant leaves only a `.building-*` behind,
  which the next one deletes.
- A list is taken over whole or not at all: its segments must hold what its manifest says, and it
  must pass the guards. A refused list is reported, and the last good one stays, without what was
  revoked meanwhile.
- What did not change is not built again, but linked (`build_list`).
- The same content keeps its name: when nothing changed, nothing is written.
- One build at a time for a folder; the caller holds the lock.
"""

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.lookup import generations
from garim_feed.lookup.build_list import Kept, ListBuilder
from garim_feed.lookup.builtin import BUILTIN
from garim_feed.lookup.canaries import check_canaries
from garim_feed.lookup.generation import open_list, today
from garim_feed.lookup.generation_file import (
    NAME,
    ListRecord,
    content_of,
    read_generation,
    write_generation,
)
from garim_feed.lookup.plan import BuildPlan, BuildResult, BuiltList, PlannedList, Refusal, refusal


def build(plan: BuildPlan, root: Path) -> BuildResult:
    """Build a generation.

    Args:
        plan: What shall be in force.
        root: The lists folder; created if it is not there.

    Returns:
        What was built; its generation is whole on the disk, but not in force.

    Raises:
        FeedError: When the shipped lists are damaged.
        OSError: When the disk is full or not writable.
    """
    parent = generations.generations_folder(root)
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(f"{generations.BUILDING}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=generations.BUILDING, dir=parent))
    try:
        records, refused = _lists(plan, _in_force(root), folder)
        name = _finished(root, folder, records)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return BuildResult(generation=name, lists=tuple(map(_built, records)), refused=refused)


def _in_force(root: Path) -> dict[tuple[str, str], Kept]:
    """Return the lists of the generation in force; none when it is damaged."""
    name = generations.current(root)
    with suppress(FeedError):
        folder = generations.generation_path(root, name)
        return {_key(one): Kept(folder, one) for one in read_generation(folder).lists}
    return {}


def _lists(
    plan: BuildPlan, kept: dict[tuple[str, str], Kept], folder: Path
) -> tuple[tuple[ListRecord, ...], tuple[Refusal, ...]]:
    builder = ListBuilder(folder)
    records: list[ListRecord] = []
    refused: list[Refusal] = []
    if plan.builtin:
        for number, one in enumerate(read_generation(BUILTIN / "generation").lists):
            records.append(builder.carry(Kept(BUILTIN / "generation", one), (), f"b{number}"))
    ordered = sorted(plan.lists, key=lambda one: (one.feed, one.manifest.name))
    for number, planned in enumerate(ordered):
        name, old = f"l{number}", kept.get((planned.feed, planned.manifest.name))
        try:
            records.append(_taken(builder, planned, old, folder, name))
        except FeedError as error:
            refused.append(refusal(planned.feed, planned.manifest.name, error))
            builder.discard(name)
            with suppress(FeedError):
                if old is not None:
                    records.append(builder.carry(old, planned.revoked, name))
    return tuple(records), tuple(refused)


def _taken(
    builder: ListBuilder, planned: PlannedList, kept: Kept | None, folder: Path, name: str
) -> ListRecord:
    """Build a list and check what it would block.

    Raises:
        FeedError: When it cannot be taken over.
    """
    try:
        record = builder.build(planned, kept, name)
    except MemoryError as error:
        raise FeedError(
            "The list needs more memory than a build may take; it was not taken over."
        ) from error
    check_canaries(open_list(folder, record), today())
    return record


def _finished(root: Path, folder: Path, records: tuple[ListRecord, ...]) -> str:
    """Make a built folder a generation, unless it is the one in force, and return its name."""
    content, used = content_of(records), generations.current(root)
    if used and _holds(generations.generation_path(root, used), content):
        return used
    with (folder / NAME).open("xb") as file:
        file.write(write_generation(records))
        file.flush()
        os.fsync(file.fileno())
    generations.sync_folder(folder)
    name = generations.next_name(root, content)
    final = generations.generation_path(root, name)
    folder.rename(final)
    generations.sync_folder(final.parent)
    return name


def _holds(folder: Path, content: str) -> bool:
    """Whether a generation has this content, every bit of it."""
    try:
        found = read_generation(folder)
    except FeedError:
        return False
    lists = (Kept(folder, record) for record in found.lists)
    return found.content == content and all(one.is_intact(*one.parts) for one in lists)


def _built(record: ListRecord) -> BuiltList:
    manifest = record.manifest
    entries = sum(manifest.entries.values())
    return BuiltList(
        feed=record.feed, list=manifest.name, version=manifest.version, entries=entries
    )


def _key(record: ListRecord) -> tuple[str, str]:
    return record.feed, record.manifest.name
