"""Which hosts are left alone, by which list; the shipped list is sound."""

import pytest

from garim_addon.decide.exemptions import SHIPPED, Exemption, Exemptions, Source, lines, shipped
from garim_addon.decide.hosts import pattern
from garim_addon.decide.learned import Cause, Learned
from garim_addon.decide.settings import HostRules

ENTRIES = list(lines(SHIPPED.read_text(encoding="utf-8")))


@pytest.fixture
def learned():
    return Learned(lambda _: False)


@pytest.fixture
def exemptions(learned):
    rules = HostRules(exempt=["photos.example"], pass_through=["*.clinic.example"])
    return Exemptions(rules, learned)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("www.clinic.example", Exemption("*.clinic.example", Source.POLICY)),
        ("clinic.example", None),
        ("www.hometax.go.kr", Exemption("go.kr", Source.SHIPPED)),
        ("obank.kbstar.com", Exemption("kbstar.com", Source.SHIPPED)),
        ("pinned.example", Exemption("pinned.example", Source.LEARNED, "client-refused")),
        ("photos.example", None),
        ("www.example", None),
    ],
)
def test_a_host_is_passed_through_by_the_list_that_covers_it(exemptions, learned, host, expected):
    learned.learn("pinned.example", Cause.CLIENT_REFUSED)
    assert exemptions.pass_through(host) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("img.photos.example", Exemption("photos.example", Source.POLICY)),
        ("www.clinic.example", None),
        ("www.hometax.go.kr", None),
    ],
)
def test_a_host_is_exempt_by_policy_alone(exemptions, host, expected):
    assert exemptions.exempt(host) == expected


@pytest.mark.parametrize(
    "host",
    [
        "www.gov.kr",
        "hometax.go.kr",
        "www.nhis.or.kr",
        "www.kakaobank.com",
        "pay.naver.com",
        "www.paypal.com",
        "vault.bitwarden.com",
        "fe2.update.microsoft.com",
        "swcdn.apple.com",
        "update.ahnlab.com",
        "d4u.stop.or.kr",
    ],
)
def test_the_shipped_list_covers_what_design_promises(host):
    assert host in shipped()


@pytest.mark.parametrize(
    "host",
    [
        "www.google.com",
        "lh3.googleusercontent.com",
        "www.naver.com",
        "blog.naver.com",
        "t1.daumcdn.net",
        "www.apple.com",
        "www.icloud.com",
        "onedrive.live.com",
        "www.microsoft.com",
        "cdn.discordapp.com",
        "webhard.co.kr",
        "example.com",
    ],
)
def test_the_shipped_list_leaves_no_hole_where_pictures_are_shared(host):
    assert host not in shipped()


def test_the_shipped_list_has_each_entry_once_in_one_spelling():
    assert [pattern(entry) for entry in ENTRIES] == ENTRIES
    assert len(set(ENTRIES)) == len(ENTRIES) == len(shipped()) > 150
    assert all("." in entry for entry in ENTRIES)


def test_each_section_is_sorted():
    text = SHIPPED.read_text(encoding="utf-8")
    sections = [list(lines(f"#{part}")) for part in text.split("# ---")[1:]]
    assert len(sections) >= 8
    for section in sections:
        assert section == sorted(section)


def test_no_entry_is_covered_by_another():
    for entry in ENTRIES:
        assert entry.partition(".")[2] not in ENTRIES


def test_comments_and_blank_lines_are_no_entries():
    assert list(lines("# a\n\n b.example # c\n  \nd.example")) == ["b.example", "d.example"]
