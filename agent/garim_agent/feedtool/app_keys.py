"""Commands of `garim-feed key`."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.feedtool.calling import finish, session
from garim_agent.feedtool.options import AsJson

app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help=_("Keys that people sign with.")
)

Name = Annotated[str, typer.Argument(help=_("Name of the person."))]
Out = Annotated[Path, typer.Option(help=_("Folder for the key and its card."))]


@app.command(help=_("Make a key in an encrypted file, and its card."))
def new(ctx: typer.Context, name: Name, out: Out = Path()) -> None:
    """Make a key."""
    from garim_agent.feedtool import keys  # noqa: PLC0415

    finish(lambda: keys.new(session(ctx), name, out))


@app.command("import", help=_("Take over a key from a PEM file, a token or a cloud store."))
def import_(
    ctx: typer.Context,
    *,
    name: Name,
    file: Annotated[Path | None, typer.Argument(help=_("PEM file."))] = None,
    token: Annotated[Path | None, typer.Option(help=_("PKCS#11 module of a token."))] = None,
    number: Annotated[int, typer.Option(min=0, help=_("The key's id on the token."))] = 2,
    label: Annotated[str, typer.Option(help=_("The token's label."))] = "",
    cloud: Annotated[str, typer.Option(help=_("URI of a key in a cloud store."))] = "",
    out: Out = Path(),
) -> None:
    """Take over a key."""
    from garim_agent.feedtool import keys  # noqa: PLC0415

    source = keys.Source(file, token, number, label, cloud)
    finish(lambda: keys.take(session(ctx), name, out, source))


@app.command("list", help=_("Print the fingerprints of cards, or of everybody's keys."))
def list_(
    ctx: typer.Context,
    cards: Annotated[list[Path] | None, typer.Argument(help=_("Card files."))] = None,
    as_json: AsJson = False,
) -> None:
    """List keys."""
    from garim_agent.feedtool import keys  # noqa: PLC0415

    finish(lambda: keys.show(session(ctx), cards or [], as_json=as_json))
