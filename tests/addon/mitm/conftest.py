"""A real proxy, real origins and real clients over loopback sockets."""

import asyncio
import contextlib
import datetime as dt
import ipaddress
import logging
import shutil
import socket
import ssl
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography import x509
from cryptography.hazmat.primitives import serialization

with warnings.catch_warnings():
    # mitmproxy 12.2 uses old names of pyparsing while it is imported.
    warnings.simplefilter("ignore")
    import mitmproxy.addons  # noqa: F401

from garim_addon.mitm.authority import Root
from garim_addon.mitm.leaves import LeafStore
from garim_addon.mitm.master import Host
from garim_addon.mitm.options import HostSettings

type Serve = Callable[[str, asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Reply:
    """What curl saw."""

    status: int
    body: bytes
    exit: int
    version: str
    headers: str
    error: str


@dataclass
class Origin:
    """An HTTP/1.1 origin whose pages are written by the test."""

    port: int = 0
    tls_port: int = 0
    pages: dict[str, Serve] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    connections: int = 0
    ended: list[str] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        path = ""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ")[1].decode()
                self.seen.append(path)
                length = [
                    line.split(b":")[1]
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length:")
                ]
                if length and path.partition("?")[0] != "/early":
                    await reader.readexactly(int(length[0]))
                await self.pages[path.partition("?")[0]](path, reader, writer)
                await writer.drain()
                if writer.is_closing():
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self.ended.append(path)
            writer.close()
            with contextlib.suppress(OSError, ssl.SSLError):
                await writer.wait_closed()


@pytest.fixture(scope="session")
def test_root() -> Root:
    return Root.make(dt.datetime.now(dt.UTC))


@pytest.fixture(scope="session")
def origin_files(test_root, tmp_path_factory) -> Path:
    """`ca.pem` to trust, `cert.pem` and `key.pem` for 127.0.0.1 and origin.test."""
    folder = tmp_path_factory.mktemp("origin")
    names = (
        x509.DNSName("localhost"),
        x509.DNSName("origin.test"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    )
    entry = LeafStore(test_root).get_cert("localhost", names)
    (folder / "ca.pem").write_bytes(test_root.pem)
    (folder / "cert.pem").write_bytes(entry.cert.to_pem())
    (folder / "key.pem").write_bytes(
        entry.privatekey.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return folder


@pytest_asyncio.fixture
async def origin(origin_files) -> AsyncIterator[Origin]:
    origin = Origin()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(origin_files / "cert.pem", origin_files / "key.pem")
    plain = await asyncio.start_server(origin.handle, "127.0.0.1", 0)
    tls = await asyncio.start_server(origin.handle, "127.0.0.1", 0, ssl=context)
    origin.port = plain.sockets[0].getsockname()[1]
    origin.tls_port = tls.sockets[0].getsockname()[1]
    yield origin
    for server in (plain, tls):
        server.close()


_NGINX = """
daemon off; master_process off; pid {own}/nginx.pid; error_log stderr error;
events {{ worker_connections 64; }}
http {{
  access_log off; client_body_temp_path {own}/b; proxy_temp_path {own}/p;
  fastcgi_temp_path {own}/f; uwsgi_temp_path {own}/u; scgi_temp_path {own}/s;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {files}/cert.pem; ssl_certificate_key {files}/key.pem;
    location / {{
      proxy_pass http://127.0.0.1:{origin}; proxy_http_version 1.1; proxy_buffering off;
      proxy_request_buffering off;
    }}
  }}
}}
"""


@pytest_asyncio.fixture
async def serve_h2(origin, origin_files, tmp_path) -> AsyncIterator[Callable[[], Awaitable[int]]]:
    """Put a real nginx that speaks HTTP/2 and does not buffer before `origin`; return its port."""
    async with contextlib.AsyncExitStack() as stack:

        async def serve() -> int:
            nginx = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
            if nginx is None:
                pytest.skip("nginx is not installed")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                port = probe.getsockname()[1]
            conf = tmp_path / "nginx.conf"
            conf.write_text(
                _NGINX.format(own=tmp_path, port=port, files=origin_files, origin=origin.port)
            )
            process = await asyncio.create_subprocess_exec(
                nginx, "-c", str(conf), "-e", "stderr", "-p", str(tmp_path)
            )

            async def end() -> None:
                process.terminate()
                await process.wait()

            stack.push_async_callback(end)
            await _accepts(port)
            return port

        yield serve


async def _accepts(port: int) -> None:
    async with asyncio.timeout(10):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.02)
            else:
                writer.close()
                await writer.wait_closed()
                return


@dataclass
class Proxy:
    """A running host."""

    host: Host
    port: int
    origin_ca: Path

    async def together(self, urls: list[str], *args: str) -> list[int]:
        """Fetch several urls with one curl (one HTTP/2 connection); return their statuses."""
        each = [part for url in urls for part in ("-o", "/dev/null", url)]
        process = await asyncio.create_subprocess_exec(
            *("curl", "-s", "-m", "20", "-x", f"http://127.0.0.1:{self.port}", "-Z"),
            *("--cacert", str(self.host.authority.certificate_file)),
            *("-w", "%{urlnum} %{http_code}\n", *args, *each),
            stdout=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        lines = sorted(tuple(map(int, line.split())) for line in out.splitlines())
        return [status for _, status in lines]

    async def curl(self, url: str, *args: str) -> Reply:
        """Fetch `url` through the proxy, trusting only its root."""
        marker = "\n@@%{http_code} %{exitcode} %{http_version} %{errormsg}"
        process = await asyncio.create_subprocess_exec(
            *("curl", "-s", "-m", "20", "-x", f"http://127.0.0.1:{self.port}", "-D", "/dev/stderr"),
            *("--cacert", str(self.host.authority.certificate_file), "-w", marker, *args, url),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await process.communicate()
        body, _, tail = out.rpartition(b"\n@@")
        status, exit_code, version, error = (*tail.decode().split(" ", 3), "", "", "")[:4]
        return Reply(int(status), body, int(exit_code), version, err.decode().lower(), error)


type StartProxy = Callable[..., Awaitable[Proxy]]


@pytest_asyncio.fixture
async def start(tmp_path, origin_files) -> AsyncIterator[StartProxy]:
    """Start a host with addons; it is stopped at the end."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(*addons: object, **settings: object) -> Proxy:
            chosen = {"listen_port": 0, "extra_ca": origin_files / "ca.pem"} | settings
            host = Host(HostSettings(state=tmp_path / "state", **chosen), *addons)
            port = await host.listen()
            task = asyncio.create_task(host.serve())

            async def end() -> None:
                host.stop()
                await task

            stack.push_async_callback(end)
            return Proxy(host, port, origin_files / "ca.pem")

        yield start


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Wait for something that nobody announces."""

    async def until(happened: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not happened():  # noqa: ASYNC110 - nobody announces it
                await asyncio.sleep(0.01)

    return until


@pytest.fixture
def no_crash(caplog):
    """Fail when mitmproxy logs that one of its layers crashed."""
    yield
    crashes = [r for r in caplog.records if r.levelno >= logging.ERROR and "crash" in r.message]
    assert not crashes
