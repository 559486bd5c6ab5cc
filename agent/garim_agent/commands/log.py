"""`garim log`: what was decided lately, newest first."""

import json
import sys
from datetime import datetime

from rich.console import Console
from rich.table import Table

from garim_addon.record.entry import Entry
from garim_addon.record.reader import EventReader
from garim_addon.record.sentences import REASONS
from garim_addon.text import _
from garim_addon.verdict import Outcome
from garim_agent.errors import EXIT_NOTHING
from garim_agent.folders import folders


def run(count: int, *, blocked_only: bool, as_json: bool) -> int:
    """Print the newest events."""
    outcome = Outcome.BLOCK if blocked_only else None
    entries = EventReader(folders().places().log).recent(count, outcome=outcome)
    if as_json:
        sys.stdout.writelines(json.dumps(as_object(entry)) + "\n" for entry in entries)
    elif entries:
        Console().print(_table(entries))
    else:
        sys.stderr.write(_("The log is empty.") + "\n")
    return EXIT_NOTHING


def as_object(entry: Entry) -> dict[str, object]:
    """One event as plain values."""
    return {
        "id": entry.ident,
        "time": datetime.fromtimestamp(entry.time).astimezone().isoformat(timespec="milliseconds"),
        "direction": entry.direction,
        "address": entry.address,
        "mime": entry.mime,
        "format": entry.inspection.format,
        "width": entry.inspection.width,
        "height": entry.inspection.height,
        "outcome": entry.outcome,
        "reason": entry.reason,
        "action": entry.action,
        "failure": entry.failure,
        "cached": entry.cached,
        "ms": round(entry.waited, 3),
    }


def _table(entries: list[Entry]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in (_("Time"), _("Id"), _("Media"), _("Verdict"), _("Done"), "ms"):
        table.add_column(heading, no_wrap=heading != _("Verdict"))
    for entry in entries:
        seen = entry.inspection
        size = f" {seen.width}x{seen.height}" if seen.width else ""
        table.add_row(
            datetime.fromtimestamp(entry.time).astimezone().strftime("%m-%d %H:%M:%S"),
            entry.ident,
            f"{seen.format or entry.mime}{size}",
            _(REASONS[entry.reason]),
            entry.action,
            f"{entry.waited:.1f}",
        )
    return table
