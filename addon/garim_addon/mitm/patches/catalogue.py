"""All patches, in the order in which they are applied.

To take the digests of a new mitmproxy version, after reading what changed in the functions that a
patch names, run `python -m garim_addon.mitm.patches.catalogue` and copy what it prints.
"""

import sys

from garim_addon.mitm.patches import bodies, connect, dispatch, events, trims, tunnel
from garim_addon.mitm.patches.guard import Registry, digest, find

PATCHES = (dispatch.PATCH, events.PATCH, tunnel.PATCH, *trims.PATCHES, bodies.PATCH, connect.PATCH)

registry = Registry(PATCHES)
"""The patches of this process: mitmproxy's classes are shared by everything in it."""


def apply_all() -> dict[str, bool]:
    """Apply what fits this version of mitmproxy; return each patch's name and whether it does."""
    return registry.apply()


def applied() -> dict[str, bool]:
    """Return each patch's name and whether it is in force."""
    return registry.applied()


def revert_all() -> None:
    """Put mitmproxy back as it was."""
    registry.revert()


if __name__ == "__main__":
    for where in sorted({where for patch in PATCHES for where in patch.relies_on}):
        sys.stdout.write(f'"{where}": "{digest(find(where))}",\n')
