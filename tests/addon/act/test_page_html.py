import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.act.page_html import POLICY, STYLE, Content, document, tongues
from garim_addon.text import set_language

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=1>&{}"


@pytest.fixture(autouse=True)
def english():
    set_language("en")
    yield
    set_language("auto")


class Reader(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], []
        self.feed(page.decode())

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, data):
        self.text.append(data)


def hostile(tongue):
    return Content(
        HOSTILE, (HOSTILE,), ((HOSTILE, HOSTILE),), (HOSTILE,), (HOSTILE, "https://x/?a=1&b=\"2'")
    )


@pytest.mark.parametrize("tag", ["en", "ko"])
def test_both_languages_stand_on_the_page_the_one_in_force_first(tag):
    set_language(tag)
    page = document("451", lambda tongue: Content(f"title {tongue}", ()))
    assert tongues()[0] == tag
    assert sorted(tongues()) == ["en", "ko"]
    assert re.findall(rb'<section lang="(..)">\n<(h.)>', page) == [
        (tongue.encode(), heading)
        for tongue, heading in zip(tongues(), (b"h1", b"h2"), strict=True)
    ]
    assert f'<html lang="{tag}">'.encode() in page


def test_hostile_values_stay_text():
    page = document(HOSTILE, hostile)
    reader = Reader(page)
    assert not {"script", "img"} & set(reader.tags)
    assert reader.text.count(HOSTILE) == 13
    assert ("href", "https://x/?a=1&b=\"2'") in reader.attributes
    assert {name for name, _ in reader.attributes} <= {
        "lang",
        "charset",
        "name",
        "content",
        "class",
        "href",
        "rel",
    }


def test_whoever_is_linked_to_hears_nothing_of_the_page():
    def linked(address):
        return document("451", lambda _: Content("x", (), link=("y", address)))

    assert linked("https://a.example/").count(b' rel="noreferrer"') == 2
    assert b"rel=" not in linked("")


@given(st.text())
def test_no_value_opens_a_tag(text):
    plain = Reader(document("451", lambda _: Content("x", ("x",), (("x", "x"),), ("x",))))
    filled = Reader(document(text, lambda _: Content(text, (text,), ((text, text),), (text,))))
    assert filled.tags == plain.tags


def test_nothing_comes_from_outside_and_nothing_runs():
    page = document("451", lambda _: Content("x", ("y",))).decode()
    assert "url(" not in page
    assert "@import" not in page
    assert "//" not in page
    assert set(Reader(page.encode()).tags) == {
        "html", "head", "meta", "title", "style", "body", "main", "p", "b", "section", "h1", "h2",
    }  # fmt: skip


def test_the_policy_allows_exactly_the_style_that_is_on_the_page():
    page = document("451", lambda _: Content("x", ()))
    style = page.partition(b"<style>")[2].partition(b"</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    assert style.decode() == STYLE
    assert POLICY.split("; ") == [
        "default-src 'none'", "base-uri 'none'", "form-action 'none'",
        f"style-src 'sha256-{digest}'",
    ]  # fmt: skip
