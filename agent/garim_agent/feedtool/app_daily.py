"""Commands of `garim-feed` for what is on a list: gather, propose, agree."""

from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.feedtool.calling import finish, session
from garim_agent.feedtool.options import (
    AsJson,
    KindName,
    ListName,
    Md5,
    Params,
    Reason,
    Recursive,
    Sha1,
    Things,
    Yes,
)
from garim_feed.kinds import TIGHT_BITS, WIDE_BITS

app = typer.Typer()


@app.command(help=_("Put files, addresses or digests into your draft for a list."))
def add(
    ctx: typer.Context,
    *,
    things: Things,
    name: ListName = "",
    allow: Annotated[
        bool, typer.Option("--allow", help=_("Take it out of what the same list blocks."))
    ] = False,
    negative: Annotated[
        bool, typer.Option("--negative", help=_("A picture that only looks like a listed one."))
    ] = False,
    exact: Annotated[
        bool, typer.Option("--exact", help=_("List files by digest only, not by looks."))
    ] = False,
    kind: KindName = "",
    params: Params = None,
    tight: Annotated[
        int, typer.Option(min=0, max=31, help=_("Bits within which a picture stands alone."))
    ] = TIGHT_BITS,
    wide: Annotated[
        int, typer.Option(min=0, max=31, help=_("Bits within which a second signal is needed."))
    ] = WIDE_BITS,
    expires: Annotated[str, typer.Option(help=_("First day on which it no longer counts."))] = "",
    note: Annotated[str, typer.Option(help=_("A remark for yourselves; never published."))] = "",
    md5: Md5 = False,
    sha1: Sha1 = False,
    recursive: Recursive = False,
) -> None:
    """Draft additions."""
    from garim_agent.feedtool import drafting  # noqa: PLC0415
    from garim_agent.feedtool.wishes import wishes  # noqa: PLC0415

    def command() -> int:
        chosen = wishes(
            kind=kind,
            params=params,
            md5=md5,
            sha1=sha1,
            allow=allow,
            negative=negative,
            exact=exact,
            tight=tight,
            wide=wide,
            expires=expires,
            note=note,
            recursive=recursive,
        )
        return drafting.add(session(ctx), name, things, chosen)

    finish(command)


@app.command(help=_("Put into your draft that things go from a list."))
def remove(
    ctx: typer.Context,
    *,
    things: Things,
    name: ListName = "",
    kind: KindName = "",
    params: Params = None,
    md5: Md5 = False,
    sha1: Sha1 = False,
    recursive: Recursive = False,
) -> None:
    """Draft removals."""
    from garim_agent.feedtool import drafting  # noqa: PLC0415
    from garim_agent.feedtool.wishes import wishes  # noqa: PLC0415

    finish(
        lambda: drafting.remove(
            session(ctx),
            name,
            things,
            wishes(kind=kind, params=params, md5=md5, sha1=sha1, recursive=recursive),
        )
    )


@app.command(help=_("Put into your draft that entries stay which agents have quarantined."))
def confirm(
    ctx: typer.Context,
    entries: Annotated[list[str], typer.Argument(help=_("Ids of entries."))],
    name: ListName = "",
) -> None:
    """Draft confirmations."""
    from garim_agent.feedtool import drafting  # noqa: PLC0415

    finish(lambda: drafting.confirm(session(ctx), name, entries))


@app.command(help=_("Say what is gathered and not proposed yet."))
def draft(
    ctx: typer.Context,
    name: ListName = "",
    discard: Annotated[
        bool, typer.Option("--discard", help=_("Throw your own draft for the list away."))
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show or discard drafts."""
    from garim_agent.feedtool import drafting  # noqa: PLC0415

    if discard:
        finish(lambda: drafting.discard(session(ctx), name))
    finish(lambda: drafting.show(session(ctx), as_json=as_json))


@app.command(help=_("Sign your draft and put it before the others."))
def propose(ctx: typer.Context, reason: Reason, name: ListName = "") -> None:
    """Propose."""
    from garim_agent.feedtool import deciding  # noqa: PLC0415

    finish(lambda: deciding.propose(session(ctx), name, reason))


@app.command(help=_("Show the open proposals, or what one of them would change."))
def review(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(help=_("Number of a proposal."))] = None,
    everything: Annotated[bool, typer.Option("--all", help=_("Print all lines."))] = False,
    as_json: AsJson = False,
) -> None:
    """Review."""
    from garim_agent.feedtool import deciding  # noqa: PLC0415

    finish(lambda: deciding.review(session(ctx), number, everything=everything, as_json=as_json))


@app.command(help=_("Approve another person's proposal."))
def approve(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(help=_("Number of a proposal."))],
    yes: Yes = False,
) -> None:
    """Approve."""
    from garim_agent.feedtool import deciding  # noqa: PLC0415

    finish(lambda: deciding.approve(session(ctx), number, yes=yes))


@app.command(help=_("Take your proposal back, or turn another's down."))
def withdraw(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(help=_("Number of a proposal."))],
    reason: Reason = "",
) -> None:
    """Withdraw."""
    from garim_agent.feedtool import deciding  # noqa: PLC0415

    finish(lambda: deciding.withdraw(session(ctx), number, reason))
