"""(g) A feed of 10 million entries: imported, approved, built, published; then 1,000 changes.

Rules:
- The administrators' own way: a text file, a proposal, another person's approval, two signatures,
  a folder of static files, and an agent's client and builder over it.
- One process for the tools; its highest RSS is the figure. The time is that of a clock on the wall,
  since the disk is part of it; CPU time is beside it.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.context import Context
from bench.report import Part, Table
from bench.stats import Aim

NAME = "feed"
TITLE = "(g) Publishing a large list"
ENTRIES = 10_000_000
_SHRINK = 50
_DRIVER = Path(__file__).with_name("drivers") / "publish_list.py"
_CHANGES = "changes: "
_INCREMENTAL_AIM = 10.0
"""Seconds for what the issue calls "seconds"."""
_NOTES = (
    (
        "11 of 12 entries are addresses, the others hosts. 'changes' are 500 additions and 500 "
        "removals; their bytes are the segment and all metadata. Verifying is an agent's client "
        "and builder, the latter in a process of its own."
    ),
)


def run(context: Context) -> Part:
    """Measure."""
    entries = ENTRIES // (_SHRINK if context.quick else 1)
    context.tell(f"{entries:,} entries through the administrators' tools")
    with tempfile.TemporaryDirectory(prefix="garim-bench-", dir=context.cache) as folder:
        done = subprocess.run(
            (sys.executable, _DRIVER, str(entries), folder), stdout=subprocess.PIPE, check=True
        )
    return part(json.loads(done.stdout))


def part(facts: dict[str, Any]) -> Part:
    """Return the tables and aims of a run."""
    steps = facts["steps"]
    rows = tuple(
        (name, taken["seconds"], taken["cpu"], taken["peak_mb"]) for name, taken in steps.items()
    )
    first = [taken for name, taken in steps.items() if not name.startswith((_CHANGES, "verify"))]
    minutes = sum(taken["seconds"] for taken in first) / 60
    tools = [taken for name, taken in steps.items() if name != "verify"]
    sizes = (
        ("published", facts["site_bytes"] / 1e6, facts["site_bytes"] / facts["entries"]),
        ("1,000 changes", facts["change_bytes"] / 1e6, facts["change_bytes"] / 1000),
        ("workspace", facts["store_bytes"] / 1e6, facts["store_bytes"] / facts["entries"]),
    )
    return Part(
        NAME,
        TITLE,
        tables=(
            Table(f"{facts['entries']:,} entries", ("", "s", "CPU s", "peak RSS MB"), rows),
            Table("Sizes", ("", "MB", "bytes an entry"), sizes),
        ),
        aims=(
            Aim("import to published", 15.0, minutes, " min"),
            Aim("highest RSS", 2000.0, max(taken["peak_mb"] for taken in tools), " MB"),
            Aim(
                "1,000 changes, proposed to published",
                _INCREMENTAL_AIM,
                steps[f"{_CHANGES}all steps"]["seconds"],
                " s",
            ),
            Aim(
                "1,000 changes on the wire, metadata included",
                30.0,
                facts["change_bytes"] / 1000,
                " kB",
            ),
        ),
        notes=_NOTES,
        raw=facts,
    )
