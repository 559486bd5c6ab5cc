"""What is decided before anything is fetched; the whole way of a request is in test_shield."""

import pytest
from made_lists import Made
from shield_house import HOME, REPORT, ask

from garim_addon.verdict import Outcome, Reason

LISTED = "listed.example"


@pytest.fixture
def lists():
    return Made(hosts=[LISTED], addresses=["site.example/item"])


@pytest.mark.parametrize(
    ("policy", "host", "refused"),
    [
        (HOME, LISTED, True),
        (HOME, "site.example", False),
        (HOME + "[actions]\nlisted = 'cut'\n", LISTED, True),
        (HOME + "[actions]\nlisted = 'pass'\n", LISTED, False),
        (REPORT, LISTED, False),
    ],
)
def test_a_tunnel_to_a_listed_host_is_policys_to_refuse(build, lists, policy, host, refused):
    house = build(policy, index=lists)
    assert house.shield.gate.refuses_tunnel(host, 22) == refused
    events = [(e.outcome, e.reason) for e in house.entries()]
    assert events == ([(Outcome.BLOCK, Reason.LISTED_ADDRESS)] if host == LISTED else [])


def test_a_refused_page_names_who_keeps_the_list(build, lists):
    page = build(index=lists).shield.begin(ask(LISTED, "/", accept="text/html")).page
    for fact in (b"The Agency", b"ncii (42)", b"host-17", b"2026-05-01", b"appeal?a=1&amp;b"):
        assert fact in page.body
    assert dict(page.headers)[b"link"] == b'<https://agency.example/>; rel="blocked-by"'


@pytest.mark.parametrize(
    ("headers", "mime", "has_body"),
    [
        ({"sec_fetch_dest": "document"}, b"text/html; charset=utf-8", True),
        ({"sec_fetch_dest": "image"}, b"image/png", True),
        ({"accept": "image/*"}, b"image/png", True),
        ({"sec_fetch_dest": "script"}, b"text/javascript", False),
        ({"sec_fetch_dest": "style"}, b"text/css", False),
        ({"sec_fetch_dest": "empty", "accept": "application/json"}, b"application/json", True),
        ({"sec_fetch_dest": "empty"}, b"text/plain", False),
        ({"sec_fetch_dest": "websocket", "upgrade": "websocket"}, b"text/plain", False),
    ],
)
def test_a_sub_resource_is_refused_by_what_it_asked_for(build, lists, headers, mime, has_body):
    exchange = build(index=lists).shield.begin(ask(LISTED, "/x", **headers))
    assert exchange.page.status == 451
    assert dict(exchange.page.headers)[b"content-type"] == mime
    assert bool(exchange.page.body) == has_body
    assert (exchange.refusal is not None) == (mime == b"image/png")


async def test_a_refused_picture_says_why_once_it_is_drawn(build, lists):
    house = build(index=lists)
    exchange = house.shield.begin(ask(LISTED, "/a.png", sec_fetch_dest="image"))
    plain = exchange.page
    await house.shield.answering.draw(exchange)
    assert exchange.page.body == house.pool.draws != plain.body
    assert exchange.page.status == 451
    ((spec, _),) = house.pool.painted
    assert (spec.word, spec.format) == ("Listed", "png")
    await house.shield.answering.draw(exchange)
    assert len(house.pool.painted) == 1


async def test_what_cannot_be_drawn_is_still_a_picture(build, lists):
    house = build(index=lists)
    house.pool.draws = None
    exchange = house.shield.begin(ask(LISTED, "/a.png", sec_fetch_dest="image"))
    plain = exchange.page
    await house.shield.answering.draw(exchange)
    assert exchange.page.body == plain.body


def test_other_lists_count_from_the_next_request_on(build, lists):
    house = build(index=lists)
    assert house.shield.begin(ask("new.example", "/")).page is None
    lists.hosts, lists.changes = {"new.example"}, 1
    house.shield.refresh()
    assert house.shield.begin(ask("new.example", "/")).page is not None
    assert house.shield.begin(ask(LISTED, "/")).page is None
    assert "garim_list_reloads_total 1.0" in house.metrics.render().decode()
