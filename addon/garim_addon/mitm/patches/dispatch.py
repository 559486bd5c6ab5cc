"""Hooks go straight to the addons that have them.

Stock mitmproxy asks every addon for every hook, and all of them again for `update`, each inside a
context manager: half of its time. Here the handlers of a hook are looked up once and kept until an
addon is added or removed or an option changes. The rest is as it was: the order, sub-addons,
`AddonHalt` stops the chain, what a handler raises is logged and ends its own addon's turn only.

Less exact: a hook method that is attached to an addon later, without any of these, is not seen.
"""

import functools
import inspect
import types
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from mitmproxy import exceptions, flow, hooks
from mitmproxy.addonmanager import AddonManager, safecall, traverse

from garim_addon.mitm.patches.guard import Patch, Undo, replace_all

type Handlers = tuple[tuple[Callable[..., Any], ...], ...]
"""The handlers of one hook, grouped by top-level addon."""

_CACHE = "_garim_handlers"
_names: dict[type[hooks.Hook], tuple[str, ...]] = {}
_stock_trigger = AddonManager.trigger_event


class _NotCallableError(Exception):
    """An addon has something by a hook's name that cannot be called."""


def has_handlers(manager: AddonManager, name: str) -> bool:
    """Return whether any addon implements the hook `name` (or names it in a way that cannot be)."""
    return handlers(manager, name) != ()


def handlers(manager: AddonManager, name: str) -> Handlers | None:
    """Return the handlers of a hook; `None` when mitmproxy's own way must find the fault."""
    cache: dict[str, Handlers | None] = manager.__dict__.setdefault(_CACHE, {})
    try:
        return cache[name]
    except KeyError:
        found = cache[name] = _look_up(manager, name)
        return found


def _look_up(manager: AddonManager, name: str) -> Handlers | None:
    try:
        groups = (tuple(_handlers_of(addon, name)) for addon in manager.chain)
        return tuple(group for group in groups if group)
    except _NotCallableError:
        return None


def _handlers_of(addon: object, name: str) -> list[Callable[..., Any]]:
    found = []
    for each in traverse([addon]):  # type: ignore[no-untyped-call]
        handler = getattr(each, name, None)
        if not handler or isinstance(handler, types.ModuleType):
            continue
        if not callable(handler):
            raise _NotCallableError
        found.append(handler)
    return found


def arguments(event: hooks.Hook) -> list[Any]:
    """Return `event.args()`, with the field names remembered."""
    kind = type(event)
    names = _names.get(kind)
    if names is None:
        names = _names[kind] = tuple(field.name for field in fields(event))  # type: ignore[arg-type]
    return [getattr(event, name) for name in names]


async def _trigger_event(self: AddonManager, event: hooks.Hook) -> None:
    groups = handlers(self, event.name)
    if groups is None:
        await _stock_trigger(self, event)
    elif groups:
        await _call(groups, arguments(event))


async def _handle_lifecycle(self: AddonManager, event: hooks.Hook) -> None:
    args = arguments(event)
    groups = handlers(self, event.name)
    if groups:
        await _call(groups, args)
    elif groups is None:
        await _stock_trigger(self, event)
    if isinstance(args[0], flow.Flow) and handlers(self, "update") != ():
        await _trigger_event(self, hooks.UpdateHook([args[0]]))


async def _call(groups: Handlers, args: list[Any]) -> None:
    for group in groups:
        try:
            for handler in group:
                result = handler(*args)
                if result is not None and inspect.isawaitable(result):
                    await result
        except exceptions.AddonHalt:
            return
        except Exception:
            with safecall():
                raise


def _forgetting(stock: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(stock)
    def method(self: AddonManager, *args: object, **kwargs: object) -> object:
        try:
            return stock(self, *args, **kwargs)
        finally:
            self.__dict__.pop(_CACHE, None)

    return method


def _install() -> Undo:
    forgetful = [
        (AddonManager, name, _forgetting(getattr(AddonManager, name)))
        for name in ("_configure_all", "add", "clear", "register", "remove")
    ]
    return replace_all(
        (AddonManager, "trigger_event", _trigger_event),
        (AddonManager, "handle_lifecycle", _handle_lifecycle),
        *forgetful,
    )


PATCH = Patch(
    name="dispatch",
    loses="each request costs about twice the time",
    relies_on={
        "mitmproxy.addonmanager:AddonManager": "2a4af4ba4b966c28df2067488e36f290",
        "mitmproxy.addonmanager:AddonManager.handle_lifecycle": "56246b387f582c8bb52bf41f2708d0c3",
        "mitmproxy.addonmanager:AddonManager.trigger_event": "acc86e8d489c10181f4dd272f46d7bd4",
        "mitmproxy.addonmanager:safecall": "d3efc056da12166563b9a3320cd51606",
        "mitmproxy.addonmanager:traverse": "7235ad007525990a38d832aefe90dd78",
        "mitmproxy.hooks:Hook.args": "a7c405b6f0e41169074b6bb34381c51c",
    },
    install=_install,
)
