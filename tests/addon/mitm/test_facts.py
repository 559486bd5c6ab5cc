"""mitmproxy's objects as our values."""

import pytest
from mitmproxy.test import tflow
from shield_house import ask

from garim_addon.answer import Exchange
from garim_addon.mitm.facts import KEY, exchange_of, request_of, response_of, tunnel_ends


def flow_to(host, header="", sni=None):
    flow = tflow.tflow(resp=True)
    flow.request.host = host
    flow.request.headers.pop("host", None)
    if header:
        flow.request.headers["host"] = header
    flow.client_conn.sni = sni
    return flow


@pytest.mark.parametrize(
    ("host", "header", "sni", "found"),
    [
        ("site.example", "site.example", None, ("site.example", "")),
        ("site.example", "other.example", None, ("site.example", "")),
        ("192.0.2.1", "site.example", None, ("site.example", "")),
        ("192.0.2.1", "", None, ("192.0.2.1", "")),
        ("192.0.2.1", "", "site.example", ("192.0.2.1", "site.example")),
        ("site.example", "", "other.example", ("site.example", "other.example")),
    ],
)
def test_a_request_is_known_by_a_name_where_there_is_one(host, header, sni, found):
    request = request_of(flow_to(host, header, sni))
    assert (request.host, request.sni) == found


def test_facts_are_taken_over():
    flow = flow_to("site.example")
    flow.request.method = "get"
    request = request_of(flow)
    assert (request.method, request.scheme, request.port) == ("GET", "http", 22)
    assert request.path == flow.request.path
    assert request.headers.get("HEADER", "") == "qvalue"
    assert response_of(flow.response).status == 200


def test_an_exchange_is_found_in_its_flow_and_nothing_else():
    flow = flow_to("site.example")
    assert exchange_of(flow) is None
    flow.metadata[KEY] = "something else"
    assert exchange_of(flow) is None
    flow.metadata[KEY] = exchange = Exchange(ask())
    assert exchange_of(flow) is exchange


@pytest.mark.parametrize(
    ("address", "sni", "ends"),
    [
        (("a.example", 22), None, (("a.example", 22),)),
        (("a.example", 22), "a.example", (("a.example", 22),)),
        (("192.0.2.1", 443), "a.example", (("192.0.2.1", 443), ("a.example", 443))),
        (None, None, ()),
        (None, "a.example", (("a.example", 0),)),
    ],
)
def test_a_tunnel_is_asked_for_by_its_address_and_its_handshake(address, sni, ends):
    flow = tflow.ttcpflow()
    flow.server_conn.address, flow.client_conn.sni = address, sni
    assert tunnel_ends(flow) == ends
