"""`garim-feed add | remove | confirm | draft`: what one person gathers before they propose it."""

import re
from collections.abc import Sequence
from dataclasses import asdict

from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool import things
from garim_agent.feedtool.bars import told
from garim_agent.feedtool.canary import checked
from garim_agent.feedtool.session import Session, chosen_list
from garim_agent.feedtool.things import Thing, Wishes
from garim_agent.surface import put, put_json, say
from garim_feed.publish import drafts
from garim_feed.publish.entries import entry_of, find
from garim_feed.publish.lists import ListInfo
from garim_feed.publish.workspace import Workspace

ENTRY = re.compile(r"[a-z0-9]+-[0-9a-f]{16}")


def add(session: Session, name: str, arguments: Sequence[str], wishes: Wishes) -> int:
    """Put things into the draft; prints the id of each entry and where it came from."""
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        _check_parameters(info, wishes)
        found = things.read(arguments, wishes)
        with told() as tell:
            items = checked(thing.item for thing in found.things)
            drafts.add(workspace, who, info.name, items, progress=tell)
        for thing in found.things:
            put(f"{entry_of(thing.item, info.salt)}  {thing.source}")
        for hint in found.hints:
            say(hint)
        say_next(workspace, who, info.name)
    return EXIT_NOTHING


def remove(session: Session, name: str, arguments: Sequence[str], wishes: Wishes) -> int:
    """Draft that things go from the list."""
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        entries = entries_of(workspace, info, arguments, wishes)
        drafts.remove_entries(workspace, who, info.name, entries)
        for entry in entries:
            put(entry)
        say_next(workspace, who, info.name)
    return EXIT_NOTHING


def confirm(session: Session, name: str, entries: Sequence[str]) -> int:
    """Draft that entries stay, though agents found that they match too much."""
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        drafts.confirm(workspace, who, info.name, entries)
        say_next(workspace, who, info.name)
    return EXIT_NOTHING


def show(session: Session, *, as_json: bool) -> int:
    """Print all drafts in figures."""
    with session.open() as workspace:
        found = drafts.drafts(workspace)
    if as_json:
        put_json([asdict(draft) for draft in found])
    for draft in () if as_json else found:
        put(words(draft))
    return EXIT_NOTHING


def discard(session: Session, name: str) -> int:
    """Throw one's own draft away."""
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        drafts.discard(workspace, who, info.name)
        say(_("The draft of {person} for {list} is gone.", person=who, list=info.name))
    return EXIT_NOTHING


def entries_of(
    workspace: Workspace, info: ListInfo, arguments: Sequence[str], wishes: Wishes
) -> list[str]:
    """Return the ids of entries that are named by id, or by what they name.

    A file stands for whatever of it is on the list.

    Raises:
        UsageError: When something is not on the list.
    """
    entries = [argument for argument in arguments if ENTRY.fullmatch(argument)]
    others = [argument for argument in arguments if not ENTRY.fullmatch(argument)]
    found = things.read(others, wishes)
    listed: dict[str, list[str]] = {}
    for thing in found.things:
        entry = _listed(workspace, info, thing)
        listed.setdefault(thing.source, []).extend([entry] if entry else [])
    for source, ids in listed.items():
        if not ids:
            raise UsageError(N_("{text} is not on the list {list}."), text=source, list=info.name)
        entries += ids
    return list(dict.fromkeys(entries))


def _listed(workspace: Workspace, info: ListInfo, thing: Thing) -> str:
    entry = entry_of(thing.item, info.salt)
    return entry if find(workspace, info.name, entry) is not None else ""


def _check_parameters(info: ListInfo, wishes: Wishes) -> None:
    """Refuse an entry that no look-up would ever find."""
    if wishes.parameters and tuple(sorted(wishes.parameters)) not in {
        tuple(sorted(names)) for names in info.parameters
    }:
        raise UsageError(
            N_(
                "The list {list} does not keep the parameters {names}; first: "
                "garim-feed list edit {list} --params {names}"
            ),
            list=info.name,
            names=",".join(wishes.parameters),
        )


def say_next(workspace: Workspace, who: str, name: str) -> None:
    """Say how the draft stands, and what comes after it."""
    for draft in drafts.drafts(workspace, who):
        if draft.list == name:
            say(words(draft) + " " + _("Next: garim-feed propose."))


def words(draft: drafts.Draft) -> str:
    """One draft in figures."""
    return _(
        "Draft of {person} for {list}: {additions} to add, {removals} to remove.",
        **asdict(draft),
    )
