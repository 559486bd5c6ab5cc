"""The parts of one list: what is built, what is taken over, what is refused."""

from dataclasses import dataclass

import pytest
from tests.feed.lookup.made import PDQ, Publisher, flipped
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.kinds import EXACT, Kind, Term
from garim_feed.lookup import build_list as module
from garim_feed.lookup.build_list import Kept, ListBuilder, tail_limit
from garim_feed.lookup.generation import open_list, open_part
from garim_feed.wire.catalogue import SegmentRef


@dataclass
class House:
    """Builds a list again and again, each time into a folder of its own."""

    folder: object
    kept: Kept | None = None
    count: int = 0

    def build(self, planned):
        self.count += 1
        folder = self.folder / str(self.count)
        folder.mkdir()
        record = ListBuilder(folder).build(planned, self.kept, "l0")
        self.kept = Kept(folder, record)
        return record

    def inode(self, part):
        return (self.kept.folder / part.file).stat().st_ino


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"), (Kind.IMAGE, PDQ))


def test_first_everything_is_base(house, one):
    record = house.build(one.planned())
    assert record.tail is None
    assert (record.base.entries, record.base.removals) == (2, 0)
    assert len(record.base.segments) == 1
    assert record.manifest == one.manifest()


def test_then_what_is_newer_is_tail(house, one):
    base = house.build(one.planned()).base
    inode = house.inode(base)
    one.add((Kind.HOST, "b.test"), removed=[(Kind.IMAGE, PDQ)])
    record = house.build(one.planned())
    assert record.base == base
    assert house.inode(record.base) == inode
    assert (record.tail.entries, record.tail.removals) == (1, 1)
    one.add((Kind.HOST, "c.test"))
    record = house.build(one.planned())
    assert record.base == base
    assert len(record.tail.segments) == 2


def test_nothing_new_is_taken_over(house, one):
    house.build(one.planned())
    first = house.build(one.add((Kind.HOST, "b.test")).planned())
    inodes = house.inode(first.base), house.inode(first.tail)
    again = house.build(one.planned(version=9, revoked=["host-0123456789abcdef"]))
    assert (house.inode(again.base), house.inode(again.tail)) == inodes
    assert (again.base, again.tail) == (first.base, first.tail)
    assert again.manifest.version == 9
    assert again.revoked == ("host-0123456789abcdef",)


def compacted(one):
    one.segments, one.paths, segments = [], [], one.segments
    from garim_feed.tables import Removals, Segment
    from garim_feed.wire.merge import merge

    return one.append(Segment(merge(segments)[0], Removals()))


def test_compacted_by_its_authority_it_is_built_anew(house, one):
    house.build(one.planned())
    house.build(one.add((Kind.HOST, "b.test")).planned())
    record = house.build(compacted(one).planned())
    assert record.tail is None
    assert record.base.entries == 3


@pytest.mark.parametrize(
    ("entries", "limit"), [(0, 20_000), (80_000, 20_000), (80_004, 20_001), (10**7, 2_500_000)]
)
def test_tail_limit(entries, limit):
    assert tail_limit(entries) == limit


def test_a_tail_that_outgrew_becomes_base(house, one, monkeypatch):
    monkeypatch.setattr(module, "_LEAST_TAIL", 3)
    house.build(one.planned())
    assert house.build(one.add((Kind.HOST, "b.test"), (Kind.HOST, "c.test")).planned()).tail
    one.add((Kind.HOST, "d.test"), removed=[(Kind.HOST, "b.test")])
    record = house.build(one.planned())
    assert record.tail is None
    assert (record.base.entries, len(record.base.segments)) == (4, 3)


def test_another_salt_is_another_list(house, one):
    house.build(one.planned())
    other = Publisher(one.folder, salt=b"y" * 16).add((Kind.HOST, "bad.test"))
    one.paths, one.segments, one.salt = other.paths, other.segments, other.salt
    assert house.build(one.planned()).tail is None


@pytest.mark.parametrize("part", ["base", "tail"])
@pytest.mark.parametrize("harm", ["bit", "cut", "gone"])
def test_a_damaged_part_is_built_anew(house, one, part, harm):
    house.build(one.planned())
    before = house.build(one.add((Kind.HOST, "b.test")).planned())
    path = house.kept.folder / getattr(before, part).file
    data = bytearray(path.read_bytes())
    path.unlink()
    data[-1] ^= 1
    if harm != "gone":
        path.write_bytes(data[:-1] if harm == "cut" else data)
    record = house.build(one.planned())
    for made_part in filter(None, (record.base, record.tail)):
        open_part(house.kept.folder, made_part).file.verify()
    index = open_list(house.kept.folder, record)
    from garim_feed.lookup.list_index import KeyMemory

    assert index.decide([(Kind.HOST, b"b.test")], KeyMemory(), 1)
    assert index.decide([(Kind.HOST, b"bad.test")], KeyMemory(), 1)
    assert (record.tail is None) is (part == "base")


