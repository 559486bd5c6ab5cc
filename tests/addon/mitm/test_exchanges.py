import asyncio
import gc

from mitmproxy.test import tflow

from garim_addon.mitm.exchanges import OpenExchanges


async def test_it_counts_in_and_out():
    exchanges = OpenExchanges()
    flows = [tflow.tflow() for _ in range(3)]
    for flow in flows:
        exchanges.requestheaders(flow)
    assert len(exchanges) == 3
    exchanges.response(flows[0])
    exchanges.error(flows[1])
    exchanges.response(flows[0])
    assert len(exchanges) == 1


async def test_waiting_ends_with_the_last_one():
    exchanges = OpenExchanges()
    await exchanges.ended()
    flows = [tflow.tflow() for _ in range(2)]
    for flow in flows:
        exchanges.requestheaders(flow)
    waiting = asyncio.create_task(exchanges.ended())
    for flow in flows:
        await asyncio.sleep(0)
        assert not waiting.done()
        exchanges.response(flow)
    await asyncio.wait_for(waiting, 5)


async def test_a_forgotten_flow_does_not_count():
    exchanges = OpenExchanges()
    flow = tflow.tflow()
    exchanges.requestheaders(flow)
    del flow
    gc.collect()
    assert len(exchanges) == 0
    await asyncio.wait_for(exchanges.ended(), 5)
