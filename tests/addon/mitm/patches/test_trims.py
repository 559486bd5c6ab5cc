"""What is trimmed away changes nothing that can be seen."""

import asyncio
import logging
from collections.abc import Mapping
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mitmproxy import http
from mitmproxy.proxy import server
from mitmproxy.utils import asyncio_utils

from garim_addon.mitm.patches import catalogue, trims

NAMES = st.sampled_from([b"A", b"a", b"Content-Type", b"content-type", b"X\xff"])
FIELDS = st.lists(st.tuples(NAMES, st.binary(max_size=5)), max_size=6)
LOOKUPS = st.sampled_from(["a", "A", "content-TYPE", "missing", b"a", b"x\xff", "X\udcff"])


@pytest.fixture(autouse=True)
def patched():
    assert all(catalogue.apply_all().values())


@pytest.fixture(scope="module")
def stock_headers():
    """Headers as mitmproxy ships them."""
    catalogue.revert_all()
    stock = http.Headers.get_all
    catalogue.apply_all()

    class Stock(http.Headers):
        get_all = stock
        get = Mapping.get

    return Stock


@given(fields=FIELDS, name=LOOKUPS)
def test_headers_are_found_as_before(stock_headers, fields, name):
    assert look(http.Headers(fields), name) == look(stock_headers(fields), name)


def look(headers, name):
    return (
        headers.get_all(name),
        headers.get(name),
        headers.get(name, "default"),
        name in headers,
        name in headers and headers[name],
    )


def test_messages_are_made_without_checks():
    data = http.Request.make("GET", "http://a.test/").data
    assert http.MessageData.__post_init__(data) is None
    assert http.MessageData.__post_init__ is trims._no_check


async def test_tasks_still_have_a_readable_form():
    task = asyncio_utils.create_task(asyncio.sleep(0), name="a task", keep_ref=True)
    assert asyncio_utils.task_repr(task)
    await task


class Writer:
    def __init__(self, size=0, closing=False):
        self.size, self.closing, self.drained = size, closing, 0
        self.transport = self

    def get_write_buffer_size(self):
        return self.size

    def is_closing(self):
        return self.closing

    async def drain(self):
        self.drained += 1


class Datagrams:
    """A writer without a transport, as mitmproxy_rs has them."""

    def __init__(self):
        self.drained = 0

    async def drain(self):
        self.drained += 1


@pytest.mark.parametrize(
    ("writer", "drained"),
    [(Writer(), 0), (Writer(size=1), 1), (Writer(closing=True), 1), (Datagrams(), 1)],
)
async def test_only_a_full_writer_is_drained(writer, drained):
    handler = SimpleNamespace(
        transports={1: server.ConnectionIO(writer=writer), 2: server.ConnectionIO()},
        _drain_lock=asyncio.Lock(),
    )
    await server.ConnectionHandler.drain_writers(handler)
    assert writer.drained == drained


@pytest.mark.parametrize(("level", "logged"), [(logging.INFO, False), (logging.ERROR, True)])
def test_only_what_is_wanted_is_logged(caplog, level, logged):
    handler = SimpleNamespace(client=SimpleNamespace(peername=("192.0.2.1", 1)))
    caplog.set_level(logging.WARNING, server.logger.name)
    server.ConnectionHandler.log(handler, "a message", level)
    assert ("a message" in caplog.text) is logged
    assert all(record.client == ("192.0.2.1", 1) for record in caplog.records)
