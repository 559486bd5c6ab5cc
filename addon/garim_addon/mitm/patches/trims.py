"""Small costs a message that serve debugging only: type checks, task names, records, idle drains.

Each is its own patch, since each leans on other code.
"""

import logging
from types import TracebackType
from typing import Any, Literal

from mitmproxy import http
from mitmproxy.proxy import server
from mitmproxy.utils import asyncio_utils

from garim_addon.mitm.patches.guard import Patch, Undo, replace

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
