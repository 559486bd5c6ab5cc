# ruff: noqa: INP001 - a script, not a package
"""From the code to the Korean catalogue: `extract` updates garim.po, `compile` garim.mo.

Rules:
- What counts as a message: the first text in a call of `_`, `N_`, `translate`, or of an exception
  class whose constructor takes a `template` (or of its subclasses).
- The catalogue is stable: sorted, without line numbers and dates, so that a change shows words.
- Nothing is guessed: a new message has no translation (and fails a test) until someone writes it.
"""

import ast
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract as read_messages
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "feed/garim_feed",
    "models/garim_models",
    "addon/garim_addon",
    "agent/garim_agent",
)
CATALOGUE = ROOT / "addon/garim_addon/locale/ko/LC_MESSAGES/garim.po"
HEADER = "# Korean words of Garim. Written by hand; `make messages` adds what is new.\n#"

NOISE = tuple(
    f'"{field}:'
    for field in (
        "Generated-By",
        "Language-Team",
        "Last-Translator",
        "PO-Revision-Date",
        "POT-Creation-Date",
        "Report-Msgid-Bugs-To",
    )
)


def sources() -> Iterator[Path]:
    """Yield the packages' Python files in a fixed order."""
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def keywords() -> dict[str, None]:
    """Return the call names whose first text is a message."""
    bases: dict[str, set[str]] = {}
    found: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.ClassDef) and node.name.endswith("Error"):
                bases[node.name] = {b.id for b in node.bases if isinstance(b, ast.Name)}
                if _takes_template(node):
                    found.add(node.name)
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return dict.fromkeys(["_", "N_", "translate", *sorted(found)])


def _takes_template(node: ast.ClassDef) -> bool:
    return any(
        arg.arg == "template"
        for item in node.body
        if isinstance(item, ast.FunctionDef) and item.name == "__init__"
        for arg in (*item.args.posonlyargs, *item.args.args)
    )


def extract() -> Catalog:
    """Return a catalogue of every message in the packages, without translations."""
    catalogue = Catalog()
    names = keywords()
    for path in sources():
        for _line, message, _comments, _context in read_messages(
            "python", BytesIO(path.read_bytes()), names
        ):
            if isinstance(message, str) and message:
                catalogue.add(message, locations=[(path.relative_to(ROOT).as_posix(), 0)])
    return catalogue


def load() -> Catalog:
    """Read the Korean catalogue, or start one."""
    if not CATALOGUE.exists():
        return Catalog(locale="ko", fuzzy=False)
    with CATALOGUE.open("rb") as file:
        return read_po(file, locale="ko")


def update() -> int:
    """Bring garim.po up to date with the code; return how many messages have no translation."""
    korean = load()
    korean.update(extract(), no_fuzzy_matching=True)
    korean.obsolete.clear()
    korean.header_comment = HEADER
    korean.project, korean.version = "Garim", ""
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    written = BytesIO()
    write_po(written, korean, width=100, sort_output=True, include_lineno=False)
    lines = [
        line
        for line in written.getvalue().decode().splitlines(keepends=True)
        if not line.startswith(NOISE)
    ]
    CATALOGUE.write_text("".join(lines), encoding="utf-8")
    return sum(not message.string for message in korean if message.id)


def compile_catalogue() -> None:
    """Write garim.mo beside garim.po."""
    with CATALOGUE.with_suffix(".mo").open("wb") as file:
        write_mo(file, load())


def main(commands: list[str]) -> int:
    """Run the commands in order; 1 when a message still has no translation."""
    known = {"extract", "compile"}
    if not commands or set(commands) - known:
        sys.stderr.write("usage: messages.py extract|compile ...\n")
        return 2
    missing = 0
    for command in commands:
        if command == "extract":
            missing = update()
        else:
            compile_catalogue()
    if missing:
        sys.stderr.write(f"{missing} messages have no Korean translation yet: {CATALOGUE}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
