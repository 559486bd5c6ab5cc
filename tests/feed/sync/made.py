"""What the tests of this room share: a store with a feed, a client, and a quick stand-in build."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from tests.feed.sync.simulator import FeedSimulator, Server

from garim_feed.errors import FeedError
from garim_feed.lookup import generations
from garim_feed.lookup.generation_file import (
    NAME,
    ListRecord,
    PartRecord,
    content_of,
    write_generation,
)
from garim_feed.lookup.plan import BuildPlan, BuildResult, BuiltList, refusal
from garim_feed.sync.looking import Looker
from garim_feed.sync.record import Offer, read_offer
from garim_feed.sync.status import FeedStatus, in_force
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import UpdateReport, update

URL = "https://feed.example/garim"


@dataclass
class QuickBuild:
    """Writes generations that say what is in them and hold nothing.

    Attributes:
        refuse: Names of lists to refuse.
        fail: Raised instead of building.
        plans: What it was asked for.
    """

    refuse: set[str] = field(default_factory=set)
    fail: Exception | None = None
    plans: list[BuildPlan] = field(default_factory=list)

    def __call__(self, plan: BuildPlan, root: Path, lock: int) -> BuildResult:
        assert lock > 2
        self.plans.append(plan)
        if self.fail is not None:
            raise self.fail
        old = {(one.feed, one.manifest.name): one for one in in_force(root)}
        records, refused = [], []
        for one in plan.lists:
            name = one.manifest.name
            for place in one.segments:
                assert place.is_file()
            if name in self.refuse:
                error = FeedError("The list {list} names a well-known host.", list=name)
                refused.append(refusal(one.feed, name, error))
                records += [old[one.feed, name]] if (one.feed, name) in old else []
                continue
            digests = tuple(hashlib.sha256(p.read_bytes()).hexdigest() for p in one.segments)
            part = PartRecord(file="l0-base.idx", size=0, crc=0, segments=digests, entries=0)
            records.append(
                ListRecord(
                    feed=one.feed,
                    authority=one.authority,
                    keeper=one.keeper,
                    manifest=one.manifest,
                    revoked=one.revoked,
                    base=part,
                )
            )
        made = tuple(records)
        name = generations.next_name(root, content_of(made))
        folder = generations.generation_path(root, name)
        folder.mkdir(parents=True)
        (folder / NAME).write_bytes(write_generation(made))
        lists = tuple(
            BuiltList(
                feed=one.feed, list=one.manifest.name, version=one.manifest.version, entries=1
            )
            for one in made
        )
        return BuildResult(generation=name, lists=lists, refused=tuple(refused))


class Agent:
    """A machine that follows one feed, and everything it would tell."""

    def __init__(self, root: Path, feed: FeedSimulator, name: str = "national", **accept) -> None:
        self.feed = feed
        self.name = name
        self.server = Server(feed)
        self.store = ListStore(root / "lists")
        self.build = QuickBuild()
        self.checker = None
        self.store.add(name, URL, feed.root_file, **accept)

    @property
    def folder(self):
        return self.store.folder(self.name)

    @property
    def offer(self) -> Offer:
        return read_offer(self.folder)

    def look(self) -> FeedStatus:
        """Look once, as the watch does, without building."""
        with Looker(self.store, self.name, source=self.server, checker=self.checker) as looker:
            return looker.look()

    def update(self) -> FeedStatus:
        """Look and build, and return what is told of the feed."""
        return self.report().feeds[0]

    def report(self) -> UpdateReport:
        return update(self.store, source=self.server, build=self.build, checker=self.checker)

    def versions(self) -> dict[str, int]:
        """Return the versions of the lists in force, by name."""
        return {
            one.manifest.name: one.manifest.version
            for one in in_force(self.store.root)
            if one.feed == self.name
        }

    def revoked(self, name: str) -> tuple[str, ...]:
        return next(one.revoked for one in in_force(self.store.root) if one.manifest.name == name)
