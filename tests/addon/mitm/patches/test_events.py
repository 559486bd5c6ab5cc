import asyncio

import pytest
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler

from garim_addon.mitm.patches import events

pytestmark = pytest.mark.usefixtures("no_crash")


async def page(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


@pytest.fixture(autouse=True)
def hello(origin):
    origin.pages |= {"/": page, "/slow": page}


class Everything:
    """Implements every flow hook, in one of three ways."""

    def __init__(self, how):
        self.calls = []
        for name in (
            "requestheaders",
            "request",
            "responseheaders",
            "response",
            "client_connected",
        ):
            setattr(self, name, self.make(name, how))

    def make(self, name, how):
        if how == "sync":
            return lambda data: self.calls.append(name)

        async def hook(data):
            if how == "waiting":
                await asyncio.sleep(0.001)
            self.calls.append(name)

        return hook


@pytest.mark.parametrize("how", ["none", "sync", "async", "waiting"])
@pytest.mark.parametrize("version", ["http", "--http1.1", "--http2"])
async def test_each_hook_is_called_once_in_order(start, origin, how, version):
    addon = Everything(how) if how != "none" else None
    proxy = await start(*([addon] if addon else []))
    if version == "http":
        reply = await proxy.curl(f"http://127.0.0.1:{origin.port}/")
    else:
        reply = await proxy.curl(f"https://localhost:{origin.tls_port}/", version)
    assert reply.body == b"hi"
    if addon:
        assert addon.calls == [
            *("client_connected", "requestheaders", "request", "responseheaders", "response")
        ]


async def test_a_hook_without_handlers_needs_no_task(start, origin, monkeypatch):
    tasks = []
    handle = ProxyConnectionHandler.handle_hook

    async def watch(self, hook):
        tasks.append(hook.name)
        await handle(self, hook)

    monkeypatch.setattr(ProxyConnectionHandler, "handle_hook", watch)
    proxy = await start(Everything("sync"))
    reply = await proxy.curl(f"https://localhost:{origin.tls_port}/")
    assert reply.body == b"hi"
    assert "response" in tasks
    assert not {"http_connect", "http_connected", "tls_established_client"} & set(tasks)


async def test_an_intercepted_flow_waits_although_nobody_handles_the_next_hook(
    start, origin, until
):
    flows = []

    class Intercept:
        def requestheaders(self, flow):
            flows.append(flow)

        def request(self, flow):
            flow.intercept()

    proxy = await start(Intercept())
    task = asyncio.create_task(proxy.curl(f"http://127.0.0.1:{origin.port}/"))
    await until(lambda: flows and flows[0].intercepted)
    await asyncio.sleep(0.1)
    assert origin.seen == []
    flows[0].resume()
    assert (await task).body == b"hi"


async def test_a_waiting_hook_holds_its_own_stream_only(start, origin):
    go = asyncio.Event()
    answered = []

    class Slow:
        async def response(self, flow):
            if flow.request.path == "/slow":
                await go.wait()
            else:
                answered.append(flow.request.path)
                if len(answered) == 3:
                    go.set()

    proxy = await start(Slow())
    urls = [f"https://localhost:{origin.tls_port}{path}" for path in ("/slow", "/", "/", "/")]
    assert await proxy.together(urls, "--http2") == [200] * 4


async def test_a_hook_that_raises_is_logged_and_the_proxy_goes_on(start, origin, caplog):
    class Raises:
        def requestheaders(self, flow):
            raise ValueError("a mistake")

    proxy = await start(Raises())
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}/")).body == b"hi"
    assert "a mistake" in caplog.text


def test_unwrap_names_the_inner_layer():
    inner = object()
    assert events.Unwrap(inner).inner is inner
    assert not events.Unwrap(inner).blocking
