"""Between the command line of `garim-feed` and its commands; light, so that `--help` is quick."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from garim_addon.text import N_
from garim_agent import surface

if TYPE_CHECKING:
    from garim_agent.feedtool.session import Session

PERSON, FOLDER = "GARIM_FEED_PERSON", "GARIM_FEED"
STOPPED = N_("Stopped. The workspace is as it was before; what is published is whole.")


@dataclass(frozen=True, slots=True)
class Said:
    """The program's own options, as typed.

    Attributes:
        folder: The workspace.
        who: Who acts, or `""`.
        key: Where their private key lies, or `""`.
        library: PKCS#11 module, or `None`.
        password_file: File with the password or PIN, or `None`.
    """

    folder: Path
    who: str
    key: str
    library: Path | None
    password_file: Path | None


def session(context: typer.Context) -> "Session":
    """Return what the commands make of the program's own options."""
    from garim_agent.feedtool.secrets import Passwords  # noqa: PLC0415
    from garim_agent.feedtool.session import Session  # noqa: PLC0415

    said = context.obj
    if not isinstance(said, Said):
        raise TypeError("the program's options were not read")
    return Session(said.folder, said.who, said.key, said.library, Passwords(said.password_file))


def finish(command: Callable[[], int]) -> NoReturn:
    """Run a command and leave with its exit code."""
    surface.finish(command, surface.GARIM_FEED, stopped=STOPPED)
