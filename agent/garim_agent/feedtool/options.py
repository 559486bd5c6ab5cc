"""Options that several commands of `garim-feed` share."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _

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
Recursive = Annotated[
    bool, typer.Option("--recursive", "-r", help=_("Take every file in a folder."))
]
Md5 = Annotated[bool, typer.Option("--md5", help=_("List files by MD5 too."))]
Sha1 = Annotated[bool, typer.Option("--sha1", help=_("List files by SHA-1 too."))]
Published = Annotated[Path | None, typer.Argument(help=_("Folder that the feed is published in."))]
Title = Annotated[str, typer.Option(help=_("Title for people, in English."))]
TitleKo = Annotated[str, typer.Option("--title-ko", help=_("Title for people, in Korean."))]
Slug = Annotated[str, typer.Argument(help=_("Short name: small letters, digits, hyphens."))]
Page = Annotated[str, typer.Option(help=_("The authority's own page."))]
Appeal = Annotated[str, typer.Option(help=_("Page or mailto: where a block can be objected to."))]


def group(words: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=words)
