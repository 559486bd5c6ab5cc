import pytest

from garim_addon.act.page_text import Block, is_appeal, is_uri, refused, unverified_site
from garim_addon.verdict import ListMatch
from garim_feed.lookup.match import Keeper

MATCH = ListMatch("test", "t-0001", "7", "test", "host", added="2026-04-30")
AGENCY = Keeper("The Agency", "https://agency.example/", "mailto:appeal@agency.example")


def block(match=MATCH, keeper=AGENCY):
    return Block("blocked.example", match, "k7f3qd", keeper, "2026-05-01")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("https://agency.example/appeal?entry=1#form", True),
        ("http://agency.example/", True),
        ("mailto:appeal@agency.example", True),
        ("urn:garim:list:test", True),
        ("https://[2001:db8::1]/", True),
        ("", False),
        ("https://", False),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//agency.example/", False),
        ("https://agency.example/\r\nSet-Cookie: a=1", False),
        ('https://agency.example/>; rel="x', False),
        ("https://agency.example/\n", False),
        ("https://기관.example/", False),
        ("https://" + "a" * 501, False),
    ],
)
def test_what_is_plainly_an_address(text, plain):
    assert is_uri(text) is plain


def test_authority_list_entry_date_and_number_are_named():
    content = refused(block(), "en")
    assert dict(content.facts) == {
        "Authority": "The Agency",
        "List": "test (7)",
        "Entry": "t-0001",
        "Listed since": "2026-04-30",
        "Category": "Test",
        "Date": "2026-05-01",
        "Number": "k7f3qd",
    }
    assert "blocked.example" in content.paragraphs[0]
    assert content.link == ("Object to this entry", AGENCY.appeal)


@pytest.mark.parametrize(
    "keeper", [None, Keeper("A"), Keeper("A", "", "javascript:x"), Keeper("A", "", "urn:a:b")]
)
def test_without_a_plain_address_nothing_is_linked(keeper):
    content = refused(block(keeper=keeper), "en")
    assert content.link is None
    assert dict(content.facts)["Entry"] == "t-0001"


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("host", "This address is blocked"),
        ("address", "This address is blocked"),
        ("digest", "This content is blocked"),
        ("torrent", "This content is blocked"),
        ("image", "This content is blocked"),
    ],
)
def test_it_is_said_whether_the_address_or_what_was_sent_is_listed(kind, title):
    match = ListMatch("l", "e", "1", "ncii", kind)
    content = refused(block(match), "en")
    assert content.title == title
    assert ("sent" in content.paragraphs[0]) == (title != "This address is blocked")
    assert "Listed since" not in dict(content.facts)


def test_an_appeal_goes_to_a_page_or_by_mail():
    assert is_appeal("https://a.example/")
    assert is_appeal("mailto:a@b.example")
    assert not is_appeal("urn:garim:list:test")
    assert not is_appeal("javascript:x")


def test_an_unknown_category_is_named_as_the_list_names_it():
    match = ListMatch("l", "e", "1", "gambling", "host")
    assert dict(refused(block(match), "en").facts)["Category"] == "gambling"


def test_without_a_list_the_number_tells_where_to_ask():
    content = refused(block(match=None), "en")
    assert [label for label, _ in content.facts] == ["Date", "Number"]
    assert "garim why k7f3qd" in content.closing[0]
    assert content.link is None


def test_an_unverified_site_offers_to_load_the_page_again():
    content = unverified_site("broken.example", "en")
    assert "broken.example" in content.paragraphs[0]
    assert content.link == ("Load the page again", "")
    assert content.facts == ()
