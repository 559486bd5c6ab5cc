"""Options that several commands of `garim-feed` share, and what is made of them."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import N_, _
from garim_agent.errors import UsageError
from garim_agent.feedtool import subjects
from garim_agent.feedtool.things import Wishes
from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Effect, Kind

ListName = Annotated[
    str, typer.Option("--list", "-l", help=_("Which list; not needed when there is only one."))
]
AsJson = Annotated[bool, typer.Option("--json", help=_("Print JSON."))]
Yes = Annotated[bool, typer.Option("--yes", help=_("Do not ask."))]
Reason = Annotated[str, typer.Option("--reason", "-m", help=_("Why; it is signed and logged."))]
Things = Annotated[
    list[str],
    typer.Argument(help=_("Files, folders, addresses, digests, magnet links, or ids of entries.")),
]
KindName = Annotated[
    str,
    typer.Option(
        help=_("What bare digests are: sha256, sha1, md5, image, torrent, host, address.")
    ),
]
Params = Annotated[
    str | None,
    typer.Option(help=_("Query parameters that count in an address, like id,no; empty for none.")),
]
Md5 = Annotated[bool, typer.Option("--md5", help=_("List files by MD5 too."))]
Sha1 = Annotated[bool, typer.Option("--sha1", help=_("List files by SHA-1 too."))]
Published = Annotated[Path | None, typer.Argument(help=_("Folder that the feed is published in."))]
Title = Annotated[str, typer.Option(help=_("Title for people, in English."))]
TitleKo = Annotated[str, typer.Option("--title-ko", help=_("Title for people, in Korean."))]


def wishes(
    *,
    kind: str = "",
    params: str | None = None,
    md5: bool = False,
    sha1: bool = False,
    allow: bool = False,
    negative: bool = False,
    exact: bool = False,
    tight: int = TIGHT_BITS,
    wide: int = WIDE_BITS,
    expires: str = "",
    note: str = "",
) -> Wishes:
    """Put options together.

    Raises:
        UsageError: When they are wrong, or contradict each other.
    """
    if allow and negative:
        raise UsageError(N_("--allow and --negative exclude each other."))
    effect = Effect.ALLOW if allow else Effect.NEGATIVE if negative else Effect.BLOCK
    more = [each for each, wanted in ((Kind.SHA1, sha1), (Kind.MD5, md5)) if wanted]
    return Wishes(
        effect=effect,
        kind=subjects.kind_of(kind) if kind else None,
        parameters=None if params is None else _names(params),
        tight=tight,
        wide=wide,
        digests=(Kind.SHA256, *more),
        exact=exact,
        expires=_day(expires) if expires else None,
        note=note,
    )


def _names(params: str) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in params.split(",")} - {""}))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            N_("--expires is {text}; write a date like 2027-06-30."), text=text
        ) from None
