"""Lists that name what a test says: as a plain index, or as real generations on the disk."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np

from garim_addon.judge.digests import digests
from garim_feed.addresses.canonical import canonical
from garim_feed.keys import key64, scope32
from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Effect, Kind, Term, day_number
from garim_feed.lookup import generations
from garim_feed.lookup.build import build
from garim_feed.lookup.match import Keeper, Match
from garim_feed.lookup.plan import BuildPlan, PlannedList
from garim_feed.tables import Images, Keys, Removals, Segment, Tables
from garim_feed.wire import segment as segment_file
from garim_feed.wire.catalogue import ListManifest, SegmentRef
from garim_feed.wire.fields import Title
from garim_feed.wire.merge import content_digest, counts

ADDED = "2026-05-01"
KEEPER = Keeper("The Agency", "https://agency.example/", "https://agency.example/appeal?a=1&b")
SALT = b"made-up-salt-16b"


class Made:
    """A `Live` index in memory; what it names can be changed under way."""

    def __init__(self, *, hosts=(), addresses=(), bodies=(), torrents=(), wanted=("sha256",)):
        self.hosts, self.addresses = set(hosts), set(addresses)
        self.bodies, self.torrents = set(bodies), set(torrents)
        self.wanted = wanted
        self.generation, self.failures, self.changes = "g1", 0, 0

    @property
    def version(self):
        return f"v-{self.generation}"

    @property
    def digests(self):
        return frozenset(self.wanted) if self.bodies else frozenset()

    def refresh(self):
        changed, self.changes = bool(self.changes), 0
        return changed

    def digest(self, *asked):
        listed = {each for body in self.bodies for each in digests(body, self.wanted)} - {b""}
        return self._found("digest") if listed & set(asked) else ()

    def image(self, hashes, quality):
        return ()

    def host(self, host):
        return self._found("host") if host.lower() in self.hosts else ()

    def address(self, url):
        address = canonical(url)
        if address is None:
            return ()
        if address.text in self.addresses:
            return self._found("address")
        return self.host(address.host)

    def torrent(self, info_hash):
        return self._found("torrent") if info_hash in self.torrents else ()

    def keeper(self, match):
        return KEEPER if match.feed == "kr" else None

    def _found(self, kind):
        return (Match("ncii", f"{kind}-17", "42", "ncii", kind, feed="kr", added=ADDED),)


def make_lists(root, *, version=1, swap=True, builtin=False, name="made", **listed):
    """Build a real generation of one list and put it into force; returns its name.

    Args:
        root: The lists folder.
        version: The list's version.
        swap: Whether it is put into force.
        builtin: Whether the shipped list is in it.
        name: The list's name.
        **listed: `hosts`, `addresses`, `bodies`, `torrents`, `pictures` (PDQ), `added`.
    """
    made = _tables(**listed)
    total = sum(counts(made).values())
    refs = (SegmentRef(file=f"{name}-1.seg", entries=total, removals=0),) if total else ()
    manifest = ListManifest(
        name=name,
        title=Title(ko="만든 목록", en="Made list"),
        category="ncii",
        salt=SALT.hex(),
        version=version,
        published=datetime(2026, 5, 1, tzinfo=UTC),
        parameters=(),
        segments=refs,
        entries=counts(made),
        content=content_digest(made),
    )
    folder = root.parent / f"segments-{root.name}"
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}-{version}.seg"
    path.write_bytes(segment_file.write(Segment(made, Removals())))
    planned = PlannedList(
        feed="kr",
        authority="agency",
        keeper=KEEPER,
        manifest=manifest,
        segments=(path,) if refs else (),
    )
    result = build(BuildPlan(lists=(planned,), builtin=builtin), root)
    assert not result.refused, result.refused
    if swap:
        generations.swap(root, result.generation)
    return result.generation


def _tables(*, hosts=(), addresses=(), bodies=(), torrents=(), pictures=(), added=ADDED):
    subjects = {
        Kind.HOST: [host.encode() for host in hosts],
        Kind.ADDRESS: [address.encode() for address in addresses],
        Kind.SHA256: [hashlib.sha256(body).digest() for body in bodies],
        Kind.TORRENT: [(b"1" if len(h) == 20 else b"2") + h for h in torrents],
    }
    scopes = sorted({scope32(address.partition("/")[0], SALT) for address in addresses})
    return Tables(
        terms=(Term(day_number(date.fromisoformat(added)), 0, Effect.BLOCK),),
        exact={kind: _keys(kind, each) for kind, each in subjects.items() if each},
        images=_images(pictures) if pictures else None,
        scopes=np.array(scopes, np.uint32) if scopes else None,
    )


def _keys(kind, subjects):
    keys = sorted({key64(kind, subject, SALT) for subject in subjects})
    return Keys(np.array(keys, np.uint64), np.zeros(len(keys), np.uint16))


def _images(pictures):
    rows = np.frombuffer(b"".join(sorted(set(pictures))), np.uint8).reshape(-1, 32)
    ones = np.ones(len(rows), np.uint8)
    return Images(
        pdq=rows,
        quality=100 * ones,
        tight=TIGHT_BITS * ones,
        wide=WIDE_BITS * ones,
        terms=np.zeros(len(rows), np.uint16),
    )


def found(kind="image", **facts):
    """A match as the made lists give it."""
    base = Match("ncii", f"{kind}-17", "42", "ncii", kind, feed="kr", added=ADDED)
    return replace(base, **facts)
