"""Downloads that are hashed on their way: what is watched, what policy does, what is remembered."""

import pytest
from made_lists import Made
from shield_house import HOME, REPORT, ask, reply

from garim_addon.decide.action import Action
from garim_addon.media.screen import Screening
from garim_addon.verdict import Outcome, Reason

LISTED = b"a made-up archive " * 500
FILE = {"content_length": str(len(LISTED)), "etag": '"f"'}


@pytest.fixture
def lists():
    return Made(bodies=[LISTED])


def download(house, body=LISTED, request=None, **headers):
    """Stream a body; returns what arrived and whether it was stopped."""
    exchange = house.shield.begin(request or ask(path="/f.zip"))
    response = reply(mime="application/zip", **(FILE | headers))
    assert house.shield.head(exchange, response) is Screening.PEEK
    assert house.shield.peek(exchange, response, body[:64]) is Screening.PASS
    if not house.shield.stream(exchange, response):
        return body, None
    pieces = [body[at : at + 1000] for at in range(0, len(body), 1000)]
    sent = b"".join(part for piece in (*pieces, b"") for part in exchange.download(piece))
    house.shield.end(exchange)
    return sent, exchange.download.stopped


@pytest.mark.parametrize(
    ("policy", "stopped", "action"),
    [
        (HOME, True, Action.CUT),
        (HOME + "[actions]\nlisted = 'refuse'\n", True, Action.CUT),
        (HOME + "[actions]\nlisted = 'report'\n", False, Action.PASS),
        (HOME + "[actions]\nlisted = 'pass'\n", False, Action.PASS),
        (REPORT, False, Action.PASS),
    ],
)
def test_a_listed_file_is_policys_to_stop(build, lists, policy, stopped, action):
    house = build(policy, index=lists)
    sent, was = download(house)
    assert was == stopped
    assert (sent == LISTED) != stopped
    (entry,) = house.entries()
    assert (entry.outcome, entry.reason, entry.action) == (
        Outcome.BLOCK,
        Reason.LISTED_DIGEST,
        action,
    )
    assert entry.size == len(LISTED)
    assert entry.match.feed == "kr"


def test_an_innocent_file_arrives_whole_and_is_no_event(build, lists):
    house = build(index=lists)
    assert download(house, b"innocent" * 200) == (b"innocent" * 200, False)
    assert house.entries() == []


def test_nothing_is_hashed_while_no_list_names_a_file(build):
    assert download(build(index=Made()))[1] is None


def test_an_exempt_hosts_files_are_left_alone(build, lists):
    house = build(HOME + "[hosts]\nexempt = ['site.example']\n", index=lists)
    exchange = house.shield.begin(ask(path="/f.zip"))
    assert not house.shield.stream(exchange, reply(mime="application/zip", **FILE))


@pytest.mark.parametrize("wanted", [("sha1",), ("md5",)])
def test_a_file_is_found_by_other_digests_too(build, lists, wanted):
    lists.wanted = wanted
    assert download(build(index=lists))[1]


PART = {"content_range": f"bytes 5-9/{len(LISTED)}", "content_length": "5"}


@pytest.mark.parametrize(
    ("status", "headers", "screening"),
    [
        (200, FILE, Screening.LISTED),
        (206, FILE | PART, Screening.LISTED),
        (206, PART, Screening.LISTED),
        (200, FILE | {"etag": '"other"'}, Screening.PEEK),
        (206, FILE | PART | {"etag": '"other"'}, Screening.PEEK),
    ],
)
async def test_a_second_try_is_refused_at_its_head(build, lists, status, headers, screening):
    house = build(index=lists)
    download(house)
    again = house.shield.begin(ask(path="/f.zip", accept="text/html", range="bytes=5-"))
    assert house.shield.head(again, reply(status, "application/zip", **headers)) is screening
    if screening is Screening.LISTED:
        assert again.page.status == 451
        assert b"The Agency" in again.page.body
        assert [e.action for e in house.entries()] == [Action.REPLACE, Action.CUT]


def test_a_second_try_passes_when_the_list_or_the_policy_has_changed(build, lists):
    house = build(index=lists)
    download(house)
    house.reload(REPORT)
    again = house.shield.begin(ask(path="/f.zip"))
    response = reply(mime="application/zip", **FILE)
    assert house.shield.head(again, response) is Screening.PEEK
    house.reload(HOME)
    lists.bodies, lists.generation = {b"another"}, "g2"
    assert house.shield.head(house.shield.begin(ask(path="/f.zip")), response) is Screening.PEEK
    assert download(house)[1] is False


async def test_a_condemned_files_validator_is_not_harmless(build, lists):
    house = build(index=lists)
    await house.whole()  # the inspectors' versions are known now
    condition = {"if_none_match": '"f"'}
    download(house, b"innocent" * 200)
    assert house.shield.begin(ask(path="/f.zip", **condition)).stripped == ()
    download(house)
    assert house.shield.begin(ask(path="/f.zip", **condition)).stripped == ("if-none-match",)


def test_streams_are_counted_apart(build, lists):
    house = build(index=lists)
    download(house)
    figures = house.metrics.render().decode()
    assert 'garim_latency_ms_count{path="streamed"} 1.0' in figures
    assert 'garim_latency_ms_count{path="judged"} 0.0' in figures