def test_disks_without_links(house, one, monkeypatch):
    def none(*_):
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", none)
    base = house.build(one.planned()).base
    inode = house.inode(base)
    record = house.build(one.add((Kind.HOST, "b.test")).planned())
    assert record.base == base
    assert house.inode(record.base) != inode
    open_part(house.kept.folder, record.base).file.verify()


def test_an_empty_list(house, tmp_path):
    record = house.build(Publisher(tmp_path / "none").planned())
    assert record.base.entries == 0
    assert open_list(house.kept.folder, record).kinds == frozenset()


def test_a_list_with_everything(house, tmp_path):
    record = house.build(Publisher(tmp_path / "all").append(made.some()).planned())
    kinds = open_list(house.kept.folder, record).kinds
    assert kinds == {*EXACT, Kind.IMAGE, Kind.VIDEO}
    assert record.base.entries == sum(record.manifest.entries.values())


WRONG = {
    "entries": {"entries": {"host": 2, "image": 1}},
    "kinds": {"entries": {"host": 1, "image": 1, "md5": 1}},
    "content": {"content": "0" * 64},
    "adds": {"segments": (SegmentRef(file="one-1.seg", entries=3, removals=0),)},
    "removes": {"segments": (SegmentRef(file="one-1.seg", entries=2, removals=1),)},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_segments_that_are_not_what_the_manifest_says(house, one, wrong):
    with pytest.raises(FeedError, match="differs"):
        house.build(one.planned(**WRONG[wrong]))


def test_a_lie_about_the_tail_is_found_too(house, one):
    house.build(one.planned())
    one.add((Kind.HOST, "b.test"))
    with pytest.raises(FeedError, match="content differs"):
        house.build(one.planned(content="0" * 64))
    assert house.build(one.planned()).tail


def test_a_lie_about_what_did_not_change_is_found(house, one):
    house.build(one.planned())
    with pytest.raises(FeedError, match="differs"):
        house.build(one.planned(entries={"host": 7, "image": 1}))


@pytest.mark.parametrize("harm", ["gone", "cut", "noise", "large"])
def test_a_segment_file_that_is_none(house, one, harm, monkeypatch):
    path = one.paths[0]
    planned = one.planned()
    if harm == "gone":
        path.unlink()
    elif harm == "large":
        monkeypatch.setattr(module.segment_file, "MAX_FILE", 10)
    else:
        path.write_bytes(path.read_bytes()[:-1] if harm == "cut" else b"noise" * 100)
    with pytest.raises(FeedError):
        house.build(planned)


def test_a_segment_file_that_changes_while_it_is_read(house, one, monkeypatch):
    digest = module._digest

    def swapped(path):
        found = digest(path)
        path.write_bytes(b"other")
        return found

    monkeypatch.setattr(module, "_digest", swapped)
    with pytest.raises(FeedError, match="changed meanwhile"):
        house.build(one.planned())


def test_addresses_need_scopes(house, tmp_path):
    plain = made.nothing() | {Kind.ADDRESS: {5: (Term(1),)}}
    step = ({kind: set() for kind in plain}, plain, set())
    one = Publisher(tmp_path / "segments").append(made.segment(step))
    with pytest.raises(FeedError, match="which hosts"):
        house.build(one.planned())


def test_discard(house, one, tmp_path):
    house.build(one.planned())
    (tmp_path / "1" / "l00-base.idx").touch()
    ListBuilder(tmp_path / "1").discard("l0")
    assert [path.name for path in (tmp_path / "1").iterdir()] == ["l00-base.idx"]


def test_carry(house, one, tmp_path):
    house.build(one.planned())
    kept = Kept(house.kept.folder, house.build(one.add((Kind.IMAGE, flipped(PDQ, 1))).planned()))
    kept = house.kept
    (tmp_path / "new").mkdir()
    record = ListBuilder(tmp_path / "new").carry(kept, ("host-0123456789abcdef",), "l7")
    assert record.revoked == ("host-0123456789abcdef",)
    assert (record.base.file, record.tail.file) == ("l7-base.idx", "l7-tail.idx")
    assert record.manifest == kept.record.manifest
    assert open_list(tmp_path / "new", record).kinds == {Kind.HOST, Kind.IMAGE}
