"""Small costs a message that buy nothing here: type checks, task names, log records, idle drains.

Each is its own patch, since each leans on other code.
"""

import logging
from types import TracebackType
from typing import Any, Literal

from mitmproxy import http
from mitmproxy.proxy import server
from mitmproxy.utils import asyncio_utils

from garim_addon.mitm.patches.guard import Patch, Undo, replace, replace_all

type _ExcInfo = (
    Literal[True] | tuple[type[BaseException], BaseException, TracebackType | None] | None
)


def _no_check(self: http.MessageData) -> None:
    """Skip what mitmproxy itself skips under `python -O`."""


def _no_debug_info(task: object, *, name: str, client: object = None) -> None:
    """Keep no name, time and client with a task; mitmproxy reads them with defaults."""


async def _drain_writers(self: server.ConnectionHandler) -> None:
    """Wait only if something is waiting to be sent; `drain` of an empty buffer returns at once."""
    for transport in self.transports.values():
        if transport.writer is not None and _may_wait(transport.writer):
            await _stock_drain(self)  # type: ignore[no-untyped-call]
            return


def _may_wait(writer: Any) -> bool:  # noqa: ANN401 - a StreamWriter or a mitmproxy_rs.Stream
    transport = getattr(writer, "transport", None)
    return transport is None or transport.is_closing() or transport.get_write_buffer_size() > 0


def _log(
    self: server.ConnectionHandler,
    message: str,
    level: int = logging.INFO,
    exc_info: _ExcInfo = None,
) -> None:
    if server.logger.isEnabledFor(level):
        _stock_log(self, message, level, exc_info)


_stock_drain = server.ConnectionHandler.drain_writers
_stock_log = server.ConnectionHandler.log


def _header_values(self: http.Headers, name: str | bytes) -> list[str]:
    """Find a header's values with one pass and no call a field; some 20 are asked a request."""
    wanted = (name.encode("utf-8", "surrogateescape") if isinstance(name, str) else name).lower()
    return [v.decode("utf-8", "surrogateescape") for k, v in self.fields if k.lower() == wanted]


def _header(self: http.Headers, name: str | bytes, default: object = None) -> object:
    values = _header_values(self, name)
    return ", ".join(values) if values else default


def _install_headers() -> Undo:
    return replace_all(
        (http.Headers, "get_all", _header_values),
        (http.Headers, "get", _header),
    )


def _install_types() -> Undo:
    return replace(http.MessageData, "__post_init__", _no_check)


def _install_names() -> Undo:
    return replace(asyncio_utils, "set_task_debug_info", _no_debug_info)


def _install_drain() -> Undo:
    return replace(server.ConnectionHandler, "drain_writers", _drain_writers)


def _install_log() -> Undo:
    return replace(server.ConnectionHandler, "log", _log)


PATCHES = (
    Patch(
        name="headers",
        loses="each look at a header costs about three times the time",
        relies_on={
            "mitmproxy.http:Headers": "5f851acfd890ca51524594d4381cece2",
            "mitmproxy.http:Headers.get_all": "92cf7f76eebad3af385cc5a1f91a0f2f",
            "mitmproxy.http:_native": "e102d06fbbf5ff91b94f9d43472ceb98",
            "mitmproxy.http:_always_bytes": "4ee72ad9a86cf9324c9c51b1ced3f255",
            "mitmproxy.coretypes.multidict:_MultiDict": "fc39e34685c531cf0bcddeb1dd9f331a",
        },
        install=_install_headers,
    ),
    Patch(
        name="dataclasses",
        loses="each message costs about a tenth more",
        relies_on={"mitmproxy.http:MessageData": "92a9eeeaa4f72073baf9863e2c8798e6"},
        install=_install_types,
    ),
    Patch(
        name="debug_names",
        loses="each hook costs a little more",
        relies_on={
            "mitmproxy.utils.asyncio_utils:set_task_debug_info": "b121f94e9a533414bbab22bfa370c209",
            "mitmproxy.utils.asyncio_utils:task_repr": "481b5d2bb6aef772aad25ed6d2626bb7",
        },
        install=_install_names,
    ),
    Patch(
        name="drain",
        loses="each read costs a little more",
        relies_on={
            f"{server.__name__}:ConnectionHandler.drain_writers": "b1e2b571c35f323d3d9e7c7071b263ff"
        },
        install=_install_drain,
    ),
    Patch(
        name="logging",
        loses="each connection costs a little more",
        relies_on={f"{server.__name__}:ConnectionHandler.log": "ee4c3548580449b90b7c7759403e62e0"},
        install=_install_log,
    ),
)
