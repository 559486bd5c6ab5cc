"""The demonstration site in a real Chromium, with and without Garim, over each protocol.

Both browsers see the same pages from the same nginx; everything is compared with what the site
means each picture to become. All pages are visited once a protocol; the tests read what was kept.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
import pytest_asyncio
from PIL import Image, ImageChops
from tests.e2e.agent import Agent
from tests.e2e.origin import Origin, Requested, need
from tests.e2e.visit import SETTLED, Fetched, Shown, Visit, fetch, open_in, shown, visit_all

from garim_addon.media.sniff import sniff
from garim_agent.demo.chromium import chromium
from garim_agent.demo.site import Expected, Site

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]

SCHEMES = {"http": "HTTP/1.1", "https": "HTTP/1.1", "h2": "HTTP/2.0"}
"""The origin's three servers and the protocol that each speaks."""
NEXT_HOP = {"http": "http/1.1", "https": "h2", "h2": "h2"}
"""What the browser speaks to Garim: HTTP/2 wherever there is TLS, whatever the server speaks."""
HOP_BY_HOP = "connection"
"""The one header that may differ: HTTP/2 has none, and a browser's cache does not keep it."""
SHOWN_AS_PNG = {"bmp"}
"""Formats whose placeholder is a PNG with its own type."""
NARROW = {"img/lake-avif-320.avif", "img/cover-avif-320.avif"}
"""For narrow screens. With any proxy or none, a headless Chromium asks for them now and then before
it was told its size, and breaks off."""
COVER = (127, 127, 127)


