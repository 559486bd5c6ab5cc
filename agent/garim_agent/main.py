"""Entry point: finds the language before the first message is made, then hands over to the CLI."""

import sys
from collections.abc import Sequence

from garim_addon.text import set_language


def wanted_language(arguments: Sequence[str]) -> str:
    """Return what `--lang` says anywhere before the command's own `--`, or `""`."""
    for at, word in enumerate(arguments):
        if word == "--":
            break
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
        if word == "--lang" and at + 1 < len(arguments):
            return arguments[at + 1]
    return ""


def main() -> None:
    """Run the command line."""
    tag = wanted_language(sys.argv[1:])
    if tag in {"ko", "en"}:
        set_language(tag)
    from garim_agent.cli import app  # noqa: PLC0415 - its help texts are made at import

    app()
