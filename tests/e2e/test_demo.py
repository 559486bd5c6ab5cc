"""`garim demo` as a newcomer runs it: the console script, a real browser, its report.

It runs once, in Korean: it takes a while. Its table is printed again from the report that it left.
"""

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from tests.e2e.agent import program
from tests.e2e.origin import need

from garim_addon.text import set_language
from garim_agent.commands import demo
from garim_agent.demo.report import Line, Report

pytestmark = pytest.mark.browser

PATIENCE = 170
SCREENSHOTS = {"gallery", "many", "responsive", "animated", "blob", "worker", "page"}
HANGUL = re.compile("[가-힣]")


@dataclass(frozen=True)
class Done:
    """What the command left behind."""

    status: int
    out: str
    errors: str
    report: Path


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Done:
    """Run the demonstration with a home of its own and no locale to guess a language from."""
    need("chromium")
    need("certutil")
    folder = tmp_path_factory.mktemp("demo")
    report = folder / "report"
    process = subprocess.run(
        [program(), "--lang", "ko", "demo", "--json", "--report", str(report)],
        env={"PATH": os.environ["PATH"], "HOME": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return Done(process.returncode, process.stdout, process.stderr, report)


def test_all_is_as_expected(done):
    assert done.status == 0, done.errors + done.out[-2000:]
    found = json.loads(done.out)
    assert found["as_expected"], [line for line in found["lines"] if not line["right"]]
    assert found["listed_page"]
    assert found["covered"] + found["shown"] == found["pictures"] == len(found["lines"])
    assert found["median_ms"] > 0


def test_every_format_is_covered_and_every_rule_decides(done):
    covered = [line for line in json.loads(done.out)["lines"] if line["got"] == "cover"]
    formats = {line["format"] for line in covered}
    assert formats == {"jpeg", "png", "webp", "avif", "gif", "bmp"}
    reasons = {line["reason"] for line in covered}
    assert {"listed-digest", "listed-picture"} < reasons
    assert any(reason.startswith("classifier") for reason in reasons)
    assert all(line["ident"] for line in covered)


def test_report_and_screenshots_are_left(done):
    assert json.loads((done.report / "report.json").read_text("utf-8")) == json.loads(done.out)
    assert {path.stem for path in done.report.glob("*.png")} == SCREENSHOTS
    for path in done.report.glob("*.png"):
        with Image.open(path) as picture:
            assert picture.width == 1180
            dark, light = picture.convert("L").getextrema()
            assert light - dark > 100


def test_it_speaks_korean(done, capsys):
    lines = done.errors.splitlines()
    assert len(lines) == 5
    assert all(HANGUL.search(line) for line in lines), lines
    set_language("ko")
    found = json.loads(done.out)
    each = tuple(
        Line(**line | {name: tuple(line[name]) for name in ("scores", "lists")})
        for line in found["lines"]
    )
    demo._show(Report(each, found["listed_page"]), done.report)
    heading, *rows = capsys.readouterr().out.splitlines()
    assert len(HANGUL.findall(heading)) >= 6
    assert len(rows) > found["covered"]
    for english in ("Picture", "covered", "shown", "list names", "Screenshots"):
        assert not [row for row in (heading, *rows) if english in row]
