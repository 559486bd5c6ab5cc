"""Commands of `garim-feed` for the house itself: the ceremony, keys, people, roles, lists."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.feedtool.app_keys import app as key_app
from garim_agent.feedtool.calling import finish, session
from garim_agent.feedtool.options import AsJson, Title, TitleKo

Slug = Annotated[str, typer.Argument(help=_("Short name: small letters, digits, hyphens."))]
Card = Annotated[Path, typer.Argument(help=_("Card file of the person's key."))]
PersonName = Annotated[str, typer.Argument(help=_("Name of the person."))]
Page = Annotated[str, typer.Option(help=_("The authority's own page."))]
Appeal = Annotated[str, typer.Option(help=_("Page or mailto: where a block can be objected to."))]
Category = Annotated[str, typer.Option(help=_("What it is about: ncii, illegal, adult, test ..."))]
ParamSets = Annotated[
    list[str] | None,
    typer.Option("--params", help=_("Parameters that name an item, like id,no; once a set.")),
]


def _group(words: str) -> typer.Typer:
    return typer.Typer(no_args_is_help=True, rich_markup_mode=None, help=words)


app = typer.Typer()
people, roles = _group(_("The people of this feed.")), _group(_("Who signs what."))
authorities, lists = _group(_("Who keeps lists.")), _group(_("The lists."))
policy = _group(_("The policy that a school's own feed carries."))
model = _group(_("The models that a school's own feed carries."))
for name, part in (
    ("key", key_app),
    ("person", people),
    ("role", roles),
    ("authority", authorities),
    ("list", lists),
    ("policy", policy),
    ("model", model),
):
    app.add_typer(part, name=name)


@app.command(help=_("The ceremony: make a feed of its people's cards."))
def init(
    ctx: typer.Context,
    *,
    name: Slug,
    card: Annotated[list[Path], typer.Option(help=_("Card of one of the people; once each."))],
    title: Title = "",
    title_ko: TitleKo = "",
    authority: Annotated[
        str, typer.Option(help=_("Short name of the first authority; by default the feed's."))
    ] = "",
    authority_name: Annotated[str, typer.Option(help=_("The authority's name for people."))] = "",
    page: Page = "",
    appeal: Appeal = "",
    threshold: Annotated[int, typer.Option(min=1, help=_("Signatures needed."))] = 2,
    days: Annotated[
        list[str] | None, typer.Option(help=_("How long a role holds, like root=365; once each."))
    ] = None,
) -> None:
    """Found a feed."""
    from garim_agent.feedtool import founding  # noqa: PLC0415

    settled = founding.Settled(
        name,
        title,
        title_ko,
        (authority, authority_name, page, appeal),
        card,
        threshold,
        days or (),
    )
    finish(lambda: founding.init(session(ctx).folder, settled))


@app.command(help=_("Replace a key: rotation, a lost key and a stolen key alike."))
def rotate(
    ctx: typer.Context,
    card: Annotated[Path | None, typer.Argument(help=_("Card of the person's new key."))] = None,
    online: Annotated[bool, typer.Option("--online", help=_("The online key."))] = False,
) -> None:
    """Replace a key."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.rotate(session(ctx), card, online=online))


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


@lists.command("list", help=_("Print all lists."))
def list_list(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List lists."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(lambda: staffing.lists_show(session(ctx), as_json=as_json))


@lists.command("new", help=_("Make a list."))
def list_new(
    ctx: typer.Context,
    *,
    name: Slug,
    category: Category,
    authority: Annotated[
        str, typer.Option(help=_("Who keeps it; not needed when there is only one."))
    ] = "",
    title: Title = "",
    title_ko: TitleKo = "",
    params: ParamSets = None,
) -> None:
    """Make a list."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(
        lambda: staffing.list_new(
            session(ctx),
            name,
            authority=authority,
            titles=(title, title_ko),
            category=category,
            parameters=params or (),
        )
    )


@lists.command("edit", help=_("Change what is said of a list, or add parameters."))
def list_edit(
    ctx: typer.Context,
    *,
    name: Slug,
    category: Category = "",
    title: Title = "",
    title_ko: TitleKo = "",
    params: ParamSets = None,
) -> None:
    """Edit a list."""
    from garim_agent.feedtool import staffing  # noqa: PLC0415

    finish(
        lambda: staffing.list_edit(
            session(ctx),
            name,
            titles=(title, title_ko),
            category=category,
            parameters=params or (),
        )
    )


@policy.command("set", help=_("Carry a policy file; agents take it that were told to."))
def policy_set(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(help=_("Policy file (TOML)."))]
) -> None:
    """Carry a policy."""
    from garim_agent.feedtool import carrying  # noqa: PLC0415

    finish(lambda: carrying.policy_set(session(ctx), file))


@policy.command("remove", help=_("Carry no policy any more."))
def policy_remove(ctx: typer.Context) -> None:
    """Carry no policy."""
    from garim_agent.feedtool import carrying  # noqa: PLC0415

    finish(lambda: carrying.policy_remove(session(ctx)))


@model.command("set", help=_("Carry a model; agents take it that were told to."))
def model_set(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(help=_("Folder of the model, with its manifest."))],
) -> None:
    """Carry a model."""
    from garim_agent.feedtool import carrying  # noqa: PLC0415

    finish(lambda: carrying.model_set(session(ctx), folder))


@model.command("remove", help=_("Carry a model no more."))
def model_remove(ctx: typer.Context, name: Slug) -> None:
    """Carry a model no more."""
    from garim_agent.feedtool import carrying  # noqa: PLC0415

    finish(lambda: carrying.model_remove(session(ctx), name))
