from collections import Counter

from bench import false_matches as module

PAGE = Counter({"pictures": 600, "featureless": 10, "hash wide": 3, "wide": 2})
PATTERN = Counter({"pictures": 400, "hash tight": 5, "hash wide": 9, "tight": 1, "wide": 12})


def test_rows_by_kind_then_all_then_a_million():
    rows = module.table({"page": PAGE, "pattern": PATTERN}, 1000).rows
    assert [row[0] for row in rows[:2]] == ["pattern", "page"]
    assert rows[1] == ("page", 600, 10, 0, 3, 0, 2)
    assert rows[2] == ("all", 1000, 10, 5, 12, 1, 14)
    assert rows[3] == ("all, a million", None, None, 5000.0, 12000.0, 1000.0, 14000.0)
    assert rows[4] == ("all but pattern", 600, 10, 0, 3, 0, 2)
    assert rows[5][3:5] == (0.0, 5000.0)


def test_what_the_jobs_said_adds_up():
    part = {"counts": {"page": dict(PAGE)}, "found": [["page", 1, 0, 90, 30, False, True]]}
    counts, found = module.merged([part, part])
    assert counts["page"]["pictures"] == 1200
    assert len(found) == 2


def test_jobs_cover_every_scene_once():
    jobs = module.chunks(6000)
    assert [n for first, count in jobs for n in range(first, first + count)] == [*range(6000)]
