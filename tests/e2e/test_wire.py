"""Every odd way in which a picture may come through Garim, byte for byte."""

import hashlib
import json
import shutil

import pytest
from tests.e2e.agent import until
from tests.e2e.conftest import CAP
from tests.e2e.curl import curl, direct
from tests.e2e.origin import need
from tests.e2e.visit import fetch
from tests.e2e.wire import LISTED, ORDINARY, assert_covered, assert_untouched, original

from garim_addon.media.sniff import sniff
from garim_agent.demo.browse import open_page
from garim_agent.demo.chromium import chromium

pytestmark = pytest.mark.server

CODINGS = ("gzip", "members", "deflate", "rawdeflate", "br", "zstd", "twice")
FRAMINGS = ("chunked", "close", "http10", "untyped", "slow", "drip", "missing")
DISGUISES = (
    "typed-text",
    "typed-octet",
    "typed-html",
    "typed-png",
    "nosniff-text",
    "nosniff-octet",
)


def test_a_picture_is_covered_or_untouched(garim, origin, base):
    assert_covered(curl(f"{base}/{LISTED}", agent=garim), original(origin, LISTED))
    address = f"{base}/{ORDINARY}"
    assert_untouched(curl(address, agent=garim), direct(origin, address))


@pytest.mark.parametrize("path", [LISTED, ORDINARY, "extra/archive.zip", "index.html"])
def test_head_is_untouched(garim, origin, base, path):
    address = f"{base}/{path}"
    reply = curl(address, "--head", agent=garim)
    assert_untouched(reply, direct(origin, address, "--head"))
    assert reply.header("content-length") == str(len(original(origin, path)))


def test_a_part_of_a_picture_comes_whole_and_judged(garim, origin, base):
    before = len(origin.requests())
    for path in (LISTED, ORDINARY):
        reply = curl(f"{base}/{path}", "-r", "0-99", "-H", 'If-Range: "x"', agent=garim)
        if path == LISTED:
            assert_covered(reply, original(origin, path))
        else:
            assert (reply.status, reply.body) == (200, original(origin, path))
    seen = origin.requests()[before:]
    assert [(request.path, request.range) for request in seen] == [
        (f"/{LISTED}", ""),
        (f"/{ORDINARY}", ""),
    ]


def test_the_start_of_a_picture_in_disguise_is_not_shown(garim, origin, base):
    reply = curl(f"{base}/extra/no-ending", "-r", "0-4999", agent=garim)
    assert reply.status == 200
    assert sniff(reply.body) == "png"
    assert original(origin, "extra/no-ending")[:100] not in reply.body


@pytest.mark.parametrize("framing", FRAMINGS)
def test_every_framing(garim, origin, framing):
    for path in (LISTED, ORDINARY):
        reply = curl(f"{origin.odd}/{framing}/{path}", agent=garim)
        status = 404 if framing == "missing" else 200
        if path == LISTED:
            assert_covered(reply, original(origin, path), status=status)
        else:
            assert (reply.exit, reply.status) == (0, status)
            assert reply.body == original(origin, path)
            assert_untouched(reply, direct(origin, f"{origin.odd}/{framing}/{path}"))


@pytest.mark.parametrize("coding", CODINGS)
def test_every_content_coding(garim, origin, base, coding):
    assert_covered(curl(f"{base}/odd/{coding}/{LISTED}", agent=garim), original(origin, LISTED))
    address = f"{base}/odd/{coding}/{ORDINARY}"
    reply = curl(address, agent=garim)
    assert_untouched(reply, direct(origin, address))
    assert reply.header("content-encoding")
    assert reply.body != original(origin, ORDINARY)


def test_a_picture_that_nginx_compresses(garim, origin, base):
    accept = ("-H", "Accept-Encoding: gzip")
    for path in ("img/listed-bmp.bmp", "img/ordinary-bmp.bmp"):
        address = f"{base}/gzipped/{path}"
        reply, plain = curl(address, *accept, agent=garim), direct(origin, address, *accept)
        assert plain.header("content-encoding") == "gzip"
        if "listed" in path:
            assert_covered(reply, original(origin, path), "png")
        else:
            assert_untouched(reply, plain)


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_wrong_type_hides_nothing_and_breaks_nothing(garim, origin, base, disguise):
    reply = curl(f"{base}/{disguise}/{LISTED}", agent=garim)
    assert_covered(reply, original(origin, LISTED))
    for path in (ORDINARY, "extra/archive.zip", "extra/film.mp4", "index.html"):
        address = f"{base}/{disguise}/{path}"
        assert_untouched(curl(address, agent=garim), direct(origin, address))