@dataclass
class Seen:
    """What one browser saw.

    Attributes:
        pages: Each page.
        fetched: Each picture as a script gets it.
        reached: What reached nginx.
        kept: The service worker's page after a reload, and what reached nginx for it.
    """

    pages: dict[str, Visit]
    fetched: dict[str, Fetched]
    reached: list[Requested]
    kept: tuple[tuple[Shown, ...], list[Requested]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def without(site, origin, tmp_path_factory) -> dict[str, Seen]:
    """The site with the proxy off."""
    home = tmp_path_factory.mktemp("direct")
    trusted = (origin.certificates.authority,)
    return await _browse(site, origin, home, trusted, "")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def through(site, origin, garim: Agent, without, tmp_path_factory) -> dict[str, Seen]:
    """The site through Garim; after `without`, so that only one browser runs at a time."""
    home = tmp_path_factory.mktemp("proxied")
    return await _browse(site, origin, home, (garim.authority,), garim.proxy)


@pytest.fixture(params=SCHEMES)
def scheme(request) -> str:
    return str(request.param)


@pytest.fixture
def pair(scheme, without, through) -> tuple[Seen, Seen]:
    return without[scheme], through[scheme]


async def _browse(site: Site, origin: Origin, home, trusted, proxy: str) -> dict[str, Seen]:
    need("chromium")
    need("certutil")
    paths = [picture.path for picture in site.pictures]
    parts = {}
    before = len(origin.requests())
    async with chromium(home / "browser", proxy=proxy, certificates=trusted) as context:
        page = await context.new_page()
        for scheme in SCHEMES:
            base = getattr(origin, scheme)
            pages = await visit_all(page, base, site.pages)
            await open_in(page, f"{base}/worker.html")
            parts[scheme] = (pages, await _after_reload(page, origin), await fetch(page, paths))
    reached = origin.requests()[before:]
    return {
        scheme: Seen(pages, fetched, [r for r in reached if str(r.port) in base], kept)
        for scheme, (pages, kept, fetched) in parts.items()
        for base in [getattr(origin, scheme)]
    }


async def _after_reload(page, origin: Origin) -> tuple[tuple[Shown, ...], list[Requested]]:
    before = len(origin.requests())
    await page.reload()
    await page.wait_for_function(SETTLED)
    return await shown(page), origin.requests()[before:]


def covered(site: Site) -> dict[str, Expected]:
    return {each.path: each for each in site.pictures if each.expect == "cover"}


def ordinary(site: Site) -> dict[str, Expected]:
    return {each.path: each for each in site.pictures if each.expect == "show"}


def masked(page: Visit, boxes: Iterable[tuple[int, int, int, int]]) -> Image.Image:
    picture = page.screenshot.copy()
    for box in boxes:
        picture.paste(COVER, box)
    return picture


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and ImageChops.difference(one, other).getbbox() is None


async def test_each_server_was_asked_in_its_own_protocol(scheme, pair):
    for seen in pair:
        assert {request.protocol for request in seen.reached} == {SCHEMES[scheme]}


async def test_the_browser_speaks_http2_to_garim_where_there_is_tls(scheme, pair):
    travelled = {
        path: how for seen in pair[1].pages.values() for path, how in seen.protocols.items()
    }
    assert {"style.css", "blob.js", "img/listed-png.png", "img/many-000.jpg"} <= travelled.keys()
    assert set(travelled.values()) == {NEXT_HOP[scheme]}


async def test_ordinary_pictures_are_identical_to_the_last_byte(pair, site):
    for path in ordinary(site):
        expected = hashlib.sha256((site.folder / path).read_bytes()).hexdigest()
        assert [seen.fetched[path].sha256 for seen in pair] == [expected, expected], path


async def test_condemned_pictures_are_other_pictures_of_the_same_kind_and_size(pair, site):
    direct, proxied = pair
    for path, expected in covered(site).items():
        got, original = proxied.fetched[path], direct.fetched[path]
        assert got.status == 200
        assert got.sha256 != original.sha256, path
        assert got.size == original.size == (expected.width, expected.height), path
        form = "png" if expected.format in SHOWN_AS_PNG else expected.format
        assert (sniff(got.head), sniff(original.head)) == (form, expected.format), path
        assert got.headers["content-type"] == f"image/{form}", path


async def test_a_placeholder_is_not_cached_and_has_no_validator(pair, site):
    for path in covered(site):
        headers = pair[1].fetched[path].headers
        assert headers["cache-control"] == "no-store"
        assert not headers.keys() & {"etag", "last-modified", "accept-ranges", "content-encoding"}


async def test_every_way_to_show_a_picture_is_on_the_pages(pair, site):
    elements = [each for page in pair[1].pages.values() for each in page.shown]
    for expectation in (covered(site), ordinary(site)):
        ways = {each.kind for each in elements if each.path in expectation}
        assert ways == {"img", "canvas", "background"}
        assert any(each.lazy for each in elements if each.path in expectation)
        assert any(path.endswith(".avif") for path in (each.path for each in elements))


async def test_the_layout_is_the_same(pair):
    direct, proxied = pair
    for name, page in proxied.pages.items():
        assert page.shown == direct.pages[name].shown, name
        assert page.screenshot.size == direct.pages[name].screenshot.size


async def test_pages_are_pixel_identical_but_for_the_condemned_pictures(pair, site):
    condemned = covered(site)
    for name, page in pair[1].pages.items():
        boxes = [each.box for each in page.shown if each.path in condemned]
        assert boxes, name
        direct = pair[0].pages[name]
        assert same(masked(page, boxes), masked(direct, boxes)), name


async def test_each_allowed_element_is_pixel_identical_and_each_condemned_one_is_not(pair, site):
    condemned = covered(site)
    for name, page in pair[1].pages.items():
        for element in page.shown:
            with_garim = page.screenshot.crop(element.box)
            without_it = pair[0].pages[name].screenshot.crop(element.box)
            assert same(with_garim, without_it) == (element.path not in condemned), element


async def test_a_card_is_shown_and_not_an_empty_box(pair, site):
    condemned = covered(site)
    for page in pair[1].pages.values():
        for element in page.shown:
            if element.path in condemned:
                picture = page.screenshot.crop(element.box).convert("L")
                dark, light = picture.getextrema()
                assert light > 220, element
                assert dark < 120, element


async def test_200_pictures_on_one_page_all_arrive(pair, site):
    many = pair[1].pages["many.html"].shown
    assert len(many) == 200
    assert all(min(each.size) > 0 for each in many)
    assert sum(each.path in covered(site) for each in many) == 8


async def test_a_service_worker_keeps_placeholders_and_originals_alike(pair, site):
    direct, proxied = pair
    first = proxied.pages["worker.html"].shown
    after, reached = proxied.kept
    assert [(each.path, each.size) for each in after] == [(each.path, each.size) for each in first]
    assert {each.path for each in after} & covered(site).keys()
    assert {each.path for each in after} & ordinary(site).keys()
    # Nothing but the page's own parts was asked for again: the pictures came from its cache.
    assert not [request.path for request in reached if request.path.startswith("/img/")]
    assert not [r.path for r in direct.kept[1] if r.path.startswith("/img/")]


async def test_headers_of_what_is_allowed_are_the_same(pair, site):
    condemned = covered(site).keys()
    compared = 0
    for name, page in pair[1].pages.items():
        direct = pair[0].pages[name].answers
        assert page.answers.keys() - NARROW == direct.keys() - NARROW, name
        for path, answer in page.answers.items():
            if path not in condemned | NARROW:
                assert _comparable(answer) == _comparable(direct[path]), path
                compared += 1
    assert compared > 200


def _comparable(answer) -> tuple[int, dict[str, str]]:
    status, fields = answer
    assert "date" in dict(fields)
    return status, {name: value for name, value in fields if name not in {"date", HOP_BY_HOP}}


async def test_a_script_reads_the_same_headers_of_what_is_allowed(pair, site):
    direct, proxied = pair
    for path in ordinary(site):
        answers = [
            (seen.fetched[path].status, tuple(seen.fetched[path].headers.items()))
            for seen in (direct, proxied)
        ]
        assert _comparable(answers[0]) == _comparable(answers[1]), path


async def test_nothing_complains(pair):
    expected = {f"net::ERR_ABORTED {path}" for path in NARROW}
    for seen in pair:
        for name, page in seen.pages.items():
            assert set(page.complaints) <= expected, name


async def test_the_icon_is_asked_for_and_judged(pair, site):
    asked = [request.path for request in pair[1].reached]
    assert "/favicon.ico" in asked or "/img/icon.ico" in asked
    assert pair[1].fetched["img/icon.ico"].size == (64, 64)
