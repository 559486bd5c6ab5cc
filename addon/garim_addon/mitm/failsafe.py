"""An exception in our own hooks never lets an exchange through.

mitmproxy logs what a hook raises and goes on with the flow as if nothing had been wrong: a mistake
in our code would fail open. So each hook is wrapped: what it raises goes to a handler that applies
the policy's failure action; if that fails too, the exchange is killed.

Cancellation passes, as do mitmproxy's own `AddonHalt` and `OptionsError`, which are not failures.
"""

import functools
import inspect
import logging
from collections.abc import Callable, Coroutine
from typing import Any, cast

from mitmproxy import exceptions, flow

_log = logging.getLogger(__name__)

type OnError = Callable[[str, tuple[Any, ...], Exception], object]
"""Takes the hook's name, its arguments (with `self` for a method) and what it raised; when it
returns an awaitable, an async hook awaits it."""


def guarded[**P, R](on_error: OnError) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a decorator for hooks, sync or async.

    Args:
        on_error: Applies the failure action. For a sync hook it must not return an awaitable.
    """

    def decorate(hook: Callable[P, R]) -> Callable[P, R]:
        if inspect.iscoroutinefunction(hook):
            return cast("Callable[P, R]", _async(hook, on_error))
        return cast("Callable[P, R]", _sync(hook, on_error))

    return decorate


def _async(
    hook: Callable[..., Coroutine[Any, Any, object]], on_error: OnError
) -> Callable[..., Coroutine[Any, Any, object]]:
    @functools.wraps(hook)
    async def wrapper(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401 - any hook
        try:
            return await hook(*args, **kwargs)
        except (exceptions.AddonHalt, exceptions.OptionsError):
            raise
        except Exception as error:  # noqa: BLE001 - that is the point
            try:
                result = on_error(hook.__name__, args, error)
                if inspect.isawaitable(result):
                    await result
            except Exception:  # noqa: BLE001
                _kill(hook.__name__, args)
            return None

    return wrapper


def _sync(hook: Callable[..., object], on_error: OnError) -> Callable[..., object]:
    @functools.wraps(hook)
    def wrapper(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401 - any hook
        try:
            return hook(*args, **kwargs)
        except (exceptions.AddonHalt, exceptions.OptionsError):
            raise
        except Exception as error:  # noqa: BLE001 - that is the point
            try:
                on_error(hook.__name__, args, error)
            except Exception:  # noqa: BLE001
                _kill(hook.__name__, args)
            return None

    return wrapper


def _kill(name: str, args: tuple[Any, ...]) -> None:
    """The last resort, when even the failure action failed: nothing goes through."""
    _log.critical("the failure action of %s failed; the exchange is killed", name, exc_info=True)
    for each in args:
        if isinstance(each, flow.Flow) and each.killable:
            each.kill()  # type: ignore[no-untyped-call]
