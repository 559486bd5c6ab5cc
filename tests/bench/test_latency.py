import json
from pathlib import Path

import pytest
from bench import latency
from bench.origin import EXEMPT, INSPECTED, Origin
from bench.proxies import Proxy

SITE = Origin(80, 443, Path("site.pem"), Path("files"))
PROXY = Proxy("Garim", 8118, 1, Path("home"), Path("proxy.pem"))


def line(*, cached=False, ms=1.0, failure=None):
    return json.dumps({"cached": cached, "ms": ms, "failure": failure})


def test_the_log_is_sorted_by_what_happened():
    lines = [line(ms=20), line(cached=True, ms=0.4), line(failure="timeout", ms=800), line(ms=30)]
    found = latency.read_log("\n".join(lines) + "\n")
    assert (found.judged, found.cached, found.failed) == ([20, 30], [0.4], {"timeout": 1})


@pytest.mark.parametrize(
    ("way", "host", "authority", "proxy_port"),
    [
        ("direct", INSPECTED, "site.pem", None),
        ("exempt", EXEMPT, "proxy.pem", 8118),
        ("judged", INSPECTED, "proxy.pem", 8118),
        ("cached", INSPECTED, "proxy.pem", 8118),
    ],
)
def test_each_way_has_its_route(way, host, authority, proxy_port):
    found = latency.route(way, SITE, PROXY)
    assert (found.host, found.port) == (host, 443)
    assert (str(found.authority), found.proxy_port) == (authority, proxy_port)


@pytest.mark.parametrize("round_", range(7))
def test_every_round_has_every_way_and_nothing_is_cached_before_it_is_judged(round_):
    order = latency._order(round_)
    assert sorted(order) == sorted(latency.WAYS)
    assert order.index("cached") == order.index("judged") + 1


def test_a_figure_is_the_median_over_rounds_of_each_round_s_percentile():
    assert latency.settled([[1, 2, 3], [10, 20, 30], [4, 5, 6]], 100) == 6


def test_the_table_shows_what_is_added_over_the_exempt_host():
    times = {"direct": 1.0, "exempt": 2.0, "judged": 8.0, "cached": 3.0}
    taken = {(way, "pages"): [[ms]] for way, ms in times.items()}
    rows = {row[0]: row[1:] for row in latency.table("pages", taken).rows}
    assert rows["exempt"] == (2.0, 2.0, 2.0, None, None, None, 1.0)
    assert rows["judged"] == (8.0, 8.0, 8.0, 6.0, 6.0, 6.0, 4.0)
    assert rows["direct"][-1] == 0.5


def test_the_aims_compare_pages_with_the_exempt_host_and_name_the_cached_verdict():
    taken = {("exempt", "pages"): [[10.0]], ("judged", "pages"): [[25.0]]}
    pages, cached = latency._aims(taken, latency.Log(cached=[1.5]))
    assert (pages.measured, pages.met) == (2.5, False)
    assert (cached.measured, cached.met) == (1.5, True)
    assert latency._aims(taken, latency.Log())[1].met is None


def test_new_pictures_are_all_different_and_gone_afterwards(tmp_path):
    site = Origin(80, 443, tmp_path, tmp_path)
    with latency.new_pictures(site, b"\xff\xd8rest", 3, "r0") as names:
        assert len({(tmp_path / name).read_bytes() for name in names}) == 3
    assert list(tmp_path.iterdir()) == []
