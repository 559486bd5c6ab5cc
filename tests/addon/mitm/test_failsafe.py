import asyncio
import inspect

import pytest
from mitmproxy import exceptions
from mitmproxy.test import tflow

from garim_addon.mitm.failsafe import guarded


class Recorder:
    def __init__(self, fails=False):
        self.calls = []
        self.fails = fails

    def __call__(self, hook, args, error):
        self.calls.append((hook, args, error))
        if self.fails:
            raise RuntimeError("the failure action failed")


async def run(hook, *args):
    result = hook(*args)
    return await result if inspect.isawaitable(result) else result


def hooks(on_error, error):
    class Addon:
        @guarded(on_error)
        def request(self, flow):
            if error:
                raise error
            return flow

        @guarded(on_error)
        async def response(self, flow):
            await asyncio.sleep(0)
            if error:
                raise error
            return flow

    return Addon()


@pytest.mark.parametrize("name", ["request", "response"])
async def test_what_works_is_left_alone(name):
    on_error = Recorder()
    hook = getattr(hooks(on_error, None), name)
    assert await run(hook, "flow") == "flow"
    assert on_error.calls == []
    assert hook.__name__ == name
    assert inspect.iscoroutinefunction(hook) is (name == "response")


@pytest.mark.parametrize("name", ["request", "response"])
async def test_an_exception_goes_to_the_failure_action_and_no_further(name):
    on_error, error = Recorder(), ValueError("a mistake")
    addon = hooks(on_error, error)
    flow = tflow.tflow()
    assert await run(getattr(addon, name), flow) is None
    assert on_error.calls == [(name, (addon, flow), error)]


async def test_an_async_failure_action_is_awaited():
    done = []

    async def on_error(hook, args, error):
        await asyncio.sleep(0)
        done.append(hook)

    await run(hooks(on_error, ValueError()).response, "flow")
    assert done == ["response"]


@pytest.mark.parametrize("name", ["request", "response"])
async def test_the_last_resort_is_a_kill(name, caplog):
    flow = tflow.tflow()
    flow.live = True
    await run(getattr(hooks(Recorder(fails=True), ValueError()), name), flow)
    assert flow.error.msg == flow.error.KILLED_MESSAGE
    assert "is killed" in caplog.text


@pytest.mark.parametrize("name", ["request", "response"])
@pytest.mark.parametrize(
    "error", [asyncio.CancelledError(), exceptions.AddonHalt(), exceptions.OptionsError("x")]
)
async def test_what_is_no_failure_passes(name, error):
    on_error = Recorder()
    with pytest.raises(type(error)):
        await run(getattr(hooks(on_error, error), name), "flow")
    assert on_error.calls == []


async def test_plain_functions_can_be_guarded_too():
    on_error = Recorder()

    @guarded(on_error)
    def hook(one, *, two):
        raise ValueError

    hook(1, two=2)
    assert on_error.calls[0][:2] == ("hook", (1,))


async def test_in_a_real_proxy_a_mistake_does_not_fail_open(start, origin):
    """The same hooks unguarded let the body through, as mitmproxy does by itself."""

    async def page(path, reader, writer):
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")

    origin.pages["/"] = page

    class Shield:
        @guarded(lambda hook, args, error: args[1].kill())
        async def response(self, flow):
            await asyncio.sleep(0)
            raise ValueError("a mistake")

    class Open:
        async def response(self, flow):
            raise ValueError("a mistake")

    guarded_proxy = await start(Shield())
    reply = await guarded_proxy.curl(f"http://127.0.0.1:{origin.port}/")
    assert reply.exit != 0
    assert b"secret" not in reply.body
    open_proxy = await start(Open())
    assert (await open_proxy.curl(f"http://127.0.0.1:{origin.port}/")).body == b"secret"
