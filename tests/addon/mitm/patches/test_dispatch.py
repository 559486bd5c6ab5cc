"""The cached dispatch against mitmproxy's own: the same calls in the same order."""

import math

import pytest
from mitmproxy import exceptions, hooks, master, options
from mitmproxy.proxy.layers.http import HttpRequestHook
from mitmproxy.test import tflow

from garim_addon.mitm.patches import catalogue, dispatch


@pytest.fixture(params=["stock", "patched"])
def manager(request):
    """An addon manager; every test runs with both ways of dispatching."""
    catalogue.revert_all()
    if request.param == "patched":
        assert catalogue.apply_all()["dispatch"]
    yield request.param
    catalogue.apply_all()


@pytest.fixture
async def addons(manager):
    host = master.Master(options.Options(), with_termlog=False)
    host._legacy_log_events.uninstall()
    return host.addons


class Note:
    """An addon that writes its calls down."""

    def __init__(self, name, calls, error=None, inner=()):
        self.name, self.calls, self.error = name, calls, error
        if inner:
            self.addons = list(inner)

    def request(self, flow):
        self.calls.append(self.name)
        if self.error:
            raise self.error


class Wait(Note):
    async def request(self, flow):
        self.calls.append(f"{self.name}-async")
        if self.error:
            raise self.error


class Update(Note):
    def update(self, flows):
        self.calls.append(f"update-{len(flows)}")


class Silent:
    name = "silent"
    request = None


async def fire(addons):
    await addons.handle_lifecycle(HttpRequestHook(tflow.tflow()))


async def test_order_and_kinds(addons):
    calls = []
    addons.add(Note("a", calls), Silent(), Wait("b", calls, inner=[Note("c", calls)]))
    addons.add(Note("d", calls))
    await fire(addons)
    assert calls == ["a", "b-async", "c", "d"]


async def test_an_exception_ends_its_own_addons_turn_only(addons, caplog):
    calls = []
    inner = [Note("c", calls)]
    addons.add(Wait("b", calls, ValueError("a mistake"), inner), Note("d", calls))
    addons.add(Note("e", calls, KeyError("x")), Note("f", calls))
    await fire(addons)
    assert calls == ["b-async", "d", "e", "f"]
    assert caplog.text.count("Addon error") == 2
    assert "a mistake" in caplog.text


@pytest.mark.parametrize("kind", [Note, Wait])
async def test_halt_stops_the_chain_but_not_the_update(addons, kind):
    calls = []
    addons.add(kind("a", calls, exceptions.AddonHalt()), Update("b", calls))
    await fire(addons)
    assert calls[1:] == ["update-1"]


async def test_a_refused_option_is_passed_on(addons):
    addons.add(Note("a", [], exceptions.OptionsError("no")))
    with pytest.raises(exceptions.OptionsError):
        await fire(addons)


async def test_update_comes_after_flow_hooks_only(addons):
    calls = []
    addons.add(Update("a", calls))
    await fire(addons)
    await addons.trigger_event(HttpRequestHook(tflow.tflow()))
    await addons.handle_lifecycle(hooks.ConfigureHook(set()))
    assert calls == ["a", "update-1", "a"]


async def test_added_and_removed_addons_count_at_once(addons):
    calls = []
    first, second = Note("a", calls), Note("b", calls)
    await fire(addons)
    addons.add(first)
    await fire(addons)
    addons.add(second)
    await fire(addons)
    addons.remove(first)
    await fire(addons)
    addons.clear()
    await fire(addons)
    assert calls == ["a", "a", "b", "b"]


async def test_registered_sub_addons_count_at_once(addons):
    calls = []
    parent = Note("a", calls, inner=[Note("b", calls)])
    addons.add(parent)
    await fire(addons)
    child = Note("c", calls)
    addons.register(child)
    parent.addons.append(child)
    await fire(addons)
    assert calls == ["a", "b", "a", "b", "c"]


async def test_a_hook_that_is_a_module_is_skipped(addons):
    calls = []
    addon = Silent()
    addon.request = math
    addons.add(addon, Note("b", calls))
    await fire(addons)
    assert calls == ["b"]


async def test_a_hook_that_cannot_be_called_is_an_error(addons, caplog):
    calls = []
    addon = Silent()
    addon.request = 5
    addons.add(Note("a", calls), addon, Note("b", calls))
    await fire(addons)
    assert calls == ["a", "b"]
    assert "not callable" in caplog.text


async def test_has_handlers(addons):
    assert not dispatch.has_handlers(addons, "request")
    addons.__dict__.pop("_garim_handlers")
    addons.add(Note("a", []))
    assert dispatch.has_handlers(addons, "request")
    assert not dispatch.has_handlers(addons, "response")


def test_arguments_are_those_of_the_hook():
    hook = HttpRequestHook(tflow.tflow())
    assert dispatch.arguments(hook) == hook.args()
    assert dispatch.arguments(hook) == hook.args()
