import asyncio
import errno
import socket

import pytest

from garim_addon.mitm.patches import connect

DEAD, ALIVE = "192.0.2.1", "127.0.0.1"
real_open = asyncio.open_connection


@pytest.fixture
async def port():
    async def hello(reader, writer):
        writer.write(b"hi")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(hello, ALIVE, 0)
    yield server.sockets[0].getsockname()[1]
    server.close()


@pytest.fixture
def network(monkeypatch):
    """Some addresses hang for ever, some refuse."""
    tried = []

    async def open_connection(host, port, **kwargs):
        tried.append(host)
        if host == DEAD:
            await asyncio.Event().wait()
        if host.startswith("198.51.100."):
            raise ConnectionRefusedError(errno.ECONNREFUSED, f"refused by {host}")
        return await real_open(host, port, **kwargs)

    monkeypatch.setattr(asyncio, "open_connection", open_connection)
    monkeypatch.setattr(connect, "STAGGER", 0.05)
    return tried


def resolves_to(monkeypatch, *addresses):
    async def getaddrinfo(host, port, **kwargs):
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port))
            for a in addresses
        ]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo, raising=False)


async def greet(*args, **kwargs):
    reader, writer = await connect.open_connection(*args, **kwargs)
    try:
        return await reader.read()
    finally:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize(
    "addresses",
    [
        [ALIVE],
        [DEAD, ALIVE],
        ["198.51.100.1", ALIVE],
        [DEAD, "198.51.100.1", ALIVE],
        [ALIVE, DEAD],
    ],
)
@pytest.mark.parametrize("eager", [False, True])
async def test_the_first_that_answers_wins(monkeypatch, network, port, addresses, eager):
    resolves_to(monkeypatch, *addresses)
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory if eager else None)
    try:
        assert await greet("a.test", port) == b"hi"
    finally:
        loop.set_task_factory(None)


async def test_a_literal_address_is_not_resolved(monkeypatch, network, port):
    resolves_to(monkeypatch)
    assert await greet(ALIVE, port) == b"hi"


async def test_families_are_tried_in_turn(monkeypatch, network, port):
    resolves_to(monkeypatch, "2001:db8::1", "2001:db8::2", "198.51.100.1", "198.51.100.2")
    assert await connect._resolve("a.test", port) == [
        *("2001:db8::1", "198.51.100.1", "2001:db8::2", "198.51.100.2")
    ]


async def test_when_all_refuse_the_error_says_so(monkeypatch, network, port):
    resolves_to(monkeypatch, "198.51.100.1", "198.51.100.2")
    with pytest.raises(ConnectionRefusedError, match=r"refused by 198\.51\.100\.2"):
        await connect.open_connection("a.test", port)


async def test_there_is_a_limit(monkeypatch, network, port):
    resolves_to(monkeypatch, DEAD)
    monkeypatch.setattr(connect, "LIMIT", 0.05)
    with pytest.raises(TimeoutError) as caught:
        await connect.open_connection("a.test", port)
    assert str(caught.value)


async def test_a_chosen_local_address_is_used(monkeypatch, network, port):
    resolves_to(monkeypatch, ALIVE, DEAD)
    assert await greet("127.0.0.1", port, local_addr=("127.0.0.2", 0)) == b"hi"


async def test_the_one_that_comes_second_is_closed(monkeypatch, port):
    resolves_to(monkeypatch, "127.0.0.2", ALIVE)
    monkeypatch.setattr(connect, "STAGGER", 0.0)
    late = []
    go = asyncio.Event()

    async def open_connection(host, port, **kwargs):
        streams = await real_open(ALIVE, port)
        if host == "127.0.0.2":
            late.append(streams[1])
            try:
                await go.wait()
            except asyncio.CancelledError:
                return streams  # it had just answered
        return streams

    monkeypatch.setattr(asyncio, "open_connection", open_connection)
    assert await greet("a.test", port) == b"hi"
    async with asyncio.timeout(10):
        while not late[0].is_closing():  # noqa: ASYNC110 - nobody announces it
            await asyncio.sleep(0.01)
    await late[0].wait_closed()


async def test_the_proxy_uses_it(start, origin, monkeypatch):
    async def page(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    origin.pages["/"] = page
    proxy = await start()
    resolves_to(monkeypatch, DEAD, ALIVE)
    reply = await proxy.curl(f"http://a.test:{origin.port}/")
    assert reply.body == b"hi"
