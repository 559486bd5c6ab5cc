"""Feeds over HTTP(S): urllib3, the system's trust store, proxies of the environment, hard limits.

Rules:
- Certificates are checked against the operating system's trust store (`truststore`).
- A redirect is followed only to https on the same host, three at most: the feed's address is what
  the administrator agreed to, and a request must not be steered into some other network.
- Nothing names the machine: one fixed User-Agent, no cookies, no credentials.
- Every wait has a limit: connecting, each read, and (`within`) a whole exchange, for which the
  socket is shut down from another thread: a server that sends one byte now and then cannot hold us.
- Connections are kept open between looks: an idle look costs two small messages, no handshake.
"""

import contextlib
import ssl
import threading
from collections.abc import Iterator, Mapping
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import truststore
import urllib3

from garim_feed.errors import FeedError
from garim_feed.sync.cutting import OpenSockets, pools
from garim_feed.sync.source import CHUNK, Reply, SourceError, Trouble, checked_path

USER_AGENT = "garim-lists"
CONNECT_TIMEOUT, READ_TIMEOUT = 10.0, 20.0
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


_FIELDS = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
_DETAIL = 300
_BODY_OF_ERRORS = 65_536


def proxy_for(address: str) -> str | None:
    """Return the environment's proxy for an address (`HTTP(S)_PROXY`, `ALL_PROXY`, `NO_PROXY`)."""
    parts = urlsplit(address)
    proxies = getproxies_environment()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(parts.netloc):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def redirect(address: str, location: str) -> str | None:
    """Return where a redirect may lead, or `None`: only to https on the same host."""
    try:
        target = urljoin(address, location)
        old, new = urlsplit(address), urlsplit(target)
        good = new.scheme == "https" and new.hostname == old.hostname and "@" not in new.netloc
    except ValueError:
        return None
    return target if good else None


class HttpSource:
    """A feed's server.

    Args:
        base: The feed's base address.
        connect: Seconds to wait for a connection.
        read: Seconds to wait for each piece of an answer.
    """

    def __init__(
        self, base: str, *, connect: float = CONNECT_TIMEOUT, read: float = READ_TIMEOUT
    ) -> None:
        self._base = base
        self._open = OpenSockets()
        self._cut = False
        self._pool = _manager(base, urllib3.Timeout(connect=connect, read=read))
        self._pool.pool_classes_by_scheme = pools(self._open)

    @contextlib.contextmanager
    def get(self, path: str, headers: Mapping[str, str]) -> Iterator[Reply]:
        """Ask for a file; see `Source.get`."""
        address = f"{self._base}/{checked_path(path)}"
        with self._explained(), self._swept():
            response = self._follow(address, {**_FIELDS, **headers})
            try:
                fields = {name.lower(): value for name, value in response.headers.items()}
                yield Reply(response.status, fields, _chunks(response))
                if self._cut:
                    # A body without a length seems to have ended where it was cut.
                    raise SourceError(Trouble.SLOW)
            finally:
                _finish(response)

    @contextlib.contextmanager
    def _swept(self) -> Iterator[None]:
        try:
            yield
        finally:
            self._open.sweep()

    def _follow(self, address: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        for _ in range(MAX_REDIRECTS + 1):
            response = self._ask(address, headers)
            if response.status not in _REDIRECTS:
                return response
            target = redirect(address, response.headers.get("location", ""))
            response.close()
            if target is None:
                raise SourceError(Trouble.ELSEWHERE)
            address = target
        raise SourceError(Trouble.ELSEWHERE, "in circles")

    def _ask(self, address: str, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        def once() -> urllib3.BaseHTTPResponse:
            return self._pool.request(
                "GET", address, headers=headers, redirect=False, retries=False,
                preload_content=False, decode_content=False,
            )  # fmt: skip

        try:
            return once()
        except urllib3.exceptions.ProtocolError:
            # The server closed a connection that we had kept open. If it was something else, the
            # second try says so.
            if self._cut:
                raise
            return once()

    @contextlib.contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Cut requests short; see `Source.within`."""
        timer = threading.Timer(seconds, self._shut)
        timer.daemon = True
        self._cut = False
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _shut(self) -> None:
        self._cut = True
        self._open.cut()

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except urllib3.exceptions.HTTPError as error:
            trouble = Trouble.SLOW if self._cut else trouble_of(error)
            raise SourceError(trouble, str(error)[:_DETAIL]) from error

    def close(self) -> None:
        """Close all connections."""
        # `clear` alone leaves open connections to the garbage collector.
        for key in list(self._pool.pools.keys()):
            self._pool.pools[key].close()
        self._pool.clear()
        self._open.sweep()


def _manager(base: str, timeout: urllib3.Timeout) -> urllib3.PoolManager:
    proxy = proxy_for(base)
    if proxy is None:
        return urllib3.PoolManager(timeout=timeout, ssl_context=_tls(), num_pools=2)
    parts = urlsplit(proxy)
    if parts.scheme not in {"http", "https"}:
        raise FeedError("The proxy {proxy} cannot be used; feeds go through http or https proxies.",
                        proxy=f"{parts.scheme}://{parts.hostname}")  # fmt: skip
    login = urllib3.util.parse_url(proxy).auth
    return urllib3.ProxyManager(
        proxy, timeout=timeout, ssl_context=_tls(),
        proxy_ssl_context=_tls(), num_pools=2,
        proxy_headers=urllib3.make_headers(proxy_basic_auth=login) if login else None,
    )  # fmt: skip


def _tls() -> ssl.SSLContext:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _chunks(response: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    # read1 returns what one read of the socket gave: `stream` would wait for a whole chunk while a
    # server sends byte after byte.
    while chunk := response.read1(CHUNK):
        yield chunk


def _finish(response: urllib3.BaseHTTPResponse) -> None:
    """Keep the connection if the body was read to its end, else close it."""
    if response.status >= 400:
        response.read1(_BODY_OF_ERRORS)
    if response.length_remaining == 0:
        response.release_conn()
    else:
        response.close()


def trouble_of(error: urllib3.exceptions.HTTPError) -> Trouble:
    """Return what an error of urllib3 means for people."""
    match error:
        case urllib3.exceptions.NameResolutionError():
            return Trouble.NAME
        case urllib3.exceptions.ProxyError():
            return Trouble.PROXY
        case urllib3.exceptions.SSLError():
            return Trouble.TLS
        case urllib3.exceptions.NewConnectionError():
            return Trouble.UNREACHABLE
        case urllib3.exceptions.TimeoutError():
            return Trouble.SLOW
        case _:
            return Trouble.BROKEN
