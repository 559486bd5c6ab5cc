"""The proxy with its shield as one thing that is started and stopped."""

# ruff: noqa: E402 - the lean package must be in place before anything of mitmproxy's is imported
from garim_addon.mitm import lean

lean.install()

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from garim_addon.assembly import Assembly, Places
from garim_addon.mitm.addon import ShieldAddon
from garim_addon.mitm.master import Host
from garim_addon.mitm.options import HostSettings
from garim_addon.mitm.patches.catalogue import apply_all
from garim_agent.sync import SyncProcess, syncing

GRACE = 3.0
"""Seconds that open exchanges are given to end at a stop."""


@dataclass(frozen=True, slots=True)
class Running:
    """A proxy that accepts connections.

    Attributes:
        port: Its TCP port.
        assembly: Its parts.
        host: The embedded mitmproxy.
        patches: Which guarded patches are in force.
        lists: The lists folder.
        sync: The child that keeps it fresh.
    """

    port: int
    assembly: Assembly
    host: Host
    patches: dict[str, bool]
    lists: Path
    sync: SyncProcess


@asynccontextmanager
async def running(places: Places, settings: HostSettings) -> AsyncIterator[Running]:
    """Run the proxy for the length of the context.

    Args:
        places: Files and folders.
        settings: Where to listen and what to trust.

    Raises:
        PolicyError: When the policy cannot be used.
        ModelError: When the models' manifests cannot be read.
        HostError: When the port is taken or the authority is not safe.
    """
    patches = apply_all()
    assembly = Assembly(places)
    assembly.shield.can_peek = patches["bodies"]
    try:
        host = Host(settings, ShieldAddon(assembly.shield))
        # Inspectors first: a connection that came before them would pass unjudged by a home policy.
        await assembly.start()
        port = await host.listen()
        serving = asyncio.create_task(host.serve())
        try:
            async with syncing(places.lists, port) as sync:
                yield Running(port, assembly, host, patches, places.lists, sync)
        finally:
            host.stop(grace=GRACE)
            await serving
    finally:
        await assembly.close()
