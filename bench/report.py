"""Tables of figures: on the terminal, as Markdown and as JSON.

Rules:
- One value is one cell: numbers keep their unit in the column's heading, and get three significant
  digits, which is more than such a measurement is good for.
- The Markdown says on which machine, under which load and when.
"""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.stats import Aim
from rich.console import Console
from rich.table import Table as RichTable

type Cell = str | float | int | None


@dataclass(frozen=True, slots=True)
class Table:
    """One table.

    Attributes:
        title: What it shows.
        columns: Headings, with units.
        rows: The cells.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The result of one part of the bench.

    Attributes:
        name: The part's name on the command line.
        title: What was measured.
        tables: The figures.
        aims: What they are held against.
        notes: What must be known to read them.
        raw: Every round, for whoever wants to look again.
        skipped: Why it could not run, or `""`.
        load: Load average (1 minute) before and after.
    """

    name: str
    title: str
    tables: tuple[Table, ...] = ()
    aims: tuple[Aim, ...] = ()
    notes: tuple[str, ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)
    skipped: str = ""
    load: tuple[float, float] = (0.0, 0.0)


def shown(cell: Cell) -> str:
    """Write one cell."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "-"
    if not isinstance(cell, float):
        return str(cell)
    if cell == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(cell))))
    return f"{cell:,.{digits}f}"


def markdown_table(table: Table) -> str:
    """Write a table as Markdown, numbers to the right."""
    first = "| " + " | ".join(table.columns) + " |"
    marks = ["---", *("---:" for _ in table.columns[1:])]
    lines = [first, "| " + " | ".join(marks) + " |"]
    lines += ["| " + " | ".join(shown(cell) for cell in row) + " |" for row in table.rows]
    return "\n".join(lines)


def aims_table(aims: Sequence[Aim]) -> Table:
    """Return the aims as a table."""
    rows = tuple(
        (
            aim.name,
            f"{'≥' if aim.at_least else '≤'} {shown(aim.bound)}{aim.unit}",
            f"{shown(aim.measured)}{aim.unit}" if aim.met is not None else None,
            aim.outcome,
        )
        for aim in aims
    )
    return Table("Aims", ("Aim", "Bound", "Measured", "Outcome"), rows)


def markdown(machine: dict[str, Any], parts: Sequence[Part]) -> str:
    """Write everything as Markdown."""
    lines = ["# Bench results", ""]
    lines += [f"- {name}: {value}" for name, value in machine.items()]
    aims = [aim for part in parts for aim in part.aims]
    if aims:
        lines += ["", "## Aims", "", markdown_table(aims_table(aims))]
    for part in parts:
        lines += ["", f"## {part.title}", ""]
        if part.skipped:
            lines += [f"Not run: {part.skipped}"]
            continue
        lines += [f"Load average {shown(part.load[0])} before, {shown(part.load[1])} after."]
        for table in part.tables:
            lines += ["", f"**{table.title}**", "", markdown_table(table)]
        lines += ["", *(f"- {note}" for note in part.notes)] if part.notes else []
    return "\n".join(lines) + "\n"


def as_json(machine: dict[str, Any], parts: Sequence[Part]) -> str:
    """Write everything, the single rounds included, as JSON."""
    rows = []
    for part in parts:
        row = asdict(part)
        row["aims"] = [asdict(aim) | {"outcome": aim.outcome} for aim in part.aims]
        rows.append(row)
    return json.dumps({"machine": machine, "parts": rows}, ensure_ascii=False, indent=1) + "\n"


def write(
    folder: Path, name: str, machine: dict[str, Any], parts: Sequence[Part]
) -> tuple[Path, Path]:
    """Write `<name>.json` and `latest.md` into `folder`; return both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    figures, text = folder / f"{name}.json", folder / "latest.md"
    figures.write_text(as_json(machine, parts), "utf-8")
    text.write_text(markdown(machine, parts), "utf-8")
    return figures, text


def show(console: Console, part: Part) -> None:
    """Print one part."""
    if part.skipped:
        console.print(f"[yellow]{part.title}: not run, {part.skipped}[/yellow]")
        return
    for table in (*part.tables, *((aims_table(part.aims),) if part.aims else ())):
        console.print(_rich(table))
    for note in part.notes:
        console.print(f"  {note}", style="dim")
    console.print()


def _rich(table: Table) -> RichTable:
    made = RichTable(title=table.title, title_justify="left", title_style="bold", box=None)
    for at, column in enumerate(table.columns):
        made.add_column(column, justify="right" if at else "left")
    for row in table.rows:
        made.add_row(*(shown(cell) for cell in row))
    return made
