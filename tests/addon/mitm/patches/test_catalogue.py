import importlib.metadata
import runpy
import sys

import pytest
from mitmproxy.addonmanager import AddonManager
from mitmproxy.proxy import server

from garim_addon.mitm.patches import catalogue
from garim_addon.mitm.patches.guard import unknown_code


@pytest.fixture
def reverted():
    """mitmproxy as it was shipped; patched again afterwards."""
    catalogue.revert_all()
    yield
    catalogue.revert_all()
    catalogue.apply_all()


@pytest.mark.parametrize("patch", catalogue.PATCHES, ids=lambda patch: patch.name)
def test_each_digest_is_that_of_the_pinned_version(reverted, patch):
    assert importlib.metadata.version("mitmproxy").startswith("12.2.")
    assert patch.relies_on
    assert unknown_code(patch.relies_on) == []


def test_all_are_applied_and_put_back(reverted):
    stock = (AddonManager.handle_lifecycle, server.ConnectionHandler.server_event, server.asyncio)
    assert not any(catalogue.applied().values())
    assert all(catalogue.apply_all().values())
    assert AddonManager.handle_lifecycle is not stock[0]
    catalogue.revert_all()
    assert stock == (
        AddonManager.handle_lifecycle,
        server.ConnectionHandler.server_event,
        server.asyncio,
    )


@pytest.mark.parametrize("patch", catalogue.PATCHES, ids=lambda patch: patch.name)
@pytest.mark.usefixtures("reverted")
async def test_the_proxy_works_without_any_one_of_them(patch, start, origin, monkeypatch, caplog):
    """As after an update of mitmproxy that changed what one patch replaces."""

    async def page(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    origin.pages["/"] = page
    where = next(iter(patch.relies_on))
    monkeypatch.setitem(patch.relies_on, where, "0" * 32)
    proxy = await start()
    assert proxy.host.patches[patch.name] is False
    assert any(patch.loses in record.getMessage() for record in caplog.records)
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}/")).body == b"hi"
    for version in ("--http1.1", "--http2"):
        reply = await proxy.curl(f"https://localhost:{origin.tls_port}/", version)
        assert (reply.status, reply.body) == (200, b"hi")


async def test_the_proxy_works_without_all_of_them(reverted, start, origin, monkeypatch):
    async def page(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    origin.pages["/"] = page
    monkeypatch.setattr(catalogue, "apply_all", catalogue.applied)
    proxy = await start()
    assert not any(proxy.host.patches.values())
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}/")).body == b"hi"
    assert (await proxy.curl(f"https://localhost:{origin.tls_port}/")).body == b"hi"


def test_it_prints_the_digests_for_the_next_version(reverted, capsys, monkeypatch):
    monkeypatch.delitem(sys.modules, catalogue.__name__)
    runpy.run_module(catalogue.__name__, run_name="__main__")
    printed = capsys.readouterr().out.splitlines()
    expected = {f'"{w}": "{d}",' for p in catalogue.PATCHES for w, d in p.relies_on.items()}
    assert set(printed) == expected
