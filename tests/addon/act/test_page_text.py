import pytest

from garim_addon.act.page_text import Authority, Block, is_uri, refused, unverified_site
from garim_addon.verdict import ListMatch

MATCH = ListMatch("test", "t-0001", "7", "test", "host")
AUTHORITY = Authority("The Agency", "https://agency.example/", "mailto:appeal@agency.example")


def block(match=MATCH, authority=AUTHORITY):
    return Block("blocked.example", match, "k7f3qd", authority, "2026-05-01")


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
        "Category": "Test",
        "Date": "2026-05-01",
        "Number": "k7f3qd",
    }
    assert "blocked.example" in content.paragraphs[0]
    assert content.link == ("Object to this entry", AUTHORITY.appeal)


@pytest.mark.parametrize("authority", [None, Authority("A"), Authority("A", "", "javascript:x")])
def test_without_a_plain_address_nothing_is_linked(authority):
    content = refused(block(authority=authority), "en")
    assert content.link is None
    assert dict(content.facts)["Entry"] == "t-0001"


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
