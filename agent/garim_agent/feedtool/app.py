"""The command line of `garim-feed`: its own options, and all its commands.

Rules:
- How a command ends is `surface.py`'s; Ctrl-C says that nothing is half done.
- Secrets never stand on the command line (`secrets.py`).
"""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent import surface
from garim_agent.feedtool import app_daily, app_release, app_setup
from garim_agent.feedtool.calling import FOLDER, PERSON, Said

app = typer.Typer(
    name=surface.GARIM_FEED,
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("Keep signed lists: gather, propose, approve, sign, publish, revoke."),
)


@app.callback()
def options(
    ctx: typer.Context,
    *,
    folder: Annotated[
        Path, typer.Option("--dir", "-C", envvar=FOLDER, help=_("The feed's workspace."))
    ] = Path(),
    who: Annotated[str, typer.Option("--as", envvar=PERSON, help=_("Who acts."))] = "",
    key: Annotated[
        str, typer.Option(help=_("Where the private key lies, if not where its card says."))
    ] = "",
    library: Annotated[
        Path | None, typer.Option(help=_("PKCS#11 module of the token that holds the key."))
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option(help=_("File with the password or PIN, private to its owner."))
    ] = None,
    lang: Annotated[
        str, typer.Option("--lang", help=_("Language of all messages: ko, en or auto."))
    ] = "",
) -> None:
    """Options of every command."""
    surface.choose_language(lang, surface.GARIM_FEED)
    ctx.obj = Said(folder, who, key, library, password_file)


for part in (app_setup.app, app_daily.app, app_release.app):
    app.add_typer(part)
