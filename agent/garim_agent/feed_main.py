"""Entry point of `garim-feed`: finds the language first, then hands over to its command line."""

import sys

from garim_addon.text import set_language
from garim_agent.main import wanted_language


def main() -> None:
    """Run the command line."""
    tag = wanted_language(sys.argv[1:])
    if tag in {"ko", "en"}:
        set_language(tag)
    from garim_agent.feedtool.app import app  # noqa: PLC0415 - its help texts are made at import

    app()
