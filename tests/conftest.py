"""What all tests share, and the rule that in CI nothing may be skipped."""

import os
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_PROGRAM = re.compile(r"(\S+) is (?:not installed|missing)")


@pytest.fixture(scope="session")
def testmedia() -> Path:
    """The folder of the shipped harmless test media."""
    return ROOT / "models" / "garim_models" / "testmedia"


@pytest.fixture
def garim_home(tmp_path, monkeypatch) -> Path:
    """An installation of its own for one test."""
    home = tmp_path / "home"
    monkeypatch.setenv("GARIM_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def _language_is_put_back():
    from garim_addon import text

    before = text._chosen
    yield
    text._chosen = before


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failed run."""
    if os.environ.get("CI") == "true" and _skipped(session.config) and not session.exitstatus:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    """Say in one line what was skipped for want of what."""
    missing = _skipped(config)
    if not missing:
        return
    each = ", ".join(f"{what} ({count})" for what, count in missing.most_common())
    terminalreporter.write_line(f"skipped {missing.total()} tests for want of: {each}")
    if os.environ.get("CI") == "true":
        terminalreporter.write_line("in CI nothing may be skipped: the run has failed", red=True)


def _skipped(config: pytest.Config) -> Counter[str]:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    reports = reporter.stats.get("skipped", []) if reporter is not None else []
    return Counter(_reason(report.longrepr) for report in reports)


def _reason(longrepr: object) -> str:
    text = str(longrepr[2]) if isinstance(longrepr, tuple) else str(longrepr)
    found = _PROGRAM.search(text)
    return found[1] if found else text.removeprefix("Skipped: ")
