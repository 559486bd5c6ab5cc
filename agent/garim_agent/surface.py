"""How every command speaks, asks and ends, for `garim` and `garim-feed`.

Rules:
- Standard output carries results, standard error all other words, questions among them.
- A question that nobody answers is answered with no.
- Bad input gets one sentence that says what was wrong and what to do, on standard error, and exit
  code 2. No traceback for what a user can cause; a defect of ours is not hidden.
- Ctrl-C ends with 130.
"""

import json
import sys
from collections.abc import Callable
from typing import NoReturn

import typer

from garim_addon.text import N_, _, explain, set_language
from garim_agent.errors import EXIT_ERROR, UsageError

INTERRUPTED = 130
GARIM, GARIM_FEED = "garim", "garim-feed"
"""The programs; an error begins with the name of the one that speaks."""


def choose_language(tag: str, program: str = GARIM) -> None:
    """Take `--lang`; empty leaves the language as it is."""
    if not tag:
        return
    try:
        set_language(tag)
    except ValueError:
        fail(UsageError(N_("--lang is {lang}; it must be ko, en or auto."), lang=tag), program)


def fail(error: BaseException, program: str = GARIM) -> NoReturn:
    """Print one sentence and leave with exit code 2."""
    sys.stderr.write(f"{program}: {explain(error)}\n")
    raise typer.Exit(EXIT_ERROR)


def finish(command: Callable[[], int], program: str = GARIM, stopped: str = "") -> NoReturn:
    """Run a command and leave with its exit code.

    Args:
        command: What to run.
        program: Who speaks.
        stopped: Message for when Ctrl-C stops it.
    """
    try:
        status = command()
    except KeyboardInterrupt:
        say(f"\n{_(stopped)}" if stopped else "")
        raise typer.Exit(INTERRUPTED) from None
    except OSError as error:
        fail(error, program)
    except Exception as error:
        if not hasattr(error, "template"):
            raise
        fail(error, program)
    raise typer.Exit(status)


def put(text: str) -> None:
    """Write one line of a result."""
    sys.stdout.write(text + "\n")


def put_json(value: object) -> None:
    """Write a result as one JSON object; times and paths become text."""
    put(json.dumps(value, ensure_ascii=False, default=str))


def say(sentence: str) -> None:
    """Write words that are no result."""
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def agreed(question: str, *, yes: bool = False) -> bool:
    """Ask, unless the answer was given on the command line; `y` or `yes` agrees."""
    if yes:
        return True
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    answer = sys.stdin.readline().strip().lower()
    return answer in {"y", "yes", _("yes").lower()}
