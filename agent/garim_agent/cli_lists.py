"""The command line of `garim lists`; how a command ends is `surface.py`'s."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.surface import finish

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("Signed lists: which are in force, how fresh they are, and what they name."),
)

AsJson = Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))]


@app.command(help=_("Say which lists are in force, and how fresh each feed is."))
def status(as_json: AsJson = False) -> None:
    """Show feeds and lists."""
    from garim_agent.commands.lists import status as command  # noqa: PLC0415

    finish(lambda: command.run(as_json=as_json))


@app.command(help=_("Fetch now, and put into force what is new."))
def sync(as_json: AsJson = False) -> None:
    """Fetch all feeds."""
    from garim_agent.commands.lists import sync as command  # noqa: PLC0415

    finish(lambda: command.run(as_json=as_json))


@app.command(help=_("Follow a feed, by its root file or the fingerprint of it."))
def add(
    feed: Annotated[str, typer.Argument(help=_("Address of the feed, or a folder with a copy."))],
    *,
    root: Annotated[
        Path | None, typer.Option(help=_("Root file that the feed's keepers gave you."))
    ] = None,
    fingerprint: Annotated[
        str, typer.Option(help=_("SHA-256 of the root file that you expect, in hex."))
    ] = "",
    name: Annotated[
        str, typer.Option(help=_("Name of the feed on this machine; by default its own."))
    ] = "",
    accept: Annotated[
        str,
        typer.Option(help=_("What else to take from it: policy, models, or policy,models.")),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    """Follow a feed."""
    from garim_agent.commands.lists import add as command  # noqa: PLC0415

    finish(lambda: command.run(feed, root, fingerprint, name=name, accept=accept, yes=yes))


@app.command(help=_("Stop following a feed; its lists are no longer in force."))
def remove(
    name: Annotated[str, typer.Argument(help=_("Name of the feed on this machine."))],
    yes: Annotated[bool, typer.Option("--yes", help=_("Do not ask."))] = False,
) -> None:
    """Stop following a feed."""
    from garim_agent.commands.lists import remove as command  # noqa: PLC0415

    finish(lambda: command.run(name, yes=yes))


@app.command("test", help=_("Say whether a list names an address or a file."))
def look_up(
    target: Annotated[str, typer.Argument(help=_("Address, host or file."))],
    as_json: AsJson = False,
) -> None:
    """Look something up."""
    from garim_agent.commands.lists import test as command  # noqa: PLC0415

    finish(lambda: command.run(target, as_json=as_json))


@app.command(help=_("Copy the feeds into a folder, for a machine without a network."))
def export(
    folder: Annotated[Path, typer.Argument(help=_("Folder to write; one folder a feed."))],
    name: Annotated[str, typer.Option(help=_("Only this feed."))] = "",
) -> None:
    """Write the offline copy."""
    from garim_agent.commands.lists import export as command  # noqa: PLC0415

    finish(lambda: command.run(folder, name))


@app.command("import", help=_("Take feeds from a folder; their signatures are checked."))
def import_(
    folder: Annotated[Path, typer.Argument(help=_("Folder that `garim lists export` wrote."))],
    name: Annotated[str, typer.Option(help=_("Only this feed."))] = "",
) -> None:
    """Read the offline copy."""
    from garim_agent.commands.lists import import_ as command  # noqa: PLC0415

    finish(lambda: command.run(folder, name))
