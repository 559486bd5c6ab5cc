"""One exchange through the whole core; only the inspector pool is a fake."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from made_lists import Made, found
from shield_house import (
    AGREED,
    CLEAN,
    DISAGREED,
    HOME,
    LISTED,
    LISTED_HOST,
    NEARLY,
    PNG,
    REPORT,
    SCHOOL,
    SEEN,
    SURE,
    TEXT,
    ask,
    reply,
    scored,
)

from garim_addon import text
from garim_addon.act.replacement import FALLBACK
from garim_addon.decide.action import Action
from garim_addon.decide.learned import Cause
from garim_addon.judge.inspections import list_match
from garim_addon.media.screen import Screening
from garim_addon.shield import UNKNOWN_LENGTH
from garim_addon.verdict import FailureCause, Inspection, Outcome, Reason
from garim_feed.sync.layout import feed_folder
from garim_feed.sync.status import FeedStatus

# --- addresses -----------------------------------------------------------------------------------

EXEMPT = "[hosts]\nexempt = ['site.example', 'blocked.garim.test']\n"


@pytest.mark.parametrize("policy", [HOME, SCHOOL, HOME + EXEMPT])
@pytest.mark.parametrize(
    ("request_", "refused"),
    [
        (ask(LISTED_HOST, "/"), True),
        (ask(f"deep.down.{LISTED_HOST}", "/a.png"), True),
        (ask(LISTED_HOST.upper() + ".", "/"), True),
        (ask("garim.test", "/blocked"), True),
        (ask("garim.test", "/blocked?x"), True),
        (ask("garim.test", "/blocked-not"), False),
        (ask("garim.test", "/"), False),
        (ask("site.example", "/", host=LISTED_HOST), True),
        (ask("site.example", "/", host=f"{LISTED_HOST}:443"), True),
        (ask("192.0.2.1", "/", host=LISTED_HOST), True),
        (ask("site.example", "/", host="site.example:8080"), False),
        (ask("site.example", "/"), False),
    ],
)
def test_a_listed_address_is_refused_whatever_is_exempt(build, policy, request_, refused):
    exchange = build(policy).shield.begin(request_)
    assert (exchange.page is not None) == refused
    if refused:
        assert exchange.page.status == 451
        assert not exchange.stripped


def test_a_refusal_is_an_event_with_the_id_on_the_page(house):
    page = house.shield.begin(ask(LISTED_HOST, "/", accept="text/html")).page
    (entry,) = house.entries()
    assert entry.ident.encode() in page.body
    assert (entry.outcome, entry.match.kind) == (Outcome.BLOCK, "host")


def test_in_a_dry_run_a_listed_address_is_only_counted(build):
    house = build(REPORT)
    exchange = house.shield.begin(ask(LISTED_HOST, "/", if_none_match='"a"'))
    assert exchange.page is None
    assert exchange.stripped == ("if-none-match",)
    (entry,) = house.entries()
    assert (entry.action, entry.wanted) == (Action.PASS, Action.REPLACE)


# --- heads ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "response", "screening"),
    [
        (ask(method="HEAD"), reply(content_length="5000"), Screening.PASS),
        (ask(), reply(204), Screening.PASS),
        (ask(), reply(304), Screening.PASS),
        (ask(), reply(content_length="0"), Screening.PASS),
        (ask(), reply(206), Screening.PARTIAL),
        (ask(), reply(206, "video/mp4"), Screening.PEEK),
        (ask(), reply(content_length="5000"), Screening.BUFFER),
        (ask(), reply(), Screening.BUFFER),
        (ask(), reply(404), Screening.BUFFER),
        (ask(), reply(content_length=str(16 << 20)), Screening.BUFFER),
        (ask(), reply(content_length=str((16 << 20) + 1)), Screening.TOO_LARGE),
        (ask(), reply(mime="text/html"), Screening.PEEK),
        (ask(), reply(mime=""), Screening.PEEK),
        (ask(), reply(mime="image/svg+xml"), Screening.PEEK),
        (ask(path="/events"), reply(mime="text/event-stream"), Screening.PASS),
        (ask(), reply(mime="text/event-stream"), Screening.PEEK),
        (ask("exempt.example"), reply(content_length="5000"), Screening.PASS),
        (ask("exempt.example"), reply(206), Screening.PASS),
        # Asked without its conditions, yet answered "unchanged": nobody judged what is shown then.
        (ask(if_none_match='"a"'), reply(304), Screening.PARTIAL),
        (ask("exempt.example", if_none_match='"a"'), reply(304), Screening.PASS),
    ],
)
def test_a_head_decides_what_is_held(build, request_, response, screening):
    house = build(HOME + "[hosts]\nexempt = ['exempt.example']\n")
    exchange = house.shield.begin(request_)
    assert house.shield.head(exchange, response) is screening
    held = house.shield.budget.held
    assert bool(held) == (screening is Screening.BUFFER)
    if held:
        assert held == int(response.headers.get("content-length", UNKNOWN_LENGTH))
    house.shield.end(exchange)
    house.shield.end(exchange)


def test_without_the_patch_nothing_is_peeked_at(house):
    house.shield.can_peek = False
    exchange = house.shield.begin(ask())
    assert house.shield.head(exchange, reply(mime="text/html")) is Screening.BUFFER
    house.shield.end(exchange)
    exchange = house.shield.begin(ask(path="/page"))
    assert house.shield.head(exchange, reply(mime="text/html")) is Screening.PASS


SPLIT = gzip.compress(PNG)[:12]
"""Coded bytes that give none of the decoded ones."""


@pytest.mark.parametrize(
    ("first", "headers", "screening", "unsure"),
    [
        (PNG, {}, Screening.BUFFER, False),
        (PNG[:64], {}, Screening.BUFFER, False),
        (TEXT, {}, Screening.PASS, False),
        (b"", {}, Screening.PASS, False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", {}, Screening.PASS, False),
        (gzip.compress(PNG), {"content_encoding": "gzip"}, Screening.BUFFER, False),
        (gzip.compress(TEXT), {"content_encoding": "gzip"}, Screening.PASS, False),
        (PNG, {"content_encoding": "identity"}, Screening.BUFFER, False),
        (SPLIT, {"content_encoding": "gzip"}, Screening.BUFFER, True),
        (b"?" * 64, {"content_encoding": "new-coding"}, Screening.BUFFER, True),
        (b"", {"content_encoding": "gzip"}, Screening.PASS, False),
        (PNG, {"content_length": str((16 << 20) + 1)}, Screening.TOO_LARGE, False),
        (TEXT, {"content_length": str((16 << 20) + 1)}, Screening.PASS, False),
    ],
)
def test_the_first_bytes_decide_what_was_not_declared(house, first, headers, screening, unsure):
    exchange = house.shield.begin(ask())
    response = reply(mime="application/octet-stream", **headers)
    assert house.shield.peek(exchange, response, first) is screening
    assert exchange.unsure == unsure
    house.shield.end(exchange)


@pytest.mark.parametrize(
    ("status", "first", "screening"),
    [(206, PNG, Screening.PARTIAL), (206, TEXT, Screening.PASS), (404, PNG, Screening.BUFFER)],
)
def test_a_part_of_a_picture_is_no_picture_to_judge(house, status, first, screening):
    exchange = house.shield.begin(ask())
    assert house.shield.peek(exchange, reply(status, "x/y"), first) is screening
    house.shield.end(exchange)


async def test_what_was_held_on_suspicion_and_is_no_picture_passes(build):
    house = build(SCHOOL)
    house.pool.answer = Inspection(failure=FailureCause.UNDECODABLE)
    exchange = house.shield.begin(ask(path="/page"))
    response = reply(mime="text/html", content_encoding="gzip", etag='"p"')
    assert house.shield.peek(exchange, response, SPLIT) is Screening.BUFFER
    answer = await house.shield.judge(exchange, response, gzip.compress(TEXT))
    assert answer.action is Action.PASS
    house.shield.end(exchange)
    assert house.entries() == []
    # ... and a picture among such is judged like any other.
    house.pool.answer = SURE
    exchange = house.shield.begin(ask(path="/page2"))
    house.shield.peek(exchange, response, SPLIT)
    answer = await house.shield.judge(exchange, response, gzip.compress(PNG))
    assert answer.action is Action.REPLACE
    house.shield.end(exchange)


@pytest.mark.parametrize("cause", [FailureCause.TIMEOUT, FailureCause.CRASH, FailureCause.INTERNAL])
async def test_what_was_held_on_suspicion_and_not_judged_is_a_failure(build, cause):
    house = build(SCHOOL)
    house.pool.answer = Inspection(failure=cause)
    exchange = house.shield.begin(ask())
    response = reply(mime="text/html", content_encoding="gzip")
    house.shield.peek(exchange, response, SPLIT)
    answer = await house.shield.judge(exchange, response, gzip.compress(TEXT * 9))
    assert answer.action is Action.REPLACE
    house.shield.end(exchange)


# --- verdicts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "home", "report"),
    [
        (CLEAN, Action.PASS, Action.PASS),
        (SURE, Action.REPLACE, Action.REPLACE),
        (AGREED, Action.REPLACE, Action.REPLACE),
        (DISAGREED, Action.PASS, Action.REPORT),
        (LISTED, Action.REPLACE, Action.REPLACE),
        (NEARLY, Action.PASS, Action.REPORT),
    ],
    ids=["clean", "sure", "agreed", "disagreed", "listed", "nearly"],
)
@pytest.mark.parametrize("way", ["declared", "peeked"])
async def test_a_picture_is_answered_by_its_verdict(build, found, home, report, way):
    mime = "image/png" if way == "declared" else "text/html"
    for policy, wanted in ((HOME, home), (SCHOOL, home), (REPORT, Action.PASS)):
        house = build(policy)
        house.pool.answer = found
        answer = await house.whole(mime=mime)
        assert answer.action is wanted
        if wanted is Action.REPLACE:
            assert (answer.body, answer.mime) == (b"placeholder", "image/png")
        (entry,) = house.entries()
        assert (entry.action, entry.wanted) == (wanted, report)
        assert entry.mime == mime
        assert entry.size == len(PNG)


@pytest.mark.parametrize(
    ("action", "does"),
    [("replace", Action.REPLACE), ("refuse", Action.REFUSE), ("cut", Action.CUT)],
)
async def test_policy_chooses_what_is_done(build, action, does):
    house = build(HOME + f"[actions]\nclassifier = '{action}'\n")
    house.pool.answer = SURE
    answer = await house.whole()
    assert answer.action is does
    assert (answer.page is not None) == (does is Action.REFUSE)


@pytest.mark.parametrize("cause", list(FailureCause))
async def test_a_failure_is_policys_to_answer(build, cause):
    closed = {FailureCause.PARTIAL}
    open_ = {FailureCause.LIST_STALE}
    for policy, wanted in (
        (HOME, Action.REPLACE if cause in closed else Action.PASS),
        (SCHOOL, Action.PASS if cause in open_ else Action.REPLACE),
        (HOME + f"[fail.download]\n{cause} = 'cut'\n", Action.CUT),
        (REPORT + f"[fail.download]\n{cause} = 'cut'\n", Action.PASS),
    ):
        house = build(policy)
        house.pool.answer = Inspection(failure=cause)
        assert (await house.whole()).action is wanted
        exchange = house.shield.begin(ask())
        assert (await house.shield.fail(exchange, cause)).action is wanted
        assert {e.failure for e in house.entries()} == {cause}
        assert len(house.entries()) == 2


async def test_a_listed_body_is_covered_even_when_no_inspector_answers(house, testmedia):
    house.pool.answer = Inspection(failure=FailureCause.CRASH)
    answer = await house.whole((testmedia / "listed.png").read_bytes())
    assert answer.action is Action.REPLACE


async def test_a_placeholder_that_cannot_be_drawn_does_not_show_the_picture(house):
    house.pool.answer, house.pool.draws = SURE, None
    answer = await house.whole()
    assert (answer.action, answer.body, answer.mime) == (Action.REPLACE, FALLBACK, "image/png")


@pytest.mark.parametrize(
    ("found", "encoding", "style", "original"),
    [(SURE, "", "blur", PNG), (SURE, "gzip", "card", b""), (LISTED, "", "card", b"")],
)
async def test_a_blurred_original_is_shown_only_of_what_no_list_named(
    build, found, encoding, style, original
):
    house = build(HOME + "[placeholder]\nstyle = 'blur'\n")
    house.pool.answer = found
    body = gzip.compress(PNG) if encoding else PNG
    await house.whole(body, encoding=encoding)
    ((spec, given),) = house.pool.painted
    assert (spec.style, given) == (style, original)


async def test_the_worker_gets_the_body_as_it_travelled_and_policys_deadline(build):
    house = build(HOME + "[limits]\ndeadline_ms = 250\n")
    body = gzip.compress(PNG)
    await house.whole(body, encoding="gzip")
    assert house.pool.asked == [(body, "gzip", 0.25)]


async def test_a_picture_seen_again_is_remembered(house):
    house.pool.answer = SURE
    for _ in range(2):
        assert (await house.whole()).action is Action.REPLACE
    assert len(house.pool.asked) == 1
    assert [e.cached for e in house.entries()] == [True, False]


# --- zones ---------------------------------------------------------------------------------------

TRUSTED = "[zones]\ntrusted = ['site.example']\n"
UNTRUSTED = "[zones]\nuntrusted = ['site.example']\n"


@pytest.mark.parametrize(
    ("zone", "found", "outcome"),
    [
        ("", scored(0.85, 0.1), Outcome.UNCONFIRMED),
        (UNTRUSTED, scored(0.85, 0.1), Outcome.BLOCK),
        (TRUSTED, scored(0.95, 0.1), Outcome.UNCONFIRMED),
        ("", scored(0.95, 0.1), Outcome.BLOCK),
        ("", LISTED, Outcome.BLOCK),
        (TRUSTED, LISTED, Outcome.BLOCK),
        (UNTRUSTED, LISTED, Outcome.BLOCK),
        (TRUSTED, NEARLY, Outcome.UNCONFIRMED),
        (UNTRUSTED, CLEAN, Outcome.ALLOW),
    ],
)
async def test_a_zone_moves_the_classifier_and_never_a_list(build, zone, found, outcome):
    house = build(HOME + zone)
    house.pool.answer = found
    await house.whole()
    assert house.entries()[0].outcome is outcome


async def test_experience_counts_by_unshifted_thresholds_and_not_failures(build):
    house = build(HOME + UNTRUSTED)
    house.pool.answer = scored(0.85, 0.1)  # condemned here only because of the zone
    before = house.zones.rate("site.example")
    await house.whole()
    assert house.zones.rate("site.example") < before
    known = house.zones.rate("site.example")
    house.pool.answer = Inspection(failure=FailureCause.CRASH)
    await house.whole(PNG + b"2")
    house.pool.answer = Inspection(**SEEN, skipped="too-small")
    await house.whole(PNG + b"3")
    assert house.zones.rate("site.example") == pytest.approx(known, rel=1e-6)


# --- conditional requests and ranges -------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_", "stripped"),
    [
        (ask(), ()),
        (ask(if_none_match='"a"'), ("if-none-match",)),
        (ask(if_modified_since="Mon"), ("if-modified-since",)),
        (ask(path="/page", if_none_match='"a"'), ("if-none-match",)),
        (ask(range="bytes=0-9"), ("range",)),
        (ask(range="bytes=0-9", if_range='"a"'), ("range", "if-range")),
        (ask(path="/film", range="bytes=0-9"), ()),
        (ask(path="/film", sec_fetch_dest="image", range="bytes=0-9"), ("range",)),
        (ask(path="/film", accept="image/avif,*/*", range="bytes=0-9"), ("range",)),
        (ask(if_match='"a"', if_unmodified_since="Mon"), ()),
        (ask(if_none_match='"a"', range="bytes=1-"), ("if-none-match", "range")),
    ],
)
def test_what_would_let_an_unjudged_picture_by_is_removed(house, request_, stripped):
    assert house.shield.begin(request_).stripped == stripped


def test_an_exempt_hosts_request_is_left_alone(build):
    house = build(HOME + "[hosts]\nexempt = ['site.example']\n")
    exchange = house.shield.begin(ask(if_none_match='"a"', range="bytes=0-"))
    assert (exchange.exempt, exchange.stripped) == (True, ())


async def seen(house, found, etag='"a"'):
    """A picture that came with an ETag; returns what a later conditional request loses."""
    house.pool.answer = found
    exchange = house.shield.begin(ask())
    response = reply(content_length=str(len(PNG)), etag=etag)
    house.shield.head(exchange, response)
    await house.shield.judge(exchange, response, PNG)
    house.shield.end(exchange)
    return house.shield.begin(ask(if_none_match='"a"')).stripped


GONE = ("if-none-match",)


@pytest.mark.parametrize(
    ("policy", "found", "etag", "stripped"),
    [
        (HOME, CLEAN, '"a"', ()),
        (HOME, CLEAN, '"b"', GONE),
        (HOME, DISAGREED, '"a"', ()),
        (HOME, SURE, '"a"', GONE),
        (HOME, LISTED, '"a"', GONE),
        (REPORT, SURE, '"a"', ()),
        (HOME, Inspection(failure=FailureCause.TIMEOUT), '"a"', GONE),
        (SCHOOL, Inspection(failure=FailureCause.LIST_STALE), '"a"', GONE),
    ],
)
async def test_a_condition_is_kept_only_for_what_was_judged_and_passed(
    build, policy, found, etag, stripped
):
    assert await seen(build(policy), found, etag) == stripped


async def test_what_passed_before_a_change_is_judged_by_the_new_policy(build):
    house = build(REPORT)
    assert await seen(house, SURE) == ()
    house.reload(HOME)
    assert house.shield.begin(ask(if_none_match='"a"')).stripped == GONE
    house.reload(HOME + "[classifier]\nenabled = false\n")
    assert house.shield.begin(ask(if_none_match='"a"')).stripped == ()


async def test_new_lists_or_models_ask_for_everything_anew(house):
    assert await seen(house, CLEAN) == ()
    house.pool.models = "newer models"
    assert house.shield.begin(ask(if_none_match='"a"')).stripped == GONE


@pytest.mark.parametrize(("status", "stripped"), [(200, ()), (206, GONE)])
async def test_a_page_is_known_by_its_whole_and_not_by_a_part(house, status, stripped):
    await house.whole(request=ask(path="/other.png"))  # the inspectors' versions are known now
    exchange = house.shield.begin(ask(path="/page"))
    house.shield.peek(exchange, reply(status, "text/html", etag='"a"'), TEXT)
    asked = house.shield.begin(ask(path="/page", if_none_match='"a"'))
    assert asked.stripped == stripped


# --- budget --------------------------------------------------------------------------------------

SMALL = HOME + "[limits]\nbuffer_bytes = 1048576\npicture_bytes = 524288\n"


def test_what_does_not_fit_is_over_budget_and_fits_again_later(build):
    house = build(SMALL)
    half = reply(content_length="524288")
    exchanges = [house.shield.begin(ask()) for _ in range(3)]
    screenings = [house.shield.head(each, half) for each in exchanges]
    assert screenings == [Screening.BUFFER, Screening.BUFFER, Screening.OVER_BUDGET]
    assert exchanges[2].held is None
    house.shield.end(exchanges[0])
    again = house.shield.begin(ask())
    assert house.shield.head(again, half) is Screening.BUFFER
    for each in (*exchanges, again):
        house.shield.end(each)


def test_a_peeked_picture_is_under_the_same_budget(build):
    house = build(SMALL)
    first = house.shield.begin(ask())
    assert house.shield.head(first, reply()) is Screening.BUFFER  # no length: a whole megabyte
    second = house.shield.begin(ask())
    assert house.shield.peek(second, reply(mime="x/y"), PNG) is Screening.OVER_BUDGET
    house.shield.end(first)


def test_a_body_of_unknown_length_grows_until_the_cap(build):
    house = build(HOME + "[limits]\nbuffer_bytes = 8388608\npicture_bytes = 3000000\n")
    exchange = house.shield.begin(ask())
    house.shield.head(exchange, reply())
    cap = house.shield.next_cap(exchange)
    assert cap == UNKNOWN_LENGTH
    caps = []
    while house.shield.grow(exchange, cap + 1) is None:
        assert house.shield.next_cap(exchange) > cap
        cap = house.shield.next_cap(exchange)
        caps.append(cap)
    assert caps[-1] == 3_000_000
    assert house.shield.grow(exchange, 3_000_001) is FailureCause.TOO_LARGE
    house.shield.end(exchange)
    assert house.shield.next_cap(exchange) == 0


def test_growth_that_does_not_fit_is_overload_and_not_size(build):
    house = build(HOME + "[limits]\nbuffer_bytes = 2097152\npicture_bytes = 8000000\n")
    one, other = house.shield.begin(ask()), house.shield.begin(ask())
    for each in (one, other):
        assert house.shield.head(each, reply()) is Screening.BUFFER
    assert house.shield.grow(one, UNKNOWN_LENGTH + 1) is FailureCause.OVERLOADED
    for each in (one, other):
        house.shield.end(each)


def test_what_was_never_held_cannot_grow(house):
    exchange = house.shield.begin(ask())
    assert house.shield.grow(exchange, 1) is FailureCause.TOO_LARGE
    assert house.shield.next_cap(exchange) == 0
    house.shield.end(exchange)


async def test_a_raised_error_leaves_the_budget_to_the_adapter(house):
    house.pool.answer = RuntimeError("a defect")
    exchange = house.shield.begin(ask())
    response = reply(content_length=str(len(PNG)))
    house.shield.head(exchange, response)
    with pytest.raises(RuntimeError):
        await house.shield.judge(exchange, response, PNG)
    house.shield.end(exchange)


# --- hosts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "passes"),
    [
        ("bank.example", True),
        ("www.bank.example", True),
        ("site.example", False),
        (LISTED_HOST, False),
    ],
)
def test_pass_through_is_never_for_a_listed_host(build, host, passes):
    house = build(HOME + f"[hosts]\npass_through = ['bank.example', '{LISTED_HOST}']\n")
    assert house.shield.gate.passes_through(host) == passes


@pytest.mark.parametrize("cause", list(Cause))
def test_a_learned_host_passes_through_unless_it_is_listed(house, cause):
    for host, passes in (("app.example", True), (LISTED_HOST, False)):
        house.shield.gate.learn(host, cause)
        assert house.shield.gate.passes_through(host) == passes


# --- the policy file -----------------------------------------------------------------------------


async def test_a_new_policy_is_adopted_whole(build):
    house = build(HOME)
    assert not house.shield.begin(ask("soon.example")).exempt
    house.reload(
        "profile = 'school'\nlanguage = 'ko'\n"
        "[hosts]\nexempt = ['soon.example']\npass_through = ['bank.example']\n"
        "[limits]\nbuffer_bytes = 2000000\n[zones]\nuntrusted = ['bad.example']\n"
        "[log]\nplain_addresses = true\n"
    )
    assert house.shield.begin(ask("soon.example")).exempt
    assert house.shield.gate.passes_through("bank.example")
    assert house.shield.budget.limit == 2_000_000
    assert house.zones.zone("bad.example") == "untrusted"
    assert text.language() == "ko"
    assert not house.shield.internal_error_passes()
    await house.whole()
    assert house.entries()[0].address == "https://site.example/a.png"


def test_what_is_held_while_the_budget_shrinks_is_given_back(build):
    house = build(HOME)
    exchange = house.shield.begin(ask())
    house.shield.head(exchange, reply(content_length="5000000"))
    house.reload(SMALL)
    other = house.shield.begin(ask())
    assert house.shield.head(other, reply(content_length="5000")) is Screening.OVER_BUDGET
    house.shield.end(exchange)
    assert house.shield.head(other, reply(content_length="5000")) is Screening.BUFFER
    house.shield.end(other)


def test_automatic_language_is_the_one_that_was_in_force_at_the_start(build):
    text.set_language("ko")
    house = build(HOME + "language = 'en'\n")
    assert text.language() == "en"
    house.reload(HOME)
    assert text.language() == "ko"


def test_a_bad_file_keeps_the_policy_and_is_counted(house):
    house.reload("profile = 'nobody'\n")
    assert house.shield.policy.profile == "home"
    figures = house.metrics.render().decode()
    assert re.search(r"garim_policy_reload_errors_total 1\.0", figures)
    house.shield.refresh()
    assert house.metrics.render().decode() == figures


@pytest.mark.parametrize(("policy", "passes"), [(HOME, True), (SCHOOL, False), (REPORT, True)])
def test_policy_says_whether_an_error_of_ours_passes(build, policy, passes):
    house = build(policy)
    assert house.shield.internal_error_passes() == passes
    house.shield.hook_failed("response", RuntimeError("a defect"))
    assert 'garim_hook_exceptions_total{hook="response"} 1.0' in house.metrics.render().decode()


# --- lists ---------------------------------------------------------------------------------------

MADE_UP = b"d8:announce1:x4:infod6:lengthi9eee"
TORRENT = Inspection(kind="torrent", skipped="torrent")
LISTED_TORRENT = replace(TORRENT, matches=(list_match(found("torrent")),))
BROKEN_TORRENT = Inspection(kind="torrent", failure=FailureCause.UNDECODABLE)


@pytest.mark.parametrize(
    ("policy", "seen", "action"),
    [
        (HOME, TORRENT, Action.PASS),
        (SCHOOL, TORRENT, Action.PASS),
        (HOME, LISTED_TORRENT, Action.REFUSE),
        (HOME + "[actions]\nlisted = 'cut'\n", LISTED_TORRENT, Action.CUT),
        (REPORT, LISTED_TORRENT, Action.PASS),
        (HOME, BROKEN_TORRENT, Action.PASS),
        (SCHOOL, BROKEN_TORRENT, Action.REFUSE),
    ],
)
async def test_a_torrent_file_is_judged_and_never_replaced_by_a_picture(
    build, policy, seen, action
):
    house = build(policy, index=Made())
    house.pool.answer = seen
    request = ask(path="/a.torrent", accept="text/html")
    answer = await house.whole(MADE_UP, "application/x-bittorrent", request)
    assert answer.action is action
    assert house.pool.asked[0][0] == MADE_UP
    (entry,) = house.entries()
    assert entry.action is action
    if action is Action.REFUSE:
        assert answer.page.status == 451
        assert (b"The Agency" in answer.page.body) == bool(seen.matches)
    if seen.matches:
        assert entry.reason is Reason.LISTED_TORRENT


@pytest.mark.parametrize(
    ("length", "status", "screening"),
    [
        (str(8 << 20), 200, Screening.BUFFER),
        (str((8 << 20) + 1), 200, Screening.TOO_LARGE),
        ("40", 206, Screening.PARTIAL),
    ],
)
def test_a_torrent_file_has_a_cap_of_its_own(build, length, status, screening):
    house = build(HOME + "[limits]\npicture_bytes = 2048\n")
    exchange = house.shield.begin(ask(path="/a.torrent"))
    response = reply(status, "x/y", content_length=length)
    assert house.shield.peek(exchange, response, MADE_UP) is screening
    assert exchange.torrent
    house.shield.end(exchange)


async def test_a_torrent_under_a_coding_that_tells_nothing_yet_is_found_by_the_inspector(build):
    house = build(index=Made())
    house.pool.answer = LISTED_TORRENT
    exchange = house.shield.begin(ask(path="/a", accept="text/html"))
    response = reply(mime="x/y", content_encoding="gzip")
    assert house.shield.peek(exchange, response, SPLIT) is Screening.BUFFER
    assert (exchange.unsure, exchange.torrent) == (True, False)
    answer = await house.shield.judge(exchange, response, gzip.compress(MADE_UP))
    assert answer.action is Action.REFUSE
    house.shield.end(exchange)


def test_a_feed_that_becomes_overdue_is_one_event(build):
    house = build()
    folder = feed_folder(house.folder / "lists", "kr")
    folder.path.mkdir(parents=True)
    folder.config.write_text("{}")
    status = FeedStatus(name="kr", published=datetime.now(UTC) - timedelta(days=8))
    folder.status.write_text(status.model_dump_json())
    for _ in range(3):
        house.shield.refresh()
    (entry,) = house.entries()
    assert (entry.failure, entry.wanted) == (FailureCause.LIST_STALE, Action.REPORT)
    assert entry.inspection.detail == "feed kr"
    assert house.staleness.overdue == ("kr",)


async def test_an_entry_that_matches_too_much_stops_blocking(build):
    house = build(index=Made())
    house.pool.answer = replace(CLEAN, matches=(list_match(found("image")),))
    actions = [(await house.whole(PNG + bytes([n]))).action for n in range(42)]
    assert actions == [Action.REPLACE] * 40 + [Action.PASS] * 2
    assert house.entries()[0].reason is Reason.LISTED_QUARANTINED
    # Its list says that it is meant: from the next content on it blocks again.
    newer = list_match(found("image", added="2026-06-01"))
    house.pool.answer = replace(CLEAN, matches=(newer,))
    assert (await house.whole(PNG + b"newer")).action is Action.REPLACE
