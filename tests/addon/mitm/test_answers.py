import pytest
from mitmproxy import http
from mitmproxy.test import tflow
from shield_house import ask

from garim_addon.act.page import Page, refusal
from garim_addon.answer import Answer
from garim_addon.decide.action import Action
from garim_addon.mitm import answers

BODY = b"a picture that must not be shown"


def flow(status=200, **headers):
    made = tflow.tflow(resp=True)
    fields = {"content-type": "image/jpeg", "content-length": str(len(BODY))} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    made.response = http.Response.make(status, BODY, fields)
    return made


REPLACED = Answer(Action.REPLACE, b"placeholder", "image/png")


@pytest.mark.parametrize(
    ("status", "becomes"), [(200, 200), (206, 200), (304, 200), (404, 404), (203, 203)]
)
def test_a_replaced_picture_is_whole_and_never_unchanged(status, becomes):
    made = flow(status)
    answers.apply(made, REPLACED)
    assert made.response.status_code == becomes
    assert made.response.raw_content == b"placeholder"
    if status in {206, 304}:
        assert made.response.reason == "OK"


def test_headers_say_what_the_placeholder_is():
    made = flow(
        etag='"a"',
        last_modified="Mon",
        content_encoding="gzip",
        accept_ranges="bytes",
        cache_control="max-age=9",
        access_control_allow_origin="*",
        cross_origin_resource_policy="cross-origin",
        set_cookie="a=b",
    )
    answers.apply(made, REPLACED)
    headers = made.response.headers
    assert headers.get_all("content-type") == ["image/png"]
    assert headers.get_all("content-length") == ["11"]
    assert headers["cache-control"] == "no-store"
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["set-cookie"] == "a=b"
    for gone in ("etag", "last-modified", "content-encoding", "accept-ranges"):
        assert gone not in headers


def test_trailers_of_the_original_are_dropped():
    made = flow()
    made.response.trailers = http.Headers([(b"x-digest", b"of the original")])
    answers.apply(made, REPLACED)
    assert made.response.trailers is None


def test_passing_changes_nothing():
    made = flow()
    before = made.response.get_state()
    answers.apply(made, Answer(Action.PASS))
    assert made.response.get_state() == before
    assert not made.error


def test_a_refusal_is_its_page():
    page = refusal(ask(accept="text/html"), None, "7K3M9Q")
    made = flow()
    answers.apply(made, Answer(Action.REFUSE, page=page))
    assert made.response.status_code == 451
    assert b"7K3M9Q" in made.response.raw_content
    assert made.response.headers.get_all("content-length") == [str(len(page.body))]


@pytest.mark.parametrize(
    "answer",
    [Answer(Action.CUT), Answer(Action.REFUSE), REPLACED],
    ids=["cut", "no-page", "no-head"],
)
def test_what_cannot_be_carried_out_is_killed(answer):
    made = flow()
    if answer is REPLACED:
        made.response = None
    answers.apply(made, answer)
    assert made.error


def test_a_page_may_be_empty():
    response = answers.page_response(Page(451, ((b"content-length", b"0"),), b""))
    assert (response.status_code, response.raw_content) == (451, b"")


def test_a_page_for_a_head_request_is_its_head_alone():
    page = refusal(ask(accept="text/html"), None, "7K3M9Q")
    response = answers.page_response(page, head=True)
    assert response.raw_content == b""
    assert response.headers.get_all("content-length") == [str(len(page.body))]
