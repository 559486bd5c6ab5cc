"""Made-up lists: published as segment files, planned, built and opened, in a few words."""

from datetime import UTC, datetime

from tests.feed.wire import made as wire

from garim_feed.keys import key64, scope32, video_key
from garim_feed.kinds import Effect, Kind, Term, entry_id
from garim_feed.lookup import generations
from garim_feed.lookup.build import build
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.match import Keeper
from garim_feed.lookup.plan import BuildPlan, PlannedList
from garim_feed.wire import segment as segment_file
from garim_feed.wire.catalogue import ListManifest, SegmentRef
from garim_feed.wire.fields import Title
from garim_feed.wire.merge import content_digest, count_removals, counts, merge

SALT = bytes(range(16))
TODAY = 20_780
TERM = Term(20_700)
ALLOW = Term(20_700, 0, Effect.ALLOW)
NEGATIVE = Term(20_700, 0, Effect.NEGATIVE)
OVER = Term(20_700, TODAY)
PDQ = bytes(range(1, 33))
SHA256, SHA1, MD5 = b"a" * 32, b"b" * 20, b"c" * 16
TORRENT = b"1" + b"d" * 20


def flipped(bits, count):
    """The hash with `count` bits changed, spread over all words."""
    value = int.from_bytes(bits)
    for index in range(count):
        value ^= 1 << (index * 8 % 256 + index // 32)
    return value.to_bytes(32)


def key(kind, subject, salt=SALT):
    """The key under which tables hold an entry."""
    if kind is Kind.IMAGE:
        return subject
    if kind is Kind.VIDEO:
        return video_key([frame[0] for frame in subject], salt)
    return key64(kind, subject.encode() if isinstance(subject, str) else subject, salt)


def identity(kind, subject, salt=SALT):
    """An entry's id."""
    found = key(kind, subject, salt)
    return entry_id(kind, key64(kind, found, salt) if isinstance(found, bytes) else found)


def row(kind, subject, term=TERM, quality=90, bounds=(16, 31)):
    if kind is Kind.IMAGE:
        return (term, quality, bounds)
    if kind is Kind.VIDEO:
        return (term, 60_000, bounds, tuple(subject))
    return (term,)


class Publisher:
    """One list as it grows, segment by segment."""

    def __init__(
        self, folder, name="one", feed="school", *, salt=SALT, parameters=(), category="ncii"
    ):
        self.folder, self.name, self.feed, self.salt = folder, name, feed, salt
        self.parameters, self.category = parameters, category
        self.segments, self.paths = [], []

    def add(self, *entries, removed=()):
        """Append a segment of entries `(kind, subject, ...)` and removals `(kind, subject)`."""
        plain, gone, scopes = wire.nothing(), {kind: set() for kind in wire.nothing()}, set()
        for kind, subject, *facts in entries:
            plain[kind][key(kind, subject, self.salt)] = row(kind, subject, *facts)
            if kind is Kind.ADDRESS:
                scopes.add(scope32(subject.partition("/")[0], self.salt))
        for kind, subject in removed:
            gone[kind].add(key(kind, subject, self.salt))
        return self.append(wire.segment((gone, plain, scopes)))

    def append(self, segment):
        self.segments.append(segment)
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"{self.feed}-{self.name}-{len(self.segments)}.seg"
        path.write_bytes(segment_file.write(segment))
        self.paths.append(path)
        return self

    def manifest(self, **changes):
        tables, _ = merge(self.segments)
        facts = {
            "name": self.name,
            "title": Title(ko="목록", en="List"),
            "category": self.category,
            "salt": self.salt.hex(),
            "version": max(1, len(self.segments)),
            "published": datetime(2026, 11, 20, tzinfo=UTC),
            "parameters": self.parameters,
            "segments": tuple(
                SegmentRef(
                    file=f"{self.name}-{number}.seg",
                    entries=sum(counts(one.added).values()),
                    removals=count_removals(one.removed),
                )
                for number, one in enumerate(self.segments, 1)
            ),
            "entries": counts(tables),
            "content": content_digest(tables),
        }
        return ListManifest(**facts | changes)

    def planned(self, revoked=(), **changes):
        return PlannedList(
            feed=self.feed, authority="police", manifest=self.manifest(**changes),
            keeper=Keeper("Police", "https://police.test/", "mailto:appeal@police.test"),
            segments=tuple(self.paths), revoked=tuple(revoked),
        )  # fmt: skip


def plan(*lists, builtin=False):
    return BuildPlan(
        lists=tuple(one.planned() if isinstance(one, Publisher) else one for one in lists),
        builtin=builtin,
    )


def force(root, *lists, builtin=False):
    """Build and put into force; returns what the build said."""
    result = build(plan(*lists, builtin=builtin), root)
    generations.swap(root, result.generation)
    return result


def opened(root, *lists, today=TODAY, builtin=False):
    """Build lists that must not be refused, and open them."""
    result = force(root, *lists, builtin=builtin)
    assert not result.refused
    return Generation(generations.generation_path(root, result.generation), lambda: today)
