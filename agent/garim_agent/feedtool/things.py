"""From the arguments of `garim-feed add`, `remove` and `revoke` to items of a list.

Rules:
- What exists as a file is a file. A folder stands for the files in it, in name order, but only with
  `--recursive`: a slip of the finger must not list a home folder. Everything else is read by
  `subjects.py`.
- All arguments are read before anything is kept: one that cannot be used leaves everything as it
  was.
- A picture is listed by its digests and by its PDQ hash; one without features only by its digests,
  and that is said. A torrent file is listed by its info-hashes.
- `allow` is for exact kinds, `negative` for pictures' looks.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from garim_addon.judge.confirm import TOO_SMALL, VECTOR
from garim_addon.text import N_, _
from garim_agent.bars import progress_bar
from garim_agent.errors import UsageError
from garim_agent.feedtool import subjects
from garim_agent.feedtool.hashing import FEATURELESS, TOO_LARGE, Hashed, Hasher, Progress, hashing
from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Effect, Kind
from garim_feed.publish.items import Item

AT_ONCE = 4

_WHY_NOT = {
    FEATURELESS: N_("it has too few features to be told from other pictures"),
    TOO_SMALL: N_("it is too small"),
    TOO_LARGE: N_("it is too large"),
    VECTOR: N_("it is a drawing without pixels"),
}


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options that make items of things.

    Attributes:
        effect: What the entries do.
        kind: What bare digests are, or `None`.
        parameters: Query parameters of addresses that count, or `None` for all.
        tight: Bits within which a picture stands alone.
        wide: Bits within which it needs a second confirmation.
        digests: Which digests of a file are listed.
        exact: Whether a picture's looks are left out.
        expires: First day on which the entries no longer count, or `None`.
        note: The administrator's remark.
        recursive: Whether folders are taken.
    """

    effect: Effect = Effect.BLOCK
    kind: Kind | None = None
    parameters: tuple[str, ...] | None = None
    tight: int = TIGHT_BITS
    wide: int = WIDE_BITS
    digests: tuple[Kind, ...] = (Kind.SHA256,)
    exact: bool = False
    expires: date | None = None
    note: str = ""
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Thing:
    """One item and where it came from.

    Attributes:
        source: The argument or the file.
        item: The item.
        file: Whether it came from a file (then another item of the same file may be meant).
    """

    source: str
    item: Item
    file: bool = False


@dataclass(frozen=True, slots=True)
class Things:
    """What the arguments name.

    Attributes:
        things: Items, in order.
        hints: Sentences for the person, already translated.
    """

    things: tuple[Thing, ...]
    hints: tuple[str, ...]


def read(arguments: Sequence[str], wishes: Wishes) -> Things:
    """Read all arguments.

    Raises:
        UsageError: When one of them cannot be used.
        OSError: When a file cannot be read.
    """
    files, typed = [], []
    for argument in arguments:
        if not argument.strip():
            raise UsageError(N_("An argument is empty."))
        path = Path(argument)
        if path.is_dir() and not wishes.recursive:
            raise UsageError(
                N_("{path} is a folder; --recursive takes every file in it."), path=argument
            )
        if path.is_dir():
            files += sorted(file for file in path.rglob("*") if file.is_file())
        elif path.is_file():
            files.append(path)
        else:
            typed += [Thing(argument, item) for item in _typed(argument, wishes)]
    hints: list[str] = []
    for hashed in asyncio.run(_hash(files, wishes)) if files else ():
        typed += [Thing(str(hashed.path), item, file=True) for item in _items(hashed, wishes)]
        hints += _hints(hashed, wishes)
    return Things(tuple(typed), tuple(hints))


def _typed(argument: str, wishes: Wishes) -> Iterator[Item]:
    for item in subjects.read(argument, wishes.kind, wishes.parameters):
        image = item.kind is Kind.IMAGE
        if wishes.effect is (Effect.ALLOW if image else Effect.NEGATIVE):
            raise UsageError(_WRONG_EFFECT[wishes.effect], text=argument)
        yield _item(item.kind, item.subject, wishes, item.quality)


_WRONG_EFFECT = {
    Effect.ALLOW: N_("--allow is for hosts, addresses, files and torrents; {text} is a picture."),
    Effect.NEGATIVE: N_("--negative is for pictures; {text} is none."),
}


def _items(hashed: Hashed, wishes: Wishes) -> Iterator[Item]:
    """Yield the items of one file."""
    if wishes.effect is Effect.NEGATIVE:
        if not hashed.picture:
            raise UsageError(_WRONG_EFFECT[Effect.NEGATIVE], text=hashed.path)
        if not hashed.pdq:
            raise UsageError(
                N_("{path} cannot be listed by its looks: {reason}."),
                path=hashed.path,
                reason=_reason(hashed),
            )
        yield _item(Kind.IMAGE, hashed.pdq, wishes, hashed.quality)
        return
    for torrent in hashed.torrents:
        yield _item(Kind.TORRENT, torrent, wishes)
    if not hashed.torrents:
        for kind, digest in hashed.digests.items():
            yield _item(kind, digest, wishes)
    if hashed.pdq and not wishes.exact and wishes.effect is Effect.BLOCK:
        yield _item(Kind.IMAGE, hashed.pdq, wishes, hashed.quality)


def _item(kind: Kind, subject: str, wishes: Wishes, quality: int = 0) -> Item:
    image = kind is Kind.IMAGE
    return Item(
        kind,
        subject,
        effect=wishes.effect,
        quality=quality,
        expires=wishes.expires,
        note=wishes.note,
        tight=wishes.tight if image else TIGHT_BITS,
        wide=wishes.wide if image else WIDE_BITS,
    )


def _hints(hashed: Hashed, wishes: Wishes) -> Iterator[str]:
    if wishes.effect is not Effect.BLOCK or wishes.exact or hashed.torrents:
        return
    if hashed.picture and not hashed.pdq:
        yield _(
            "{path}: only its digest is listed, not its looks: {reason}.",
            path=hashed.path,
            reason=_reason(hashed),
        )
    elif not hashed.picture:
        yield _(
            "{path}: no picture, so only its digest is listed; a copy that was changed in any way "
            "is not found by it.",
            path=hashed.path,
        )


def _reason(hashed: Hashed) -> str:
    return _(_WHY_NOT[hashed.reason]) if hashed.reason in _WHY_NOT else hashed.reason


async def _hash(files: Sequence[Path], wishes: Wishes) -> list[Hashed]:
    """Hash files a few at a time, in order."""
    total = sum(file.stat().st_size for file in files)
    with progress_bar() as bar:
        task = bar.add_task(_("hashing files"), total=total or None)
        async with hashing(workers=1 if len(files) == 1 else None) as hasher:
            return await _in_order(files, hasher, wishes, lambda size: bar.advance(task, size))


async def _in_order(
    files: Sequence[Path], hasher: Hasher, wishes: Wishes, advance: Progress
) -> list[Hashed]:
    found: list[Hashed] = []
    for start in range(0, len(files), AT_ONCE):
        few = files[start : start + AT_ONCE]
        found += await asyncio.gather(*(hasher.hash(file, wishes.digests, advance) for file in few))
    return found
