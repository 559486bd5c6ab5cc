"""`garim-feed import | export`: other systems' files.

Rules:
- Bad rows are listed with line and reason, and then nothing is imported; `--skip-bad` takes the
  rest.
- What is imported is a draft like any other: it is proposed and approved before it counts.
- An export is whole or not there. What a format cannot say is left out and counted; so is what has
  expired.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from garim_addon.text import N_, _, explain
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool import drafting
from garim_agent.feedtool.bars import told
from garim_agent.feedtool.canary import checked
from garim_agent.feedtool.session import Session, chosen_list
from garim_agent.surface import say
from garim_feed.convert import formats
from garim_feed.convert.rows import Sieve
from garim_feed.errors import FeedError
from garim_feed.publish import drafts
from garim_feed.publish.entries import items
from garim_feed.publish.items import Item
from garim_feed.publish.workspace import Workspace

STREAM = Path("-")


def import_file(session: Session, name: str, file: Path, form: str, *, skip_bad: bool) -> int:
    """Put what a file says into the draft."""
    chosen = formats.by_name(form) if form else None
    sieve = Sieve(skip=skip_bad)
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        try:
            with _reading(file) as stream, told() as tell:
                read = chosen or formats.detect(stream.peek(formats.HEAD), file.name)
                rows = checked(sieve.items(read.read(stream)))
                drafts.add(workspace, who, info.name, rows, progress=tell)
        except FeedError:
            _list_bad(sieve)
            raise
        _list_bad(sieve)
        drafting.say_next(workspace, who, info.name)
    return EXIT_NOTHING


def export_file(session: Session, name: str, file: Path, form: str) -> int:
    """Write a list's approved entries."""
    chosen = _writer(form, file)
    with session.open() as workspace:
        info = chosen_list(workspace, name)
        with _writing(file) as stream:
            done = chosen.write(_in_force(workspace, info.name), stream)
    say(_("{written} entries written.", written=f"{done.written:,}"))
    if done.left_out:
        say(
            _(
                "{count} entries were left out: this format cannot say them.",
                count=f"{done.left_out:,}",
            )
        )
    return EXIT_NOTHING


def _writer(word: str, file: Path) -> formats.Format:
    found = formats.by_name(word) if word else formats.by_suffix(file.name)
    if found is None:
        known = ", ".join(formats.FORMATS)
        raise UsageError(N_("Say which format: --format, one of {known}."), known=known)
    return found


def _in_force(workspace: Workspace, name: str) -> Iterator[Item]:
    today = workspace.now().date()
    return (item for item in items(workspace, name) if item.expires is None or today < item.expires)


def _list_bad(sieve: Sieve) -> None:
    for row in sieve.bad:
        say(_("line {line}: {reason}", line=row.line, reason=explain(row.error)))
    if sieve.count > len(sieve.bad):
        say(_("... and {count} more bad rows.", count=sieve.count - len(sieve.bad)))


@contextmanager
def _reading(file: Path) -> Iterator[BufferedReader]:
    if file == STREAM:
        with os.fdopen(os.dup(0), "rb") as stream:
            yield stream
        return
    with file.open("rb") as stream:
        yield stream


@contextmanager
def _writing(file: Path) -> Iterator[BinaryIO]:
    """Write beside and rename, so that nobody takes half an export for a whole one."""
    if file == STREAM:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = file.with_name(f".{file.name}.part")
    try:
        with beside.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
