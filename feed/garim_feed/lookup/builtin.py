"""The shipped list `test`: harmless entries that show blocking works, with no feed added.

Its generation folder is made by `feed/build_builtin.py` and is part of the package.
"""

from functools import cache
from pathlib import Path

from garim_feed.lookup.generation import Generation

BUILTIN = Path(__file__).parents[1] / "builtin"


@cache
def builtin() -> Generation:
    """Return the index over the shipped list.

    Raises:
        FeedError: When the shipped files are damaged.
    """
    return Generation(BUILTIN / "generation")
