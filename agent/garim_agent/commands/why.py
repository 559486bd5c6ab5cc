"""`garim why`: explain a decision by the id on its placeholder, by address or by file."""

import hashlib
import sys
from pathlib import Path

from garim_addon.record.entry import Entry
from garim_addon.record.reader import EventReader
from garim_addon.record.why import explain
from garim_addon.text import N_
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.folders import folders

SHOWN = 3
"""Newest events that are explained; older ones with the same subject say the same."""


def run(subject: str) -> int:
    """Explain what the log knows of `subject`; a file that was never seen is judged now."""
    entries = find(EventReader(folders().places().log), subject)
    if not entries and Path(subject).is_file():
        from garim_agent.commands import check  # noqa: PLC0415 - starts inspectors

        return check.run([subject], None, as_json=False)
    if not entries:
        raise UsageError(
            N_(
                "Nothing is known of {subject}: give the id on a placeholder, an address or a file."
            ),
            subject=subject,
        )
    sys.stdout.write("\n\n".join("\n".join(explain(entry)) for entry in entries) + "\n")
    return EXIT_NOTHING


def find(reader: EventReader, subject: str) -> list[Entry]:
    """The newest events about `subject`."""
    if subject.startswith(("http://", "https://")):
        return reader.by_address(subject, SHOWN)
    path = Path(subject)
    if path.is_file():
        with path.open("rb") as file:
            return reader.by_content(hashlib.file_digest(file, "sha256").hexdigest(), SHOWN)
    return reader.by_id(subject, SHOWN)
