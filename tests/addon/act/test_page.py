import json
import os
import re
import subprocess
import sys
from datetime import date

import pytest

from garim_addon.act.page import Authority, Kind, kind_for, refusal, unverified
from garim_addon.exchange import Request
from garim_addon.verdict import ListMatch

MATCH = ListMatch("kr/ncii", "e-17", "42", "ncii", "address")
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
        ("font", "", Kind.EMPTY), ("image", "image/*", Kind.EMPTY), ("video", "", Kind.EMPTY),
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
    _, headers = answered("script", authority=Authority("A", uri))
    assert headers[b"link"] == link + b'; rel="blocked-by"'


def test_a_document_gets_a_page_that_names_everything():
    page, headers = answered("document", authority=Authority("The <Agency>"))
    assert headers[b"content-type"] == b"text/html; charset=utf-8"
    assert headers[b"content-security-policy"].startswith(b"default-src 'none'; ")
    assert headers[b"referrer-policy"] == b"no-referrer"
    assert sorted(headers[b"content-language"].split(b", ")) == [b"en", b"ko"]
    for fact in (b"The &lt;Agency&gt;", b"kr/ncii (42)", b"e-17", b"2026-05-01", b"k7f3qd"):
        assert page.body.count(fact) == 2


def test_a_script_that_reads_json_gets_the_same_facts():
    page, headers = answered("empty", "application/json", authority=Authority("A"))
    assert headers[b"content-type"] == b"application/json"
    assert json.loads(page.body) == {
        "error": "blocked", "status": 451, "id": "k7f3qd", "date": "2026-05-01",
        "list": "kr/ncii", "version": "42", "entry": "e-17", "category": "ncii", "authority": "A",
    }  # fmt: skip


def test_everything_else_gets_nothing():
    page, headers = answered("script")
    assert page.body == b""
    assert b"content-type" not in headers


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
