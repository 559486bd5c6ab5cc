import json
import math

import pytest
from bench.report import (
    Part,
    Table,
    aims_table,
    as_json,
    markdown,
    markdown_table,
    show,
    shown,
    write,
)
from bench.stats import Aim
from rich.console import Console

MACHINE = {"CPU": "Test CPU", "Cores": 2}
TABLE = Table("A table", ("", "ms"), (("one", 1.234), ("two", None)))
PART = Part(
    "part",
    "(x) A part",
    tables=(TABLE,),
    aims=(Aim("speed", 3, 2.4, "x", at_least=True),),
    notes=("A note.",),
    raw={"rounds": (1.0, 2.0)},
    load=(0.1, 1.5),
)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (None, "-"),
        (math.nan, "-"),
        ("word", "word"),
        (7, "7"),
        (0.0, "0"),
        (0.001234, "0.00123"),
        (0.5, "0.500"),
        (1.234, "1.23"),
        (12.34, "12.3"),
        (999.6, "1,000"),
        (12345.6, "12,346"),
        (-3.14159, "-3.14"),
    ],
)
def test_numbers_get_three_significant_digits(cell, expected):
    assert shown(cell) == expected


def test_markdown_table_has_one_line_a_row_and_numbers_to_the_right():
    assert markdown_table(TABLE).splitlines() == [
        "|  | ms |",
        "| --- | ---: |",
        "| one | 1.23 |",
        "| two | - |",
    ]


def test_aims_are_shown_with_bound_figure_and_outcome():
    unmeasured = Aim("other", 2, None, " ms")
    assert aims_table((*PART.aims, unmeasured)).rows == (
        ("speed", "≥ 3x", "2.40x", "missed by 20 %"),
        ("other", "≤ 2 ms", None, "not measured"),
    )


def test_markdown_names_machine_aims_load_tables_and_notes():
    text = markdown(MACHINE, [PART])
    for expected in ("- CPU: Test CPU", "missed by 20 %", "0.100 before, 1.50 after", "- A note."):
        assert expected in text
    assert markdown_table(TABLE) in text


def test_markdown_says_why_a_part_did_not_run():
    assert "Not run: no wrk" in markdown(MACHINE, [Part("p", "P", skipped="no wrk")])


def test_json_keeps_every_round_and_the_outcome():
    read = json.loads(as_json(MACHINE, [PART]))
    assert read["machine"] == MACHINE
    assert read["parts"][0]["raw"] == {"rounds": [1.0, 2.0]}
    assert read["parts"][0]["aims"][0]["outcome"] == "missed by 20 %"


def test_both_files_are_written(tmp_path):
    figures, text = write(tmp_path / "new", "machine", MACHINE, [PART])
    assert figures.name == "machine.json"
    assert json.loads(figures.read_text("utf-8"))["parts"][0]["name"] == "part"
    assert text.read_text("utf-8") == markdown(MACHINE, [PART])


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (PART, ("A table", "1.23", "missed by 20 %", "A note.")),
        (Part("p", "P", skipped="why"), ("why",)),
    ],
)
def test_the_terminal_shows_the_same(part, expected):
    console = Console(width=120)
    with console.capture() as captured:
        show(console, part)
    assert all(each in captured.get() for each in expected)
