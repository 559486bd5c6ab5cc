import json
import os
import re
import subprocess
import sys
from datetime import date

import pytest

from garim_addon.act.page import Kind, kind_for, refusal, unverified
from garim_addon.act.replacement import Replacement
from garim_addon.exchange import Request
from garim_addon.verdict import ListMatch
from garim_feed.lookup.match import Keeper

MATCH = ListMatch("kr/ncii", "e-17", "42", "ncii", "address", feed="kr", added="2026-04-30")
DAY = date(2026, 5, 1)


class Headers(dict):
    def get(self, name, default="", /):
        return super().get(name.lower(), default)


def request(destination="document", accept="*/*"):
    headers = Headers({"accept": accept})
    if destination:
        headers["sec-fetch-dest"] = destination
    return Request("GET", "https", "blocked.example", 443, "/a?b", headers)


HTML = "text/html,application/xhtml+xml,application/json;q=0.9"


@pytest.mark.parametrize(
    ("destination", "accept", "kind"),
    [
        ("document", "*/*", Kind.PAGE), ("Document", HTML, Kind.PAGE), ("iframe", "", Kind.PAGE),
        ("frame", "", Kind.PAGE), ("embed", "", Kind.PAGE), ("object", "", Kind.PAGE),
        ("fencedframe", "", Kind.PAGE), ("script", HTML, Kind.EMPTY), ("style", "", Kind.EMPTY),
        ("font", "", Kind.EMPTY), ("image", "image/*", Kind.PICTURE), ("video", "", Kind.EMPTY),
        ("image", HTML, Kind.PICTURE), ("", "image/avif,image/*;q=0.8", Kind.PICTURE),
        ("websocket", "", Kind.EMPTY), ("script", "image/*", Kind.EMPTY),
        ("worker", "application/json", Kind.EMPTY), ("serviceworker", "", Kind.EMPTY),
        ("empty", "*/*", Kind.EMPTY), ("empty", "application/json, */*", Kind.JSON),
        ("empty", HTML, Kind.JSON), ("json", "application/json", Kind.JSON),
        ("", HTML, Kind.PAGE), ("", "application/json", Kind.JSON), ("", "*/*", Kind.EMPTY),
        ("", "", Kind.EMPTY), ("new-thing", "text/html", Kind.EMPTY),
    ],
)  # fmt: skip
def test_the_answer_fits_what_asked(destination, accept, kind):
    assert kind_for(request(destination, accept)) is kind


def answered(destination, accept="*/*", **more):
    page = refusal(request(destination, accept), MATCH, "k7f3qd", today=DAY, **more)
    headers = dict(page.headers)
    assert len(headers) == len(page.headers)
    return page, headers


@pytest.mark.parametrize(
    ("destination", "accept"), [("document", ""), ("empty", "application/json"), ("script", "")]
)
def test_every_answer_is_451_uncached_sized_and_names_the_blocker(destination, accept):
    page, headers = answered(destination, accept)
    assert page.status == 451
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"content-length"] == b"%d" % len(page.body)
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert headers[b"link"] == b'<urn:garim:list:kr%2Fncii>; rel="blocked-by"'


@pytest.mark.parametrize(
    ("uri", "link"),
    [
        ("https://agency.example/", b"<https://agency.example/>"),
        ("", b"<urn:garim:list:kr%2Fncii>"),
        ("https://x/>;\r\nSet-Cookie: a=1", b"<urn:garim:list:kr%2Fncii>"),
        ("javascript:alert(1)", b"<urn:garim:list:kr%2Fncii>"),
    ],
)
def test_the_authoritys_address_is_linked_only_when_it_plainly_is_one(uri, link):
    _, headers = answered("script", keeper=Keeper("A", uri))
    assert headers[b"link"] == link + b'; rel="blocked-by"'


def test_a_document_gets_a_page_that_names_everything():
    page, headers = answered("document", keeper=Keeper("The <Agency>"))
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert headers[b"content-security-policy"].startswith(b"default-src 'none'; ")
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert sorted(headers[b"content-language"].split(b", ")) == [b"en", b"ko"]
    for fact in (
        b"The &lt;Agency&gt;",
        b"kr/ncii (42)",
        b"e-17",
        b"<dd>2026-04-30",
        b"2026-05-01",
        b"k7f3qd",
    ):
        assert page.body.count(fact) == 2


