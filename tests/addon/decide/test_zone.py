"""The posterior's rules, its bounds, and a saved experience that may be anything."""

import json
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.decide import settings
from garim_addon.decide.zone import Zones

DAY = 86_400.0
KEY = b"k" * 32


class Clock:
    def __init__(self):
        self.now = 1_000_000.0

    def __call__(self):
        return self.now


def zones(clock=None, **config):
    return Zones(settings.Zones(**config), KEY, clock=clock or Clock())


def seen(known, host, condemned, clean):
    for _ in range(condemned):
        known.observe(host, condemned=True)
    for _ in range(clean):
        known.observe(host, condemned=False)


def test_an_unknown_site_has_the_base_rate_and_no_shift():
    known = zones()
    assert known.rate("a.example") == pytest.approx(0.02)
    assert known.shift("a.example") == pytest.approx(0)
    assert len(known) == 0


def test_the_posterior_is_the_priors_counts_and_what_was_seen():
    known = zones(base_rate=0.1, weight=10.0)
    seen(known, "a.example", condemned=3, clean=7)
    assert known.rate("a.example") == pytest.approx((1 + 3) / (10 + 10))


def test_condemned_pictures_make_stricter_and_clean_ones_more_lenient():
    known = zones()
    seen(known, "bad.example", condemned=2, clean=8)
    seen(known, "good.example", condemned=0, clean=100)
    assert -0.15 < known.shift("bad.example") < 0 < known.shift("good.example") < 0.15


def test_hosts_of_one_site_share_their_experience_and_others_do_not():
    known = zones()
    seen(known, "img.webhard.co.kr", condemned=5, clean=0)
    assert known.shift("www.webhard.co.kr") == known.shift("img.webhard.co.kr") < 0
    assert known.shift("other.co.kr") == pytest.approx(0)


@pytest.mark.parametrize(
    ("host", "zone", "shift"),
    [
        ("www.good.example", "trusted", 0.15),
        ("www.bad.example", "untrusted", -0.15),
        ("other.example", "neutral", 0.0),
    ],
)
def test_policys_lists_are_strong_priors(host, zone, shift):
    known = zones(trusted=["good.example"], untrusted=["bad.example"])
    assert known.zone(host) == zone
    assert known.shift(host) == pytest.approx(shift)
    seen(known, host, condemned=1, clean=1)
    assert known.shift(host) == pytest.approx(shift, abs=0.05)


def test_a_site_on_both_lists_is_untrusted():
    known = zones(trusted=["a.example"], untrusted=["a.example"])
    assert known.zone("a.example") == "untrusted"


def test_an_observation_counts_half_after_its_half_life():
    clock = Clock()
    known = zones(clock, base_rate=0.1, weight=10.0, half_life_days=2.0)
    seen(known, "a.example", condemned=8, clean=0)
    clock.now += 2 * DAY
    assert known.rate("a.example") == pytest.approx((1 + 4) / (10 + 4))
    known.observe("a.example", condemned=True)
    assert known.rate("a.example") == pytest.approx((1 + 5) / (10 + 5))
    clock.now += 1e9
    assert known.rate("a.example") == pytest.approx(0.1)


def test_a_clock_set_back_changes_nothing():
    clock = Clock()
    known = zones(clock)
    seen(known, "a.example", condemned=8, clean=0)
    before = known.rate("a.example")
    clock.now -= 1000 * DAY
    assert known.rate("a.example") == before


@given(st.integers(0, 300), st.integers(0, 300), st.floats(0, 0.15), st.floats(0.001, 0.5))
def test_the_shift_is_bounded_for_any_experience(condemned, clean, most, base):
    known = zones(max_shift=most, base_rate=base, untrusted=["b.example"], trusted=["c.example"])
    for host in ("a.example", "b.example", "c.example"):
        seen(known, host, condemned, clean)
        assert -most <= known.shift(host) <= most


def test_the_longest_unseen_site_is_forgotten_first():
    known = zones(max_sites=2)
    seen(known, "a.example", 9, 0)
    seen(known, "b.example", 9, 0)
    seen(known, "a.example", 1, 0)
    seen(known, "c.example", 9, 0)
    assert len(known) == 2
    assert known.shift("b.example") == pytest.approx(0)
    assert known.shift("a.example") < 0


def test_another_policy_keeps_the_experience():
    known = zones()
    seen(known, "a.example", 20, 0)
    known.configure(settings.Zones(max_shift=0.05))
    assert known.shift("a.example") == -0.05
    known.configure(settings.Zones(max_shift=0.05, max_sites=1))
    assert len(known) == 1


def test_experience_is_saved_and_loaded_and_names_no_site(tmp_path):
    path = tmp_path / "zones.json"
    clock = Clock()
    known = zones(clock)
    seen(known, "secret-site.example", 4, 2)
    known.save(path)
    assert b"secret" not in path.read_bytes()
    assert [p.name for p in tmp_path.iterdir()] == ["zones.json"]
    again = zones(clock)
    assert again.load(path)
    assert again.rate("secret-site.example") == pytest.approx(known.rate("secret-site.example"))
    stranger = Zones(settings.Zones(), b"another key", clock=clock)
    assert stranger.load(path)
    assert stranger.shift("secret-site.example") == pytest.approx(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_is_the_owners_only(tmp_path):
    path = tmp_path / "zones.json"
    zones().save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_failed_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "none" / "zones.json"
    with pytest.raises(OSError):
        zones().save(path)


def test_a_load_is_cut_to_the_limit(tmp_path):
    path = tmp_path / "zones.json"
    known = zones()
    for n in range(20):
        known.observe(f"s{n}.example", condemned=True)
    known.save(path)
    small = zones(max_sites=5)
    assert small.load(path)
    assert len(small) == 5
    assert small.shift("s19.example") < 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"version":1}',
        b'{"version":2,"sites":{}}',
        b'{"version":1,"sites":[]}',
        b'{"version":1,"sites":{"a":3}}',
        b'{"version":1,"sites":{"a":[1,2]}}',
        b'{"version":1,"sites":{"a":[1,2,"x"]}}',
        b'{"version":1,"sites":{"a":[true,2,3]}}',
        b'{"version":1,"sites":{"a":[-1,2,3]}}',
        b'{"version":1,"sites":{"a":[NaN,2,3]}}',
        b'{"version":1,"sites":{"a":[1,Infinity,3]}}',
        b'{"version":1,"sites":{"a":[1,2,Infinity]}}',
        b'{"version":1,"sites":{"a":[1e99,2,3]}}',
        b'{"version":1,"sites":{"a":[1,2,1' + b"0" * 400 + b"]}}",
        b"[" * 100_000,
        b" " * ((16 << 20) + 1),
    ],
    ids=range(19),
)
def test_a_broken_file_leaves_the_experience_as_it_is(tmp_path, body):
    path = tmp_path / "zones.json"
    path.write_bytes(body)
    known = zones()
    seen(known, "a.example", 9, 0)
    before = known.shift("a.example")
    assert not known.load(path)
    assert known.shift("a.example") == before


def test_a_missing_file_is_no_experience(tmp_path):
    assert not zones().load(tmp_path / "zones.json")


@given(
    st.dictionaries(
        st.text(max_size=4), st.lists(st.floats(allow_nan=False) | st.integers(), max_size=4)
    )
)
def test_any_rows_are_taken_or_refused_and_shifts_stay_bounded(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("zones") / "zones.json"
    path.write_text(json.dumps({"version": 1, "sites": rows}))
    known = zones()
    known.load(path)
    assert abs(known.shift("a.example")) <= 0.15
