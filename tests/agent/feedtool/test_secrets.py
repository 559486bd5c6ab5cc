"""Where passwords come from; never from the command line, never asked of nobody."""

import getpass
import io
import sys

import pytest

from garim_addon.private_files import PrivateFileError
from garim_agent.errors import UsageError
from garim_agent.feedtool.secrets import VARIABLE, Passwords


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def typed(monkeypatch):
    """Answers that a person types."""
    answers, asked = [], []

    def ask(question, stream=None):
        asked.append(question)
        answer = answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    monkeypatch.setattr(getpass, "getpass", ask)
    monkeypatch.setattr(sys, "stdin", Terminal())
    return answers, asked


def secret_file(tmp_path, content, mode=0o600):
    path = tmp_path / "secret"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize("content", [b"word", b"word\n", b"word\r\n", b"word\nanother\n"])
def test_the_files_first_line_stands_before_everything(tmp_path, content):
    file = secret_file(tmp_path, content)
    assert Passwords(file, {VARIABLE: "other"})("password") == "word"
    assert Passwords(file, {})("pin") == "word"


def test_a_file_that_others_can_read_is_refused(tmp_path):
    with pytest.raises(PrivateFileError, match="chmod 600"):
        Passwords(secret_file(tmp_path, b"word", 0o644), {})("password")


def test_a_file_that_is_not_text_is_refused(tmp_path):
    with pytest.raises(UsageError, match="is not a text file"):
        Passwords(secret_file(tmp_path, b"\xff\xfe"), {})("password")


def test_the_variable_stands_before_the_prompt(typed):
    assert Passwords(None, {VARIABLE: "word"})("password") == "word"
    assert Passwords(None, {VARIABLE: "word"}).new() == "word"


def test_a_person_is_asked_once_for_an_old_and_twice_for_a_new_one(typed):
    answers, asked = typed
    answers += ["word", "1234", "new word", "new word"]
    passwords = Passwords(None, {})
    assert passwords("password") == "word"
    assert passwords("pin") == "1234"
    assert passwords.new() == "new word"
    assert asked == [
        "Password of the key: ",
        "PIN of the token: ",
        "Password of the key: ",
        "The same again: ",
    ]


def test_two_that_differ_make_nothing(typed):
    answers, _ = typed
    answers += ["one", "other"]
    with pytest.raises(UsageError, match="differ"):
        Passwords(None, {}).new()


def test_an_end_of_input_is_a_stop(typed):
    answers, _ = typed
    answers.append(EOFError())
    with pytest.raises(KeyboardInterrupt):
        Passwords(None, {})("password")


def test_nobody_is_asked_without_a_terminal(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("word\n"))
    with pytest.raises(UsageError, match=f"--password-file FILE or set {VARIABLE}"):
        Passwords(None, {VARIABLE: ""})("password")
