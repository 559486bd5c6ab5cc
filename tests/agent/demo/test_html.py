import json
import re
from html.parser import HTMLParser

import pytest

from garim_agent.demo import html, plan
from garim_agent.demo.plan import Fate

VOID = {"meta", "link", "img", "source"}


class Reader(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.elements = [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


PAGES = {page.name: page for page in html.pages()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_well_formed_and_whole(name):
    reader = Reader(PAGES[name].html())
    assert reader.open == []
    assert "$" not in PAGES[name].html()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_every_picture_that_it_shows(name):
    text = PAGES[name].html()
    files = set(re.findall(r"img/[a-z0-9-]+\.[a-z]+", text))
    expected = {html.path(picture) for picture in PAGES[name].pictures} - {html.path(plan.ICON)}
    assert files == expected


@pytest.mark.parametrize("name", PAGES)
def test_nothing_comes_from_outside(name):
    assert "//" not in PAGES[name].html()
    for _, attributes in Reader(PAGES[name].html()).elements:
        assert not {key for key in attributes if key.startswith("on")}


def test_every_link_and_script_exists():
    made = {*PAGES, *html.ASSETS, "favicon.ico"}
    for page in PAGES.values():
        for tag, attributes in Reader(page.html()).elements:
            address = attributes.get("href") or (attributes.get("src") if tag == "script" else None)
            assert address is None or address in made or address.startswith("img/")


def test_each_figure_says_what_to_expect():
    text = PAGES["index.html"].html()
    count = len(plan.GALLERY_LISTED) + len(plan.GALLERY_CLASSIFIER)
    assert text.count(f'data-expect="{Fate.COVER}"') == count
    assert text.count(f'data-expect="{Fate.SHOW}"') == len(plan.GALLERY_ORDINARY)
    assert text.count(">covered<") == text.count(">가림</span>") == count


def test_the_service_worker_keeps_its_pages_pictures():
    kept = re.search(r"PICTURES = (\[.*?\]);", html.service_worker())[1]
    assert json.loads(kept) == [html.path(picture) for picture in plan.KEPT]


def test_every_picture_is_on_a_page():
    shown = {picture for page in PAGES.values() for picture in page.pictures}
    assert shown == set(plan.ALL)
