"""A hook that is answered at once is answered in place, without a task and a turn of the loop.

Stock mitmproxy starts a task for each hook, and since the connection's lock is held just then, the
task always waits for another turn of the event loop, even if nobody implements the hook. Here a
hook without a handler needs no task at all, and one whose handlers end without waiting is completed
in the same turn. Hooks that wait work as before.
"""

import logging
from collections import deque

from mitmproxy import flow
from mitmproxy.proxy import commands, events, layer, server
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler
from mitmproxy.utils import asyncio_utils

from garim_addon.mitm.patches import dispatch
from garim_addon.mitm.patches.guard import Patch, Undo, replace


class Unwrap(commands.Command):
    """Send this connection's further events straight to a layer inside its present one."""

    def __init__(self, inner: layer.Layer) -> None:
        self.inner = inner


class _Batch:
    """The events of one turn; it takes completed hooks while it is open."""

    __slots__ = ("events", "open")

    def __init__(self, event: events.Event) -> None:
        self.events = deque((event,))
        self.open = True


async def _server_event(self: server.ConnectionHandler, event: events.Event) -> None:
    async with self._server_event_lock:
        # No `await` beyond this point, as in the code that this replaces.
        batch = _Batch(event)
        self.timeout_watchdog.register_activity()  # type: ignore[no-untyped-call]
        while batch.events:
            try:
                for command in self.layer.handle_event(batch.events.popleft()):
                    _act(self, command, batch)
            except Exception:  # noqa: BLE001 - as mitmproxy does
                self.log("mitmproxy has crashed!", logging.ERROR, exc_info=True)
        batch.open = False


def _act(self: server.ConnectionHandler, command: commands.Command, batch: _Batch) -> None:
    if isinstance(command, commands.StartHook):
        if _needs_task(self, command):
            asyncio_utils.create_task(
                _hook_task(self, command, batch),
                name=command.name,
                keep_ref=True,
                client=self.client.peername,
            )
        elif command.blocking:
            batch.events.append(events.HookCompleted(command))
    elif isinstance(command, commands.Log):
        self.log(command.message, command.level)
    elif isinstance(command, commands.ConnectionCommand):
        _act_on_connection(self, command)
    elif isinstance(command, commands.RequestWakeup):
        task = asyncio_utils.create_task(
            self.wakeup(command), name="wakeup", keep_ref=False, client=self.client.peername
        )
        self.wakeup_timer.add(task)
    elif isinstance(command, Unwrap):
        self.layer = command.inner
    else:
        raise TypeError(f"Unexpected command: {command}")


def _act_on_connection(self: server.ConnectionHandler, command: commands.ConnectionCommand) -> None:
    connection = command.connection
    if isinstance(command, commands.OpenConnection):
        if connection in self.transports:
            raise RuntimeError(f"connection is open already: {connection}")
        handler = asyncio_utils.create_task(
            self.open_connection(command),
            name="server connection",
            keep_ref=False,
            client=self.client.peername,
        )
        self.transports[connection] = server.ConnectionIO(handler=handler)
    elif connection not in self.transports:
        pass  # it has been closed already
    elif isinstance(command, commands.SendData):
        writer = self.transports[connection].writer
        if writer is None:
            raise RuntimeError(f"connection is not open yet: {connection}")
        if not writer.is_closing():
            writer.write(command.data)
    elif isinstance(command, commands.CloseTcpConnection):
        self.close_connection(connection, command.half_close)
    elif isinstance(command, commands.CloseConnection):
        self.close_connection(connection, half_close=False)
    else:
        raise TypeError(f"Unexpected command: {command}")


def _needs_task(self: server.ConnectionHandler, hook: commands.StartHook) -> bool:
    if not isinstance(self, ProxyConnectionHandler):
        return True
    if dispatch.has_handlers(self.master.addons, hook.name):
        return True
    message = dispatch.arguments(hook)[0]
    if not isinstance(message, flow.Flow):
        return False
    return message.intercepted or dispatch.has_handlers(self.master.addons, "update")


async def _hook_task(
    self: server.ConnectionHandler, hook: commands.StartHook, batch: _Batch
) -> None:
    await self.handle_hook(hook)
    if not hook.blocking:
        return
    if batch.open:
        # Tasks start eagerly: nothing was waited for, so the turn that started the hook goes on.
        batch.events.append(events.HookCompleted(hook))
    else:
        await self.server_event(events.HookCompleted(hook))


def _install() -> Undo:
    return replace(server.ConnectionHandler, "server_event", _server_event)


_HANDLER = "mitmproxy.proxy.server:ConnectionHandler"
_PROXY_HANDLER = "mitmproxy.proxy.mode_servers:ProxyConnectionHandler"

PATCH = Patch(
    name="events",
    needs=dispatch.PATCH,
    loses="each request costs some turns of the event loop more",
    relies_on={
        f"{_HANDLER}.server_event": "a77b797871e9e97bde9bb4286265b821",
        f"{_HANDLER}.hook_task": "140e9f41a4860f125e6cd0bba3988a43",
        f"{_PROXY_HANDLER}.handle_hook": "5dba97aba99409cd807d12059e336393",
    },
    install=_install,
)
