import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = """
import pytest

def test_one():
    pytest.skip("nginx is not installed")

@pytest.mark.skip(reason="chromium is not installed")
def test_two():
    pass

def test_three():
    pytest.skip("nginx is not installed")

def test_four():
    pass
"""
PASSES = "def test_one():\n    pass\n"


def run(folder: Path, tests: str, ci: str) -> subprocess.CompletedProcess[str]:
    shutil.copy(Path(__file__).with_name("conftest.py"), folder / "conftest.py")
    (folder / "test_it.py").write_text(tests)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
    )


@pytest.mark.parametrize(
    ("tests", "ci", "status"),
    [(SKIPS, "", 0), (SKIPS, "true", 1), (PASSES, "", 0), (PASSES, "true", 0)],
)
def test_in_ci_a_skipped_test_fails_the_run_and_elsewhere_it_is_counted(
    tmp_path, tests, ci, status
):
    done = run(tmp_path, tests, ci)
    assert done.returncode == status, done.stdout
    line = "skipped 3 tests for want of: nginx (2), chromium (1)"
    assert (line in done.stdout) == (tests is SKIPS)
