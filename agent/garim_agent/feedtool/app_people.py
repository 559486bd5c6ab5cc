"""Commands of `garim-feed` for who may do what: people, roles, authorities."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.feedtool.calling import finish, session
from garim_agent.feedtool.options import Appeal, AsJson, Page, Slug, group

Card = Annotated[Path, typer.Argument(help=_("Card file of the person's key."))]
PersonName = Annotated[str, typer.Argument(help=_("Name of the person."))]

people = group(_("The people of this feed."))
roles = group(_("Who signs what."))
authorities = group(_("Who keeps lists."))


@people.command("list", help=_("Print everybody, their keys and roles."))
def person_list(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List people."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.people_list(session(ctx), as_json=as_json))


@people.command("add", help=_("Take a person in."))
def person_add(
    ctx: typer.Context,
    card: Card,
    role: Annotated[list[str], typer.Option(help=_("A role they hold; once each."))],
) -> None:
    """Add a person."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.person_add(session(ctx), card, role))


@people.command("remove", help=_("Let a person go."))
def person_remove(ctx: typer.Context, name: PersonName) -> None:
    """Remove a person."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.person_remove(session(ctx), name))


@roles.command("list", help=_("Print all roles."))
def role_list(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List roles."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.roles_list(session(ctx), as_json=as_json))


@roles.command("set", help=_("Change a role."))
def role_set(
    ctx: typer.Context,
    name: Slug,
    threshold: Annotated[int | None, typer.Option(min=1, help=_("Signatures needed."))] = None,
    days: Annotated[int | None, typer.Option(min=1, help=_("Days for which it holds."))] = None,
    person: Annotated[
        list[str] | None, typer.Option(help=_("Everybody who signs it from now on; once each."))
    ] = None,
) -> None:
    """Change a role."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.role_set(session(ctx), name, threshold, days, person or None))


@authorities.command("add", help=_("Take in an authority with its own people."))
def authority_add(
    ctx: typer.Context,
    *,
    slug: Slug,
    person: Annotated[list[str], typer.Option(help=_("One of its people; once each."))],
    name: Annotated[str, typer.Option(help=_("Its name for people."))] = "",
    page: Page = "",
    appeal: Appeal = "",
    threshold: Annotated[int, typer.Option(min=1, help=_("Signatures needed."))] = 2,
) -> None:
    """Add an authority."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    told = (slug, name, page, appeal)
    finish(lambda: staffing.authority_add(session(ctx), told, person, threshold))


@authorities.command("edit", help=_("Change an authority's name, page or appeal."))
def authority_edit(
    ctx: typer.Context,
    slug: Slug,
    name: Annotated[str, typer.Option(help=_("Its name for people."))] = "",
    page: Page = "",
    appeal: Appeal = "",
) -> None:
    """Edit an authority."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.authority_edit(session(ctx), (slug, name, page, appeal)))
