"""What one person has gathered for one list and not proposed yet.

Rules:
- A draft is its person's own; nobody else adds to it.
- Adding is all or nothing: an item that is not valid, or an iterator that raises, leaves the draft
  as it was. Memory does not grow with the number of items.
- The last word on an entry within a draft counts.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from garim_feed.errors import FeedError
from garim_feed.publish import audit
from garim_feed.publish.entries import parse
from garim_feed.publish.items import Item
from garim_feed.publish.lines import INSERT, Line, adding, removing
from garim_feed.publish.lists import ListInfo, list_info
from garim_feed.publish.persons import Person, holder, person
from garim_feed.publish.progress import Progress, Step, silent
from garim_feed.publish.schema import ADD, CONFIRM, REMOVE, first_line, last_line
from garim_feed.publish.workspace import Workspace

_TOLD = 20_000
DRAFT = "draft"
"""State of a proposal that nobody has proposed yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in figures.

    Attributes:
        list: The list.
        person: Whose.
        additions: Lines that add (or change, or confirm).
        removals: Lines that take away.
    """

    list: str
    person: str
    additions: int
    removals: int


def add(
    workspace: Workspace,
    who: str,
    name: str,
    items: Iterable[Item],
    *,
    progress: Progress = silent,
) -> int:
    """Add items to a person's draft for a list; return how many.

    Raises:
        FeedError: No such list, not one of its people, or an item is not valid (says which).
    """

    def line(info: ListInfo) -> Callable[[int, Item], Line]:
        return lambda number, item: adding(number, ADD, item, info.salt)

    return _gather(workspace, who, name, items, make=line, progress=progress)


def remove(
    workspace: Workspace,
    who: str,
    name: str,
    items: Iterable[Item],
    *,
    progress: Progress = silent,
) -> int:
    """Draft that items go (only kind and what names them counts); return how many.

    Raises:
        FeedError: As `add`, or an item is not on the list.
    """

    def line(info: ListInfo) -> Callable[[int, Item], Line]:
        def made(number: int, item: Item) -> Line:
            found = removing(number, item, info.salt)
            if not _listed(workspace, info, found[2], found[3]):
                raise FeedError(
                    "{subject} is not on {list}.", subject=item.subject or item.kind, list=name
                )
            return found

        return made

    return _gather(workspace, who, name, items, make=line, progress=progress)


def remove_entries(workspace: Workspace, who: str, name: str, entries: Sequence[str]) -> int:
    """Draft that entries go, by their ids; return how many.

    Raises:
        FeedError: As `remove`.
    """
    return _copy(workspace, who, name, entries, REMOVE)


def confirm(workspace: Workspace, who: str, name: str, entries: Sequence[str]) -> int:
    """Draft that entries stay, with the day of approval as their new date.

    Agents that quarantined such an entry (it matched far more than expected) lift it for the new
    date.

    Raises:
        FeedError: As `remove`.
    """
    return _copy(workspace, who, name, entries, CONFIRM)


def drafts(workspace: Workspace, who: str | None = None) -> list[Draft]:
    """Return the drafts of one person, or of everyone.

    Raises:
        FeedError: Nobody has that name.
    """
    only = person(workspace, who).number if who is not None else None
    found = workspace.store.execute(
        "SELECT p.id, p.lines, l.name, o.name FROM proposal p JOIN list l ON l.id = p.list"
        " JOIN person o ON o.id = p.person WHERE p.state = ? AND (? IS NULL OR p.person = ?)"
        " ORDER BY l.name, o.name",
        (DRAFT, only, only),
    ).fetchall()
    made = []
    for number, lines, name, owner in found:
        (removals,) = workspace.row(
            "SELECT count(*) FROM line WHERE id BETWEEN ? AND ? AND action = ?",
            first_line(number),
            last_line(number),
            REMOVE,
        )
        made.append(Draft(name, owner, lines - removals, removals))
    return made


def discard(workspace: Workspace, who: str, name: str) -> None:
    """Throw a draft away.

    Raises:
        FeedError: There is none.
    """
    with workspace.changing() as store:
        number, _ = drafted(workspace, person(workspace, who), list_info(workspace, name))
        store.execute(
            "DELETE FROM line WHERE id BETWEEN ? AND ?", (first_line(number), last_line(number))
        )
        store.execute("DELETE FROM proposal WHERE id = ?", (number,))


def drafted(workspace: Workspace, one: Person, info: ListInfo) -> tuple[int, int]:
    """Return the number of a person's draft for a list, and its lines.

    Raises:
        FeedError: There is none.
    """
    row = workspace.row(
        "SELECT id, lines FROM proposal WHERE list = ? AND person = ? AND state = ?",
        info.number,
        one.number,
        DRAFT,
    )
    if row is None:
        raise FeedError("{name} has no draft for {list}.", name=one.name, list=info.name)
    return row[0], row[1]


def _gather(
    workspace: Workspace,
    who: str,
    name: str,
    items: Iterable[Item],
    *,
    make: Callable[[ListInfo], Callable[[int, Item], Line]],
    progress: Progress,
) -> int:
    with workspace.changing() as store:
        info = list_info(workspace, name)
        number, before = _open(workspace, who, info)
        line, count = make(info), 0

        def lines() -> Iterator[Line]:
            nonlocal count
            for item in items:
                yield line(first_line(number) + before + count, item)
                count += 1
                if count % _TOLD == 0:
                    progress(Step.ADD, count, 0)

        store.executemany(INSERT, lines())
        _close(workspace, who, info, number, before + count)
    progress(Step.ADD, count, count)
    return count


def _copy(workspace: Workspace, who: str, name: str, entries: Sequence[str], action: int) -> int:
    """Draft lines that say something of entries that are on the list."""
    with workspace.changing() as store:
        info = list_info(workspace, name)
        number, before = _open(workspace, who, info)
        for place, entry in enumerate(entries, first_line(number) + before):
            kind, key = parse(entry)
            line = _listed(workspace, info, kind, key)
            if not line:
                raise FeedError("{subject} is not on {list}.", subject=entry, list=name)
            store.execute(
                "INSERT INTO line SELECT ?, ?, kind, key, subject, effect, expires, quality, tight,"
                " wide, scope, detail, note FROM line WHERE id = ?",
                (place, action, line),
            )
        _close(workspace, who, info, number, before + len(entries))
    return len(entries)


def _open(workspace: Workspace, who: str, info: ListInfo) -> tuple[int, int]:
    """Return the number and length of a person's draft, made if there is none."""
    one = holder(workspace, who, info.authority)
    workspace.store.execute(
        "INSERT OR IGNORE INTO proposal (list, person, state) VALUES (?, ?, ?)",
        (info.number, one.number, DRAFT),
    )
    return drafted(workspace, one, info)


def _close(workspace: Workspace, who: str, info: ListInfo, number: int, lines: int) -> None:
    workspace.store.execute("UPDATE proposal SET lines = ? WHERE id = ?", (lines, number))
    audit.record(workspace, who, "draft", list=info.name, draft=number, lines=lines)


def _listed(workspace: Workspace, info: ListInfo, kind: int, key: int) -> int:
    """Return the line of an approved entry, or 0."""
    row = workspace.row(
        "SELECT line FROM entry WHERE list = ? AND kind = ? AND key = ?", info.number, kind, key
    )
    return row[0] if row else 0
