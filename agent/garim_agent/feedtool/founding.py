"""`garim-feed init`: the ceremony that makes a feed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ValidationError

from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.surface import put, say
from garim_feed.publish import ceremony, people
from garim_feed.publish.ceremony import Ceremony
from garim_feed.publish.signing_keys import read_card
from garim_feed.wire.description import Authority
from garim_feed.wire.fields import Title

ROLES = ("root", "targets", "authority", "revoke", "snapshot", "timestamp")


@dataclass(frozen=True, slots=True)
class Settled:
    """What was settled before the first signature, as typed.

    Attributes:
        name: The feed's name.
        title: Its title in English.
        title_ko: Its title in Korean, or `""` for the same.
        authority: Slug, name, page and appeal of the first authority.
        cards: Card files of the people who take part.
        threshold: Signatures needed.
        days: `ROLE=DAYS`.
    """

    name: str
    title: str
    title_ko: str
    authority: tuple[str, str, str, str]
    cards: Sequence[Path]
    threshold: int
    days: Sequence[str] = field(default_factory=tuple)


def init(folder: Path, settled: Settled) -> int:
    """Make the workspace and say what comes next."""
    slug, name, page, appeal = settled.authority
    plan = Ceremony(
        feed=settled.name,
        title=title(settled.title or settled.name, settled.title_ko),
        authority=authority(slug or settled.name, name or settled.title, page, appeal),
        people=tuple(read_card(card.read_bytes()) for card in settled.cards),
        threshold=settled.threshold,
        days=days(settled.days),
    )
    with ceremony.init(folder, plan) as workspace:
        for person in people.people(workspace):
            put(f"{person.card.name}  {person.card.fingerprint}  {', '.join(person.roles)}")
    say(
        _(
            "The feed {name} stands in {folder}; read the keys above to each other. "
            "Next: garim-feed sign, by {threshold} people, then garim-feed publish FOLDER.",
            name=settled.name,
            folder=folder,
            threshold=settled.threshold,
        )
    )
    return EXIT_NOTHING


def title(english: str, korean: str = "") -> Title:
    """Return a title; what is said in one language only stands for both.

    Raises:
        UsageError: When it is empty or too long.
    """
    return checked(Title, ko=korean or english, en=english)


def authority(slug: str, name: str, page: str, appeal: str) -> Authority:
    """Return an authority.

    Raises:
        UsageError: When a value is not allowed.
    """
    return checked(Authority, slug=slug, name=name or slug, uri=page, appeal=appeal)


def days(settings: Sequence[str]) -> dict[str, int]:
    """Read `ROLE=DAYS` settings.

    Raises:
        UsageError: When one is not of that form.
    """
    found = {}
    for setting in settings:
        role, equals, number = setting.partition("=")
        if not equals or role not in ROLES or not number.isdecimal():
            raise UsageError(
                N_("--days is {setting}; write ROLE=DAYS, with a role of {roles}."),
                setting=setting,
                roles=", ".join(ROLES),
            )
        found[role] = int(number)
    return found


def checked[M: BaseModel](model: type[M], **values: str) -> M:
    """Return a value of a signed document.

    Raises:
        UsageError: When a field is not as it must be.
    """
    try:
        return model(**values)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0]) if error.errors()[0]["loc"] else ""
        raise UsageError(
            N_("{name} cannot be {value}."), name=name, value=repr(values.get(name, ""))
        ) from None
