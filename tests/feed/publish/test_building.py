"""A list's versions: what readers get, and how it is cut."""

import pytest
from tests.feed.publish.office import KIM, host, hosts, one_of_each

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.publish import building, compaction, staging
from garim_feed.publish.lists import edit_list, list_info
from garim_feed.wire.content import content_digest, counts


def manifest(office):
    return list_info(office.workspace, "sites").published


def test_the_manifest_is_what_readers_count(office):
    office.change(one_of_each())
    office.publish()
    found, (tables, removals) = manifest(office), office.content()
    assert found.version == 1
    assert found.entries == counts(tables)
    assert found.content == content_digest(tables)
    assert removals.exact == {}
    assert [one.file for one in found.segments] == ["sites-1.seg"]


def test_a_change_is_one_small_segment(office):
    office.change(hosts(*range(500)))
    office.publish()
    office.change(hosts(501), remove=hosts(1))
    office.publish()
    one, other = manifest(office).segments
    assert (one.entries, one.removals, other.entries, other.removals) == (500, 0, 1, 1)
    assert manifest(office).entries == {"host": 500}
    assert counts(office.content()[0]) == {"host": 500}


def test_words_change_without_a_segment(office):
    office.change(hosts(1))
    office.publish()
    edit_list(office.workspace, KIM, "sites", category="ncii")
    office.publish()
    assert manifest(office).version == 2
    assert manifest(office).category == "ncii"
    assert len(manifest(office).segments) == 1


def test_an_empty_list_does_not_travel_before_its_first_entry(office):
    office.publish()
    assert manifest(office) is None
    office.change(hosts(1))
    office.publish()
    assert manifest(office).version == 1
    office.change(remove=hosts(1))
    office.publish()
    assert (manifest(office).version, manifest(office).entries) == (2, {})


def test_small_segments_are_merged(office):
    for number in range(9):
        office.change(hosts(number))
        office.publish()
        assert len(manifest(office).segments) <= 3
        assert counts(office.content()[0]) == {"host": number + 1}


def test_a_first_segment_holds_no_removals(office):
    for number in range(4):
        office.change(hosts(number), remove=hosts(number - 1) if number else ())
        office.publish()
    (only,) = manifest(office).segments
    assert (only.entries, only.removals) == (1, 0)


def test_a_list_that_holds_too_much_in_vain_starts_anew(office, monkeypatch):
    monkeypatch.setattr(compaction, "WASTE", 10)
    monkeypatch.setattr(compaction, "plan", lambda sizes: [(n, n + 1) for n in range(len(sizes))])
    for number in range(6):
        office.change(hosts(number), remove=hosts(number - 1) if number else ())
        office.publish()
    assert len(manifest(office).segments) == 6
    office.change(hosts(7), remove=hosts(5))
    office.publish()
    (only,) = manifest(office).segments
    assert (only.entries, only.removals) == (1, 0)
    assert counts(office.content()[0]) == {"host": 1}


def test_a_large_step_is_several_segments(office, monkeypatch):
    real = building.cut
    monkeypatch.setattr(building, "cut", lambda step: real(step, 2000))
    office.change(hosts(*range(1000)))
    office.publish()
    assert len(manifest(office).segments) > 4
    assert counts(office.content()[0]) == {"host": 1000}


def test_a_list_of_too_many_segments_is_refused(office, monkeypatch):
    monkeypatch.setattr(building, "MAX_SEGMENTS", 1)
    real = building.cut
    monkeypatch.setattr(building, "cut", lambda step: real(step, 2000))
    office.change(hosts(*range(1000)))
    with pytest.raises(FeedError, match="too large to be one list"):
        staging.stage(office.workspace, KIM)


def test_file_names_are_never_used_twice(office):
    seen: set[str] = set()
    for number in range(6):
        office.change(hosts(number))
        office.publish()
        now = {one.file for one in manifest(office).segments}
        fresh = now - seen
        assert fresh
        seen |= now
    assert all(name.startswith("sites-") for name in seen)


def test_a_term_is_replaced_by_a_later_segment(office):
    office.change(hosts(1))
    office.publish()
    office.pass_time(days=3)
    from garim_feed.publish import drafts

    drafts.confirm(office.workspace, KIM, "sites", [office.entry(hosts(1)[0])])
    office.change([host("x.test")])
    office.publish()
    tables, _ = office.content()
    days = {term.added for term in tables.terms}
    assert len(tables.exact[Kind.HOST].keys) == 2
    assert len(days) == 1
