"""Whatever people do, in whatever order: what is published is what was approved and staged."""

import tempfile
from collections import Counter
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from tests.feed.publish.office import KIM, LEE, PARK, Office, hosts, image, video

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, entry_id
from garim_feed.publish import diff, publishing, revoking, staging
from garim_feed.publish import lists as lists_
from garim_feed.publish.entries import items
from garim_feed.publish.reviewing import Action
from garim_feed.wire.content import counts

THINGS = [*hosts(*range(6)), *(image(n) for n in range(3)), *(video(n) for n in range(2))]
some = st.lists(st.sampled_from(range(len(THINGS))), min_size=1, max_size=5)


class Feed(RuleBasedStateMachine):
    """The model is three sets: approved, staged, published."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(prefix="garim-test-")
        self.office = Office(Path(self.folder.name))
        self.office.make_list()
        self.approved: set[int] = set()
        self.staged: set[int] | None = None
        self.published: set[int] | None = None
        self.revoked: set[int] = set()
        self.versions: list[set[int]] = []

    def teardown(self) -> None:
        self.office.workspace.close()
        self.folder.cleanup()

    @rule(adds=some)
    def add(self, adds) -> None:
        self.office.change([THINGS[n] for n in adds])
        self.approved |= set(adds)

    @rule(removes=some)
    def remove(self, removes) -> None:
        there = [n for n in removes if n in self.approved]
        if there:
            self.office.change(remove=[THINGS[n] for n in there])
            self.approved -= set(there)

    @precondition(lambda self: self.published is not None)
    @rule(number=st.sampled_from(range(len(THINGS))))
    def revoke(self, number) -> None:
        known = self.approved | (self.staged or set()) | (self.published or set())
        try:
            revoking.revoke_now(
                self.office.workspace,
                PARK,
                "sites",
                [self.office.entry(THINGS[number])],
                reason="wrong",
                signer=self.office.signers[PARK],
                folder=self.office.site,
            )
        except FeedError:
            assert number not in known
        else:
            assert number in known
            self.approved.discard(number)
            self.revoked.add(number)

    @rule()
    def stage(self) -> None:
        try:
            staging.stage(self.office.workspace, KIM)
        except FeedError:
            assert self.published == self.approved
            assert not self.revoked
            self.staged = None
        else:
            self.staged = set(self.approved)

    @precondition(lambda self: self.staged is not None)
    @rule()
    def unstage(self) -> None:
        staging.unstage(self.office.workspace, KIM)
        self.staged = None

    @precondition(lambda self: self.staged is not None)
    @rule()
    def publish(self) -> None:
        roles = staging.staged(self.office.workspace).roles
        self.office.sign(KIM, LEE)
        made = publishing.publish(self.office.workspace, KIM, self.office.site)
        if made.lists:
            self.versions.append(self.staged)
        if any(role.role == "kcsc-revoke" for role in roles):
            self.revoked = set()
        self.published, self.staged = self.staged, None

    @invariant()
    def the_store_holds_what_was_approved(self) -> None:
        held = {item.subject or item.frames for item in items(self.office.workspace, "sites")}
        assert held == {THINGS[n].subject or THINGS[n].frames for n in self.approved}
        counted = lists_.count(self.office.workspace, "sites")
        assert counted == Counter(THINGS[n].kind for n in self.approved)

    @invariant()
    def the_folder_holds_what_was_published(self) -> None:
        if not self.versions:
            return
        tables, _ = self.office.content()
        assert entries(tables) == {self.office.entry(THINGS[n]) for n in self.versions[-1]} - {
            self.office.entry(THINGS[n]) for n in range(len(THINGS)) if THINGS[n].kind is Kind.IMAGE
        }
        wanted = sum(THINGS[n].kind is Kind.IMAGE for n in self.versions[-1])
        assert counts(tables).get("image", 0) == wanted
        manifest = lists_.list_info(self.office.workspace, "sites").published
        assert manifest.version == len(self.versions)
        assert len(manifest.segments) <= 16
        revoked = {one.entry for one in revoking.revocations(self.office.workspace)}
        assert revoked == {self.office.entry(THINGS[n]) for n in self.revoked}

    @invariant()
    def versions_differ_by_what_was_changed(self) -> None:
        ends = [*self.versions, self.approved] if self.versions else []
        for older in range(1, len(ends)):
            for newer in (*range(older, len(ends)), None):
                target = self.approved if newer is None else ends[newer - 1]
                told = list(diff.diff(self.office.workspace, "sites", older, newer))
                came = {one.entry for one in told if one.action is Action.ADD}
                went = {one.entry for one in told if one.action is Action.REMOVE}
                before = ends[older - 1]
                assert came == {self.office.entry(THINGS[n]) for n in target - before}
                assert went == {self.office.entry(THINGS[n]) for n in before - target}


def entries(tables) -> set[str]:
    """Return the ids of exact entries and videos."""
    exact = {entry_id(kind, int(key)) for kind, table in tables.exact.items() for key in table.keys}
    videos = tables.videos.ids if tables.videos is not None else ()
    return exact | {entry_id(Kind.VIDEO, int(key)) for key in videos}


TestFeed = Feed.TestCase
TestFeed.settings = settings(
    max_examples=6,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