def test_a_picture_that_ends_too_early_is_not_shown(garim, origin):
    reply = curl(f"{origin.odd}/short/{LISTED}", agent=garim)
    assert reply.exit != 0 or reply.status == 502
    assert original(origin, LISTED)[:200] not in reply.body


@pytest.mark.parametrize("way", ["", "odd/close/", "odd/chunked/"])
def test_a_picture_over_the_cap_is_counted_and_policy_decides(garim, school, origin, base, way):
    address = f"{base}/{way}extra/over-the-cap.png"
    before = garim.failures("too-large")
    reply = curl(address, agent=garim)
    assert len(reply.body) > CAP
    assert reply.body == original(origin, "extra/over-the-cap.png")
    assert garim.failures("too-large") == before + 1
    reply = curl(address, agent=school)
    assert (reply.exit, reply.status, sniff(reply.body)) == (0, 200, "png")
    assert reply.header("cache-control") == "no-store"
    assert len(reply.body) < 100_000


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_listed_host_is_refused_before_anything_is_fetched(garim, scheme):
    address = f"{scheme}://blocked.garim.test/some/page"
    page = curl(address, "-H", "Accept: text/html", agent=garim)
    assert page.status == 451
    assert page.header("link").endswith('; rel="blocked-by"')
    assert page.header("cache-control") == "no-store"
    assert "garim.test" in page.body.decode()
    picture = curl(address, "-H", "Sec-Fetch-Dest: image", agent=garim)
    assert (picture.status, picture.header("content-type")) == (451, "image/png")
    assert picture.body.startswith(b"\x89PNG")
    facts = curl(address, "-H", "Accept: application/json", agent=garim)
    assert json.loads(facts.body)["list"] == "test"


@pytest.mark.browser
@pytest.mark.asyncio
async def test_what_a_browser_kept_from_before_is_judged(site, origin, garim, tmp_path):
    need("chromium")
    need("certutil")
    home = tmp_path / "browser"
    base = f"{origin.h2}/revalidated"
    async with chromium(home, certificates=(origin.certificates.authority,)) as context:
        await open_page(context, f"{base}/index.html", None)
    shutil.rmtree(home / ".pki")
    trusted = (garim.authority,)
    async with chromium(home, proxy=garim.proxy, certificates=trusted) as context:
        before = len(origin.requests())
        page = await open_page(context, f"{base}/index.html", None)
        first = _asked(origin.requests()[before:])
        paths = [f"revalidated/{path}" for path in (LISTED, ORDINARY)]
        found = await fetch(page, paths)
        before = len(origin.requests())
        await open_page(context, f"{base}/index.html", None)
        second = _asked(origin.requests()[before:])
    for path in (LISTED, ORDINARY):
        assert first[path] == (200, False), path  # asked for without its conditions
    digests = [hashlib.sha256(original(origin, path)).hexdigest() for path in (LISTED, ORDINARY)]
    assert [found[path].sha256 == digest for path, digest in zip(paths, digests, strict=True)] == [
        False,
        True,
    ]
    assert second[LISTED] == (200, False)
    assert second[ORDINARY] == (304, True)


def _asked(requests) -> dict[str, tuple[int, bool]]:
    start = "/revalidated/"
    return {
        request.path.removeprefix(start): (request.status, bool(request.if_none_match))
        for request in requests
        if request.path.startswith(start)
    }


def test_bombs_in_a_content_coding_are_counted_and_policy_decides(garim, school, origin, base):
    address = f"{base}/odd/bomb/{LISTED}"
    before = garim.failures("too-large")
    assert_untouched(curl(address, agent=garim), direct(origin, address))
    assert garim.failures("too-large") == before + 1
    reply = curl(address, agent=school)
    assert (reply.exit, reply.status, sniff(reply.body)) == (0, 200, "png")


def test_what_only_claims_to_be_compressed_is_not_shown_at_school(school, origin, base):
    reply = curl(f"{base}/odd/notgzip/{LISTED}", agent=school)
    assert (reply.exit, reply.status, sniff(reply.body)) == (0, 200, "png")


def test_everything_that_was_held_was_given_back(garim):
    until(lambda: garim.metrics()["garim_buffered_bytes"] == 0, "nothing is held any more")
