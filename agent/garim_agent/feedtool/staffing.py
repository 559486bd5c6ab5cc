"""`garim-feed person`, `role`, `authority`, `list`, `rotate`: who may do what, and the lists.

A change here takes force when it is signed and published, like every other.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool import founding
from garim_agent.feedtool.session import Session
from garim_agent.surface import put, put_json, say
from garim_feed.publish import lists, people
from garim_feed.publish.roles import ONLINE
from garim_feed.publish.signing_keys import read_card
from garim_feed.publish.workspace import Workspace


def _later() -> int:
    say(_("It takes force when it is signed and published: garim-feed sign."))
    return EXIT_NOTHING


def people_list(session: Session, *, as_json: bool) -> int:
    """Print everybody with their roles."""
    with session.open() as workspace:
        found = people.people(workspace)
    if as_json:
        put_json(
            [
                {
                    "name": person.card.name,
                    "fingerprint": person.card.fingerprint,
                    "key": person.card.uri,
                    "roles": person.roles,
                    "since": person.since,
                }
                for person in found
            ]
        )
    for person in () if as_json else found:
        put(f"{person.card.name}  {person.card.fingerprint}  {', '.join(person.roles)}")
    return EXIT_NOTHING


def person_add(session: Session, card: Path, roles: Sequence[str]) -> int:
    """Take a person in."""
    with session.open() as workspace:
        people.add_person(workspace, session.person(workspace), read_card(card.read_bytes()), roles)
    return _later()


def person_remove(session: Session, name: str) -> int:
    """Let a person go."""
    with session.open() as workspace:
        people.remove_person(workspace, session.person(workspace), name)
    return _later()


def rotate(session: Session, card: Path | None, *, online: bool) -> int:
    """Give a person another key (the card says whose), or make another online key."""
    if (card is None) == (not online):
        raise UsageError(N_("Say which key: the CARD of a person's new one, or --online."))
    with session.open() as workspace:
        who = session.person(workspace)
        if card is not None:
            people.replace_key(workspace, who, read_card(card.read_bytes()))
        else:
            people.replace_online_key(workspace, who)
    return _later()


def roles_list(session: Session, *, as_json: bool) -> int:
    """Print all roles with their thresholds."""
    with session.open() as workspace:
        found = people.roles(workspace)
    if as_json:
        put_json([asdict(role) for role in found])
    for role in () if as_json else found:
        put(
            _(
                "{name}: {threshold} of {people}, for {days} days",
                name=role.name,
                threshold=role.threshold,
                people=", ".join(role.people) or _("the online key"),
                days=role.days,
            )
        )
    return EXIT_NOTHING


def role_set(
    session: Session,
    name: str,
    threshold: int | None,
    days: int | None,
    names: Sequence[str] | None,
) -> int:
    """Change a role's threshold, its people, or how long it holds."""
    with session.open() as workspace:
        who = session.person(workspace)
        people.set_role(workspace, who, name, threshold=threshold, days=days, people=names)
    if name not in ONLINE:
        return _later()
    say(_("It takes force with the next publish or refresh."))
    return EXIT_NOTHING


def authority_add(
    session: Session,
    told: tuple[str, str, str, str],
    names: Sequence[str],
    threshold: int,
) -> int:
    """Take in an authority with its own people."""
    with session.open() as workspace:
        made = founding.authority(*told)
        lists.add_authority(workspace, session.person(workspace), made, names, threshold)
    return _later()


def authority_edit(session: Session, told: tuple[str, str, str, str]) -> int:
    """Change an authority's name, page or appeal; what is empty stays."""
    slug, name, page, appeal = told
    with session.open() as workspace:
        known = {each.slug: each for each in lists.authorities(workspace)}
        before = known.get(slug)
        if before is None:
            raise UsageError(N_("This feed has no authority {slug}."), slug=slug)
        made = founding.authority(
            slug, name or before.name, page or before.uri, appeal or before.appeal
        )
        lists.edit_authority(workspace, session.person(workspace), made)
    return _later()


def lists_show(session: Session, *, as_json: bool) -> int:
    """Print all lists."""
    with session.open() as workspace:
        found = [(info, lists.count(workspace, info.name)) for info in lists.lists(workspace)]
    if as_json:
        put_json([plain(info) | {"entries": entries} for info, entries in found])
    for info, entries in () if as_json else found:
        total = sum(entries.values())
        put(
            _(
                "{name}: {category}, kept by {authority}, version {version}, {entries} entries",
                name=info.name,
                category=info.category,
                authority=info.authority,
                version=info.version,
                entries=f"{total:,}",
            )
        )
    return EXIT_NOTHING


def list_new(
    session: Session,
    name: str,
    *,
    authority: str,
    titles: tuple[str, str],
    category: str,
    parameters: Sequence[str],
) -> int:
    """Make a list."""
    with session.open() as workspace:
        lists.add_list(
            workspace,
            session.person(workspace),
            authority or _only_authority(workspace),
            name,
            title=founding.title(titles[0] or name, titles[1]),
            category=category,
            parameters=sets(parameters),
        )
    return _later()


def list_edit(
    session: Session,
    name: str,
    *,
    titles: tuple[str, str],
    category: str,
    parameters: Sequence[str],
) -> int:
    """Change what is said of a list; sets of parameters are added."""
    with session.open() as workspace:
        info = lists.list_info(workspace, name)
        english, korean = titles
        kept = [
            *info.parameters,
            *(each for each in sets(parameters) if each not in info.parameters),
        ]
        lists.edit_list(
            workspace,
            session.person(workspace),
            name,
            title=founding.title(english or info.title.en, korean or english or info.title.ko),
            category=category or None,
            parameters=kept,
        )
    return _later()


def sets(parameters: Sequence[str]) -> list[tuple[str, ...]]:
    """Read `--params id,no`, once for each set of names."""
    return [tuple(sorted({name.strip() for name in each.split(",")} - {""})) for each in parameters]


def _only_authority(workspace: Workspace) -> str:
    known = lists.authorities(workspace)
    if len(known) != 1:
        names = ", ".join(each.slug for each in known)
        raise UsageError(
            N_("Say which authority keeps it: --authority SLUG. This feed's: {names}."), names=names
        )
    return known[0].slug


def plain(info: lists.ListInfo) -> dict[str, object]:
    """One list as plain values."""
    return asdict(info) | {"title": info.title.model_dump(), "salt": info.salt.hex()}