def test_a_script_that_reads_json_gets_the_same_facts():
    page, headers = answered("empty", "application/json", keeper=Keeper("A"))
    assert headers[b"content-type"] == b"application/json"
    assert json.loads(page.body) == {
        "error": "blocked", "status": 451, "id": "k7f3qd", "date": "2026-05-01",
        "list": "kr/ncii", "version": "42", "entry": "e-17", "category": "ncii", "authority": "A",
        "added": "2026-04-30", "appeal": "",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("destination", "mime"),
    [
        ("script", b"text/javascript"), ("worker", b"text/javascript"),
        ("serviceworker", b"text/javascript"), ("style", b"text/css"), ("font", b"font/woff2"),
        ("video", b"video/mp4"), ("audio", b"audio/mpeg"), ("track", b"text/vtt"),
        ("manifest", b"application/manifest+json"), ("json", b"application/json"),
        ("empty", b"text/plain"), ("websocket", b"text/plain"), ("", b"text/plain"),
        ("new-thing", b"text/plain"),
    ],
)  # fmt: skip
def test_everything_else_gets_nothing_of_the_type_it_asked_for(destination, mime):
    page, headers = answered(destination)
    assert page.body == b""
    assert headers[b"content-type"] == mime
    assert b"blocked-by" in headers[b"link"]


def test_a_picture_is_shown_a_picture_with_the_status_of_a_refusal():
    page, headers = answered("image", picture=Replacement(b"card", "image/png"))
    assert (page.status, page.body) == (451, b"card")
    assert headers[b"content-type"] == b"image/png"
    assert headers[b"content-length"] == b"4"
    assert b"blocked-by" in headers[b"link"]


def test_a_picture_that_is_refused_and_not_replaced_gets_nothing():
    assert answered("image")[0].body == b""


@pytest.mark.parametrize(
    ("appeal", "href"),
    [
        ("https://agency.example/a?x=1&y=2", b'href="https://agency.example/a?x=1&amp;y=2"'),
        ("http://agency.example/", b'href="http://agency.example/"'),
        ("mailto:appeal@agency.example", b'href="mailto:appeal@agency.example"'),
        ("urn:agency", None),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("", None),
    ],
)
def test_the_way_to_object_is_linked_without_a_referrer_or_said_in_words(appeal, href):
    page, _ = answered("document", keeper=Keeper("A", "", appeal))
    assert (b"<a " in page.body) == (href is not None)
    if href is not None:
        assert page.body.count(b"<a " + href + b' rel="noreferrer">') == 2
    assert page.body.count(b"<p>") > 2
    facts = json.loads(
        answered("empty", "application/json", keeper=Keeper("A", "", appeal))[0].body
    )
    assert facts["appeal"] == (appeal if href else "")


def test_without_a_list_this_device_is_the_blocker():
    page = refusal(request(accept=HTML), None, "k7f3qd")
    assert dict(page.headers)[b"link"] == b'<urn:garim:device>; rel="blocked-by"'
    assert re.search(rb"<dd>20\d\d-\d\d-\d\d</dd>", page.body)
    answer = refusal(request("empty", "application/json"), None, "k7f3qd", today=DAY)
    assert "list" not in json.loads(answer.body)


def test_an_unverified_site_is_explained_to_documents_only():
    page = unverified(request())
    headers = dict(page.headers)
    assert page.status == 502
    assert b"blocked.example" in page.body
    assert b"link" not in headers
    assert b'<a href="">' in page.body
    assert unverified(request("script")).body == b""


def test_the_proxy_process_can_import_it_alone():
    check = (
        "import sys, garim_addon.act.page\n"
        "sys.exit(bool({'PIL', 'numpy', 'onnxruntime', 'mitmproxy'} & sys.modules.keys()))"
    )
    command, environment = [sys.executable, "-c", check], {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(command, env=environment, check=False).returncode == 0
