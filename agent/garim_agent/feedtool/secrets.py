"""Passwords of keys and PINs of tokens: where they come from, and where they never stand.

Rules:
- Never on the command line, which other users can read. In this order: `--password-file`, the
  variable `GARIM_FEED_PASSWORD`, a prompt that shows nothing.
- A password file that other users can read is refused.
- Without a terminal nothing is asked: a script gets a sentence instead of a program that waits.
"""

import getpass
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from garim_addon import private_files
from garim_addon.text import N_, _
from garim_agent.errors import UsageError

VARIABLE = "GARIM_FEED_PASSWORD"
_QUESTIONS = {"password": N_("Password of the key: "), "pin": N_("PIN of the token: ")}
_AGAIN = N_("The same again: ")


class Passwords:
    """Asks for secrets; the library calls it with `password` or `pin`."""

    def __init__(
        self, file: Path | None = None, environment: Mapping[str, str] = os.environ
    ) -> None:
        self._file = file
        self._environment = environment

    def __call__(self, which: str) -> str:
        """Return a secret.

        Raises:
            UsageError: When there is nobody to ask.
            PrivateFileError: When other users can read the file.
            OSError: When the file cannot be read.
        """
        given = self._given()
        return given if given is not None else _ask(_(_QUESTIONS[which]))

    def new(self) -> str:
        """Return a password for a new key, asked twice.

        Raises:
            UsageError: When the two differ, or there is nobody to ask.
        """
        given = self._given()
        if given is not None:
            return given
        first = _ask(_(_QUESTIONS["password"]))
        if _ask(_(_AGAIN)) != first:
            raise UsageError(N_("The two passwords differ; nothing was made."))
        return first

    def _given(self) -> str | None:
        if self._file is not None:
            data = private_files.read(self._file)
            try:
                return data.decode().split("\n")[0].rstrip("\r")
            except UnicodeDecodeError:
                raise UsageError(N_("{path} is not a text file."), path=self._file) from None
        return self._environment.get(VARIABLE) or None


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        raise UsageError(
            N_("A password is needed: give --password-file FILE or set {variable}."),
            variable=VARIABLE,
        )
    try:
        return getpass.getpass(question, stream=sys.stderr)
    except EOFError:
        raise KeyboardInterrupt from None
