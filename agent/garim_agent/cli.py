"""The command line: `garim run | demo | check | why | log | lists | doctor | version`.

Rules:
- Standard output carries results only; progress and hints go to standard error.
- Commands are imported when they are called, so that `garim version` is quick.
- How a command ends is `surface.py`'s.
"""

from pathlib import Path
from typing import Annotated

import typer

from garim_addon.text import _
from garim_agent.cli_lists import app as lists_app
from garim_agent.surface import choose_language, finish

app = typer.Typer(
    name="garim",
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=_("Garim shields people from illegally filmed media: judged on this machine, never sent."),
)


app.add_typer(lists_app, name="lists")


@app.callback()
def options(
    lang: Annotated[
        str, typer.Option("--lang", help=_("Language of all messages: ko, en or auto."))
    ] = "",
) -> None:
    """Options of every command."""
    choose_language(lang)


@app.command(help=_("Run the proxy that browsers are pointed at."))
def run(
    port: Annotated[
        int, typer.Option(help=_("TCP port on this machine; 0 for any free one."))
    ] = 8118,
    host: Annotated[str, typer.Option(help=_("Address to listen on."))] = "127.0.0.1",
    policy: Annotated[Path | None, typer.Option(help=_("Policy file (TOML)."))] = None,
    extra_ca: Annotated[
        Path | None,
        typer.Option(help=_("PEM file of server certificates to trust besides the system's.")),
    ] = None,
    metrics_port: Annotated[
        int,
        typer.Option(help=_("Serve Prometheus metrics on this port of this machine; 0 for none.")),
    ] = 0,
) -> None:
    """Run the proxy."""
    from garim_agent.commands import run as command  # noqa: PLC0415

    finish(lambda: command.run(host, port, policy, extra_ca, metrics_port))


@app.command(help=_("Browse a local test site through Garim and show what was blocked and why."))
def demo(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
    report: Annotated[Path, typer.Option(help=_("Folder for the report and its pictures."))] = Path(
        "demo-report"
    ),
    browser: Annotated[str, typer.Option(help=_("Path of Chromium."))] = "",
) -> None:
    """Run the demonstration."""
    from garim_agent.commands import demo as command  # noqa: PLC0415

    finish(lambda: command.run(report, browser, as_json=as_json))


@app.command(help=_("Judge files, folders or addresses and print why."))
def check(
    targets: Annotated[
        list[str], typer.Argument(help=_("Files, folders, addresses, or - for standard input."))
    ],
    as_json: Annotated[bool, typer.Option("--json", help=_("One JSON object a file."))] = False,
    policy: Annotated[Path | None, typer.Option(help=_("Policy file (TOML)."))] = None,
) -> None:
    """Judge files."""
    from garim_agent.commands import check as command  # noqa: PLC0415

    finish(lambda: command.run(targets, policy, as_json=as_json))


@app.command(help=_("Explain a decision: by the id on a placeholder, an address or a file."))
def why(
    subject: Annotated[str, typer.Argument(help=_("Id, address or file."))],
) -> None:
    """Explain a decision."""
    from garim_agent.commands import why as command  # noqa: PLC0415

    finish(lambda: command.run(subject))


@app.command(help=_("List what was decided lately."))
def log(
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, max=10_000, help=_("How many."))
    ] = 20,
    blocked: Annotated[bool, typer.Option("--blocked", help=_("Only what was blocked."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("One JSON object a line."))] = False,
) -> None:
    """List events."""
    from garim_agent.commands import log as command  # noqa: PLC0415

    finish(lambda: command.run(count, blocked_only=blocked, as_json=as_json))


@app.command(help=_("Check this installation and choose the faster model variant."))
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))] = False,
) -> None:
    """Check the installation."""
    from garim_agent.commands import doctor as command  # noqa: PLC0415

    finish(lambda: command.run(as_json=as_json))


@app.command(help=_("Print versions."))
def version() -> None:
    """Print versions."""
    from garim_agent.commands import version as command  # noqa: PLC0415

    finish(command.run)
