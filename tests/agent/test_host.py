"""The proxy with its shield and real inspectors."""

import asyncio
import os
import socket
import sys

import pytest

from garim_addon.assembly import Places
from garim_addon.decide.policy_error import PolicyError
from garim_addon.mitm.errors import PortTakenError
from garim_addon.mitm.options import HostSettings
from garim_agent import host as module
from garim_agent.folders import folders
from garim_agent.host import running

PATIENT = "profile = 'home'\n[limits]\ndeadline_ms = 60000\nworkers = 1\n"


@pytest.fixture
def where(garim_home):
    found = folders()
    found.config.mkdir(parents=True)
    (found.config / "policy.toml").write_text(PATIENT)
    return found


def settings(where, port=0):
    return HostSettings(state=where.state, listen_port=port)


async def get(port, url):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
    async with asyncio.timeout(60):
        head = await reader.readuntil(b"\r\n\r\n")
        body = await reader.read()
    writer.close()
    await writer.wait_closed()
    return head.lower(), body


async def test_a_listed_picture_is_covered_and_nothing_is_left_running(where, testmedia):
    picture = (testmedia / "listed.png").read_bytes()

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        fields = f"Content-Type: image/png\r\nContent-Length: {len(picture)}\r\n"
        writer.write(f"HTTP/1.1 200 OK\r\n{fields}Connection: close\r\n\r\n".encode() + picture)
        await writer.drain()
        writer.close()

    origin = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{origin.sockets[0].getsockname()[1]}/listed.png"
    async with running(where.places(), settings(where)) as proxy:
        assert proxy.assembly.shield.can_peek == proxy.patches["bodies"]
        head, body = await get(proxy.port, url)
        assert b"200 ok" in head
        assert b"no-store" in head
        assert body.startswith(b"\x89PNG")
        assert body != picture
        assert proxy.assembly.shield.budget.held == 0
        assert proxy.assembly.pool.stats.alive == 1
    origin.close()
    assert proxy.assembly.pool.stats.alive == 0
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection("127.0.0.1", proxy.port)


async def test_an_error_inside_ends_everything_as_well(where):
    with pytest.raises(ZeroDivisionError):
        async with running(where.places(), settings(where)) as proxy:
            raise ZeroDivisionError
    assert proxy.assembly.pool.stats.alive == 0


async def test_a_taken_port_ends_the_start_and_closes_what_was_opened(where, monkeypatch):
    made = []
    stock = module.Assembly

    def assembly(places):
        made.append(stock(places))
        return made[-1]

    monkeypatch.setattr(module, "Assembly", assembly)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortTakenError):
        async with running(where.places(), settings(where, taken.getsockname()[1])):
            pass
    assert made[0].pool.stats.alive == 0
    assert not made[0].events._thread.is_alive()


async def test_a_wrong_policy_ends_the_start(tmp_path):
    policy = tmp_path / "p.toml"
    policy.write_text("profile = 'nobody'\n")
    with pytest.raises(PolicyError):
        async with running(
            Places(tmp_path / "s", policy), HostSettings(state=tmp_path / "s", listen_port=0)
        ):
            pass


async def until(condition):
    async with asyncio.timeout(90):
        while not await condition():  # noqa: ASYNC110 - of other processes
            await asyncio.sleep(0.2)


async def test_lists_are_kept_fresh_while_it_runs_and_no_longer(where, feed):
    add = ("lists", "add", feed.published, "--root", feed.root, "--name", "national", "--yes")
    async with running(where.places(), settings(where)) as proxy:
        assert proxy.sync.pid is None

        async def refused():
            head, _ = await get(proxy.port, "http://evil.example/")
            return b" 451 " in head

        assert not await refused()
        done = await asyncio.to_thread(sys.modules["feed_house"].garim, *add)
        assert done.exit_code == 0, done.output
        await until(refused)

        async def watched():
            return proxy.sync.pid is not None

        await until(watched)
        pid = proxy.sync.pid
    assert proxy.sync.pid is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
