"""Commands of `garim-feed` for the house itself: the ceremony, lists, what else is carried."""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.feedtool import app_people
from garim_agent.feedtool.app_keys import app as key_app
from garim_agent.feedtool.calling import finish, session
from garim_agent.feedtool.options import Appeal, AsJson, Page, Slug, Title, TitleKo, group

Category = Annotated[str, typer.Option(help=_("What it is about: ncii, illegal, adult, test ..."))]
ParamSets = Annotated[
    list[str] | None,
    typer.Option("--params", help=_("Parameters that name an item, like id,no; once a set.")),
]


app = typer.Typer()
lists = group(_("The lists."))
policy = group(_("The policy that a school's own feed carries."))
model = group(_("The models that a school's own feed carries."))
for name, part in (
    ("key", key_app),
    ("person", app_people.people),
    ("role", app_people.roles),
    ("authority", app_people.authorities),
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
