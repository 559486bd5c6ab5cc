"""Bodies that are not held; their way through a real proxy is in test_addon_lists."""

import pytest
from made_lists import Made
from mitmproxy.test import tflow, tutils
from shield_house import HOME, SCHOOL, ask

from garim_addon.answer import Exchange
from garim_addon.mitm import streams

BODY = b"listed" * 100


def flow_with(shield):
    flow = tflow.tflow(resp=tutils.tresp(headers=((b"content-type", b"application/zip"),)))
    exchange = Exchange(ask())
    streams.stream(shield, flow, exchange)
    return flow, exchange


@pytest.mark.parametrize(("listed", "filtered"), [([], False), ([BODY], True)])
def test_a_body_goes_through_a_filter_only_where_lists_name_files(build, listed, filtered):
    flow, exchange = flow_with(build(index=Made(bodies=listed)).shield)
    assert callable(flow.response.stream) == filtered
    assert (flow.response.stream is True) != filtered
    assert (exchange.download is not None) == filtered


@pytest.mark.parametrize(("policy", "passes"), [(HOME, True), (SCHOOL, False)])
def test_a_defect_ends_in_policys_action(build, policy, passes, caplog):
    house = build(policy, index=Made(bodies=[BODY]))
    flow, exchange = flow_with(house.shield)
    take = flow.response.stream
    assert take(b"first") == []
    exchange.download._digests = None
    assert take(b"second") == ([b"first", b"second"] if passes else [])
    assert (flow.response.stream is True) == passes
    assert exchange.download.stopped != passes
    assert "exception in stream" in caplog.text


def test_without_a_response_there_is_nothing_to_stream(build):
    streams.stream(build().shield, tflow.tflow(), Exchange(ask()))


@pytest.mark.parametrize(
    ("body", "chunks", "sent"),
    [
        (b"new", [b"a", b"b", b""], [b"new"]),
        (b"new", [b""], [b"new"]),
        (b"", [b"a", b"b", b""], []),
    ],
)
def test_what_the_server_sends_is_swallowed(body, chunks, sent):
    swallow = streams.Swallow(body)
    assert [piece for chunk in chunks for piece in swallow(chunk)] == sent
