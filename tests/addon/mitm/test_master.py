import asyncio
import gc
import logging
import stat

import pytest
from mitmproxy.addons import dns_resolver

from garim_addon import text
from garim_addon.mitm import master as module
from garim_addon.mitm.authority import Authority
from garim_addon.mitm.errors import HostError, ListenError, PortTakenError
from garim_addon.mitm.master import Host
from garim_addon.mitm.options import HostSettings


async def page(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


@pytest.fixture(autouse=True)
def hello(origin):
    origin.pages["/"] = page


async def test_it_proxies_http_and_https(start, origin):
    proxy = await start()
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}/")).body == b"hi"
    reply = await proxy.curl(f"https://localhost:{origin.tls_port}/")
    assert (reply.status, reply.body, reply.version) == (200, b"hi", "2")


async def test_only_the_needed_addons_are_there(start):
    proxy = await start()
    names = set(proxy.host.addons.lookup)
    assert names == {
        *("core", "proxyserver", "nextlayer", "disableh2c", "tlsconfig"),
        *("optionguard", "openexchanges"),
    }
    assert all(proxy.host.patches.values())


async def test_mitmproxys_own_page_is_not_served(start):
    proxy = await start()
    reply = await proxy.curl("http://mitm.it/", "-m", "5")
    assert reply.status in {0, 502}
    assert b"certificate" not in reply.body.lower()


async def test_dns_addons_come_with_dns_modes(tmp_path):
    host = Host(HostSettings(state=tmp_path / "s", mode="dns@0"))
    assert isinstance(host.addons.get("dnsresolver"), dns_resolver.DnsResolver)
    await host.done()


async def test_a_taken_port_is_one_clear_error(start, tmp_path, caplog):
    proxy = await start()
    before = gc.get_threshold()
    host = Host(HostSettings(state=tmp_path / "other", listen_port=proxy.port))
    with pytest.raises(PortTakenError, match=f"Port {proxy.port} on 127.0.0.1 is taken") as caught:
        await host.listen()
    assert caught.value.params == {"host": "127.0.0.1", "port": proxy.port}
    assert str(proxy.port) in text.explain(caught.value)
    assert not caplog.records
    assert gc.get_threshold() == before


async def test_an_impossible_address_is_another_error(tmp_path):
    host = Host(HostSettings(state=tmp_path / "s", listen_host="192.0.2.1", listen_port=0))
    with pytest.raises(ListenError, match=r"Cannot listen on 192\.0\.2\.1") as caught:
        await host.listen()
    assert not isinstance(caught.value, PortTakenError)


async def test_run_listens_and_serves_until_stopped(tmp_path, until):
    host = Host(HostSettings(state=tmp_path / "s", listen_port=0))
    task = asyncio.create_task(host.run())
    await until(host.proxy.listen_addrs)
    before = logging.getLogger("mitmproxy").level
    assert before == logging.WARNING
    assert gc.get_threshold() == module._GC_THRESHOLDS
    host.stop()
    await asyncio.wait_for(task, 10)
    assert gc.get_threshold() != module._GC_THRESHOLDS
    assert asyncio.get_running_loop().get_task_factory() is None


async def test_the_state_is_private(start, tmp_path):
    proxy = await start()
    state = tmp_path / "state"
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for path in state.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert not [path for path in state.rglob("*") if path.suffix in {".p12", ".cer"}]
    assert not list(state.rglob("*dhparam*"))
    kept = Authority.open(state / "authority")
    assert kept.root.fingerprint == proxy.host.authority.root.fingerprint


async def test_a_state_open_to_others_is_refused(tmp_path):
    (tmp_path / "s").mkdir(mode=0o755)
    with pytest.raises(HostError, match="chmod 700"):
        Host(HostSettings(state=tmp_path / "s"))


async def test_addons_run_in_order_after_the_protocol_ones(start, origin):
    seen = []

    class First:
        def request(self, flow):
            seen.append("first")

    class Second:
        async def request(self, flow):
            seen.append("second")

    proxy = await start(First(), Second())
    await proxy.curl(f"http://127.0.0.1:{origin.port}/")
    assert seen == ["first", "second"]


async def test_it_does_not_proxy_to_itself(start):
    proxy = await start()
    reply = await proxy.curl(f"http://127.0.0.1:{proxy.port}/")
    assert reply.status == 502
