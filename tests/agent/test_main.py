import subprocess
import sys

import pytest

from garim_agent.main import wanted_language


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        ([], ""),
        (["version"], ""),
        (["--lang", "ko", "version"], "ko"),
        (["--lang=ko", "version"], "ko"),
        (["version", "--lang", "en"], "en"),
        (["--lang=ko", "--lang=en"], "ko"),
        (["check", "--", "--lang=ko"], ""),
        (["--lang"], ""),
        (["--language=ko"], ""),
    ],
)
def test_the_language_is_found_before_anything_else(arguments, language):
    assert wanted_language(arguments) == language


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Run the proxy that browsers are pointed at."), ("ko", "브라우저")],
)
def test_help_texts_are_in_the_wanted_language(language, words):
    code = "from garim_agent.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--lang", language, "--help"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={"PYTHONPATH": ":".join(sys.path), "LC_ALL": "C.UTF-8"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
