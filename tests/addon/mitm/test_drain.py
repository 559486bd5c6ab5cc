import asyncio

import pytest


@pytest.fixture
def pages(origin):
    go = asyncio.Event()

    async def slow(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
        await writer.drain()
        await go.wait()
        writer.write(b"67890")

    async def big(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 20000000\r\n\r\n")
        for _ in range(200):
            writer.write(bytes(100_000))
            await writer.drain()

    origin.pages |= {"/slow": slow, "/big": big}
    return go


class Started:
    def __init__(self):
        self.event = asyncio.Event()

    def responseheaders(self, flow):
        self.event.set()


async def test_an_open_exchange_is_finished_and_new_clients_are_refused(
    start, origin, pages, until
):
    started = Started()
    proxy = await start(started)
    task = asyncio.create_task(proxy.curl(f"http://127.0.0.1:{origin.port}/slow"))
    await started.event.wait()
    proxy.host.stop(30)
    await until(lambda: not proxy.host.proxy.listen_addrs())
    with pytest.raises(OSError, match=r"refused|failed"):
        await asyncio.open_connection("127.0.0.1", proxy.port)
    assert not task.done()
    pages.set()
    reply = await task
    assert (reply.exit, reply.body) == (0, b"1234567890")


async def test_a_big_response_is_sent_to_the_end(start, origin, pages):
    started = Started()
    proxy = await start(started)
    url = f"http://127.0.0.1:{origin.port}/big"
    task = asyncio.create_task(
        proxy.curl(url, "-o", "/dev/null", "-w", "\n@@%{http_code} 0 %{size_download} x")
    )
    await started.event.wait()
    proxy.host.stop(30)
    assert (await task).version == "20000000"


@pytest.mark.parametrize("grace", [0, 0.3])
async def test_after_the_grace_everything_is_closed(start, origin, pages, grace, until):
    started = Started()
    proxy = await start(started)
    url = f"http://127.0.0.1:{origin.port}/slow"
    task = asyncio.create_task(proxy.curl(url))
    await started.event.wait()
    proxy.host.stop(grace)
    reply = await task
    assert reply.exit != 0
    await until(lambda: not proxy.host.proxy.connections)


async def test_an_idle_client_is_not_waited_for(start, origin, pages, until):
    proxy = await start()
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    await until(lambda: proxy.host.proxy.connections)
    proxy.host.stop(60)
    assert await asyncio.wait_for(reader.read(), 20) == b""
    writer.close()
    await writer.wait_closed()
