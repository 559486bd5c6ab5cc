"""Perceptual entries that match far more than one picture would: reported, no longer blocked.

One wrong entry (a logo, an empty template, a picture that half the web looks like) would block
innocent pictures by the thousand before its keepers hear of it.

Rules:
- Counted are distinct contents (keyed digests of bodies) in 24 hours, for each entry of each list
  of each feed; from `MOST` + 1 on the entry is in quarantine.
- Only contents of which no classifier says anything but "neutral" count: who fills a page with
  variants of a listed picture in order to get its entry out of the way must first make them look
  innocent to both classifiers.
- Exact entries (hosts, addresses, files, torrents) are never in quarantine: they name one thing.
  Nor is the shipped test picture: people try out many variants of it, and nobody could confirm it.
- An entry comes out when its list carries it with a newer day in `added`: its keepers looked at it
  and put it there again. Removing the state file takes all of them out.
- The state file holds names of feeds, lists and entries and days, nothing of any content or site.
  The counts are in memory only: a restart begins to count anew.

Why 40: copies of one picture that one household meets in a day are few, while an entry that matches
what is common is past 40 within minutes. It is a judgement, not a measurement. On a box for
thousands of devices a widely shared listed picture that the classifiers find neutral can reach it.

Weakness: a listed picture that both classifiers find neutral can be driven into quarantine on one
machine, by showing that machine 41 variants of it.
"""

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from garim_addon import private_files
from garim_addon.checked import checked, mapping
from garim_addon.judge.confirm import Thresholds, suspicious
from garim_addon.private_files import PrivateFileError
from garim_addon.verdict import Inspection, ListMatch
from garim_feed.sync.layout import BUILTIN

_log = logging.getLogger(__name__)

MOST = 40
"""Distinct contents in a day that an entry may match."""
WINDOW = 24 * 3600.0
"""Seconds."""
MAX_COUNTED = 4096
"""Entries that are counted; the one that matched longest ago is forgotten."""
MAX_HELD = 10_000
MAX_FILE = 4 << 20
PERCEPTUAL = frozenset({"image", "video"})

type _Name = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Held:
    """One entry in quarantine.

    Attributes:
        feed: Name of its feed.
        list: Name of its list.
        entry: Its id.
        added: Its day when it went in (ISO 8601), or `""`.
        since: Day on which it went in (ISO 8601).
    """

    feed: str
    list: str
    entry: str
    added: str
    since: str


class Quarantine:
    """Counts matches and says which entries are not believed.

    Args:
        path: The state file, or `None` for none.
        on_held: Told of each entry that goes in, once.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        on_held: Callable[[Held], None] = lambda _: None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = path
        self._on_held = on_held
        self._clock = clock
        self._counts: OrderedDict[_Name, dict[bytes, float]] = OrderedDict()
        self._held = {_name(held): held for held in _read(path)}

    @property
    def entries(self) -> tuple[Held, ...]:
        """What is in quarantine."""
        return tuple(self._held.values())

    def holds(self, match: ListMatch) -> bool:
        """Whether a match is of an entry in quarantine."""
        held = self._held.get(_name(match)) if self._held else None
        return held is not None and match.kind in PERCEPTUAL and match.added <= held.added

    def observe(self, inspection: Inspection, key: bytes, thresholds: Thresholds) -> None:
        """Count what a content matched; lets out what its list has confirmed.

        Args:
            inspection: What was found in it.
            key: What identifies the content: a keyed digest.
            thresholds: Where a classifier's "neutral" ends.
        """
        for match in inspection.matches:
            if match.kind not in PERCEPTUAL or match.feed == BUILTIN:
                continue
            held = self._held.get(_name(match))
            if held is not None and match.added > held.added:
                del self._held[_name(match)]
                self._save()
            elif held is None and not suspicious(inspection, match.frame, thresholds):
                self._count(match, key[:8])

    def _count(self, match: ListMatch, content: bytes) -> None:
        name, now = _name(match), self._clock()
        seen = self._counts.setdefault(name, {})
        self._counts.move_to_end(name)
        if len(self._counts) > MAX_COUNTED:
            self._counts.popitem(last=False)
        seen[content] = now
        if len(seen) <= MOST:
            return
        for old in [each for each, at in seen.items() if not 0 <= now - at < WINDOW]:
            del seen[old]
        if len(seen) > MOST and len(self._held) < MAX_HELD:
            del self._counts[name]
            day = time.strftime("%Y-%m-%d", time.gmtime(now))
            self._held[name] = held = Held(*name, added=match.added, since=day)
            self._save()
            _log.warning(
                "entry %s of list %s (feed %s) matches too much and is only reported from now on",
                held.entry,
                held.list,
                held.feed,
            )
            self._on_held(held)

    def _save(self) -> None:
        if self._path is None:
            return
        content = {"format": 1, "entries": [asdict(held) for held in self._held.values()]}
        try:
            private_files.write(self._path, json.dumps(content, indent=1).encode())
        except OSError as error:
            _log.warning("quarantine is not written down: %s", error)


def _name(item: ListMatch | Held) -> _Name:
    return item.feed, item.list, item.entry


def _read(path: Path | None) -> list[Held]:
    """Return what a state file holds; a damaged one holds nothing, and says so."""
    if path is None or not path.exists():
        return []
    try:
        return _entries(private_files.read(path)[:MAX_FILE])
    except (OSError, ValueError, RecursionError, PrivateFileError) as error:
        _log.warning("quarantine begins anew: %s", error)
        return []


def _entries(text: bytes) -> list[Held]:
    entries = mapping(json.loads(text)).get("entries")
    if not isinstance(entries, list) or len(entries) > MAX_HELD:
        raise ValueError("its entries are no list")
    return [_held(mapping(each)) for each in entries]


def _held(raw: dict[str, object]) -> Held:
    return Held(*(checked(raw.get(name), str, name) for name in Held.__slots__))
