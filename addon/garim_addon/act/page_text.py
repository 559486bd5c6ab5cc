"""What Garim's own pages say, in one language at a time, as plain text.

Rules:
- Who decided, on which entry, since when and how to object; never what the content shows.
- Plain words for people who never heard of proxies, lists or certificates.
- Values from lists are hostile until checked: an address that is not plainly one is not linked.
"""

import re
from dataclasses import dataclass

from garim_addon.act.page_html import Content
from garim_addon.text import N_, translate
from garim_addon.verdict import ListMatch
from garim_feed.lookup.match import Keeper

_URI = re.compile(r"(?:https?://|mailto:|urn:)[!#-;=?-\[\]_a-z~]{1,500}", re.ASCII)
_ADDRESSES = frozenset({"host", "address"})
_CATEGORIES = {
    "ncii": N_("Intimate images shared without consent"),
    "illegal": N_("Illegal content"),
    "adult": N_("Adult content"),
    "test": N_("Test"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One blocked request.

    Attributes:
        host: The site.
        match: The list match that decided, or `None`.
        ident: The short id that `garim why` finds.
        keeper: Who keeps the list, or `None`.
        day: ISO date.
    """

    host: str
    match: ListMatch | None
    ident: str
    keeper: Keeper | None
    day: str


def is_uri(text: str) -> bool:
    """Whether `text` is plainly an https, http, mailto or URN address of printable ASCII."""
    return _URI.fullmatch(text) is not None


def is_appeal(text: str) -> bool:
    """Whether `text` is plainly a page or a mail address where somebody can object."""
    return is_uri(text) and not text.startswith("urn:")


def refused(block: Block, tongue: str) -> Content:
    """Say why something is blocked."""
    facts = [
        (translate(N_("Date"), tongue), block.day),
        (translate(N_("Number"), tongue), block.ident),
    ]
    private = translate(N_("This was decided on this device; nobody else was told."), tongue)
    if block.match is None:
        sent = N_("What {host} sent was judged on this device and is not shown.")
        advice = N_("If this is a mistake, `garim why {ident}` explains it.")
        return Content(
            translate(N_("This content is blocked"), tongue),
            (translate(sent, tongue, host=block.host), private),
            tuple(facts),
            (translate(advice, tongue, ident=block.ident),),
        )
    if block.match.kind in _ADDRESSES:
        title = N_("This address is blocked")
        listed = N_("{host} is on a list that is in force on this device.")
    else:
        title = N_("This content is blocked")
        listed = N_("What {host} sent is on a list that is in force on this device.")
    advice = N_("If this is a mistake, object to it where the list is kept and name the entry.")
    return Content(
        translate(title, tongue),
        (translate(listed, tongue, host=block.host), private),
        tuple(_listed(block.match, block.keeper, tongue) + facts),
        (translate(advice, tongue),),
        _appeal(block.keeper, tongue),
    )


def unverified_site(host: str, tongue: str) -> Content:
    """Say why a site was not opened and what loading it again does."""
    why = N_(
        "The certificate of {host} could not be verified; Garim never vouches for such a site."
    )
    next_time = N_(
        "From now on it passes this site through untouched: load the page again, and your browser "
        "shows the certificate and its own warning."
    )
    return Content(
        translate(N_("This site could not be verified"), tongue),
        (translate(why, tongue, host=host), translate(next_time, tongue)),
        link=(translate(N_("Load the page again"), tongue), ""),
    )


def _listed(match: ListMatch, keeper: Keeper | None, tongue: str) -> list[tuple[str, str]]:
    name = keeper.name if keeper else translate(N_("the keeper of the list"), tongue)
    category = _CATEGORIES.get(match.category)
    since = [(translate(N_("Listed since"), tongue), match.added)] if match.added else []
    return [
        (translate(N_("Authority"), tongue), name),
        (translate(N_("List"), tongue), f"{match.list} ({match.version})"),
        (translate(N_("Entry"), tongue), match.entry),
        *since,
        (
            translate(N_("Category"), tongue),
            translate(category, tongue) if category else match.category,
        ),
    ]


def _appeal(keeper: Keeper | None, tongue: str) -> tuple[str, str] | None:
    if keeper is None or not is_appeal(keeper.appeal):
        return None
    return translate(N_("Object to this entry"), tongue), keeper.appeal
