"""Commands of `garim-feed` for what leaves the house: sign, publish, revoke, prove, exchange."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.feedtool.calling import finish, session
from garim_agent.feedtool.options import (
    AsJson,
    KindName,
    ListName,
    Params,
    Published,
    Reason,
)
from garim_feed.convert.formats import FORMATS

app = typer.Typer()

Format = Annotated[
    str,
    typer.Option(
        "--format", "-f", help=_("If the file does not say: {known}.", known=", ".join(FORMATS))
    ),
]


@app.command(help=_("Sign what was approved; the first to sign builds it."))
def sign(
    ctx: typer.Context,
    again: Annotated[
        bool, typer.Option("--again", help=_("Build it anew; signatures so far are lost."))
    ] = False,
) -> None:
    """Sign."""
    from garim_agent.feedtool import signing  # noqa: PLC0415

    finish(lambda: signing.sign(session(ctx), again=again))


@app.command(help=_("Throw away what waits for signatures; what was approved stays."))
def unstage(ctx: typer.Context) -> None:
    """Unstage."""
    from garim_agent.feedtool import signing  # noqa: PLC0415

    finish(lambda: signing.unstage(session(ctx)))


@app.command(help=_("Write what is signed into the folder that a web server serves."))
def publish(ctx: typer.Context, folder: Published = None) -> None:
    """Publish."""
    from garim_agent.feedtool import signing  # noqa: PLC0415

    finish(lambda: signing.publish(session(ctx), folder))


@app.command(help=_("Renew the short-lived signatures; run it by a timer every hour."))
def refresh(ctx: typer.Context, folder: Published = None) -> None:
    """Refresh."""
    from garim_agent.feedtool import signing  # noqa: PLC0415

    finish(lambda: signing.refresh(session(ctx), folder))


@app.command(help=_("Take entries out of force at once, by one signature."))
def revoke(
    ctx: typer.Context,
    *,
    things: Annotated[
        list[str] | None, typer.Argument(help=_("What to revoke; nothing lists revocations."))
    ] = None,
    name: ListName = "",
    now: Annotated[bool, typer.Option("--now", help=_("At once, not by a proposal."))] = False,
    reason: Reason = "",
    to: Annotated[
        Path | None, typer.Option("--to", help=_("Folder that the feed is published in."))
    ] = None,
    kind: KindName = "",
    params: Params = None,
    as_json: AsJson = False,
) -> None:
    """Revoke."""
    from garim_agent.feedtool import revoking  # noqa: PLC0415
    from garim_agent.feedtool.wishes import wishes  # noqa: PLC0415

    def command() -> int:
        if not things:
            return revoking.show(session(ctx), as_json=as_json)
        chosen = wishes(kind=kind, params=params, md5=True, sha1=True)
        return revoking.revoke(
            session(ctx), name, things, chosen, now=now, reason=reason, folder=to
        )

    finish(command)


@app.command(help=_("Say how the feed stands and what is next."))
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Status."""
    from garim_agent.feedtool import standing  # noqa: PLC0415

    finish(lambda: standing.show(session(ctx), as_json=as_json))


@app.command(help=_("Say what changed on a list between two versions."))
def diff(
    ctx: typer.Context,
    older: Annotated[int, typer.Argument(help=_("A published version."))],
    newer: Annotated[
        int | None, typer.Argument(help=_("A later one; nothing for what is approved now."))
    ] = None,
    name: ListName = "",
    as_json: AsJson = False,
) -> None:
    """Diff."""
    from garim_agent.feedtool import proving  # noqa: PLC0415

    finish(lambda: proving.diff(session(ctx), name, older, newer, as_json=as_json))


@app.command(help=_("Check the log of who did what when, and print it."))
def audit(
    ctx: typer.Context,
    check_only: Annotated[bool, typer.Option("--check", help=_("Check only."))] = False,
    as_json: AsJson = False,
) -> None:
    """Audit."""
    from garim_agent.feedtool import proving  # noqa: PLC0415

    finish(lambda: proving.audit(session(ctx), check_only=check_only, as_json=as_json))


@app.command("import", help=_("Put what another system's file says into your draft."))
def import_(
    ctx: typer.Context,
    *,
    file: Annotated[Path, typer.Argument(help=_("The file, or - for standard input."))],
    form: Format = "",
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help=_("Take the good rows although there are bad ones."))
    ] = False,
    name: ListName = "",
) -> None:
    """Import."""
    from garim_agent.feedtool import transfer  # noqa: PLC0415

    finish(lambda: transfer.import_file(session(ctx), name, file, form, skip_bad=skip_bad))


@app.command(help=_("Write a list as another system's file."))
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help=_("The file, or - for standard output."))],
    form: Format = "",
    name: ListName = "",
) -> None:
    """Export."""
    from garim_agent.feedtool import transfer  # noqa: PLC0415

    finish(lambda: transfer.export_file(session(ctx), name, file, form))


@app.command(help=_("Verify a published feed as an agent would."))
def verify(
    where: Annotated[str, typer.Argument(help=_("Address or folder of the feed."))],
    root: Annotated[Path | None, typer.Option(help=_("Root file that trust starts from."))] = None,
    as_json: AsJson = False,
) -> None:
    """Verify."""
    from garim_agent.feedtool import proving  # noqa: PLC0415

    finish(lambda: proving.check(where, root, as_json=as_json))


@app.command(help=_("Print the fingerprint that agents are told, and copy the root file out."))
def root(
    folder: Published = None,
    out: Annotated[Path | None, typer.Option(help=_("Where to copy the root file."))] = None,
) -> None:
    """Root."""
    from garim_agent.feedtool import proving  # noqa: PLC0415

    finish(lambda: proving.root(folder, out))


@app.command(help=_("Serve a published feed on this machine, to try it out."))
def serve(
    folder: Published = None,
    host: Annotated[str, typer.Option(help=_("Address to listen on."))] = "127.0.0.1",
    port: Annotated[int, typer.Option(help=_("TCP port; 0 for any free one."))] = 8080,
) -> None:
    """Serve."""
    from garim_agent.feedtool import proving  # noqa: PLC0415

    finish(lambda: proving.serve(folder, host, port))
