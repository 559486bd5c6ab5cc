"""The catalogue is complete and compiled from its source; languages are found as gettext does."""

import gettext
import io
import runpy
import string
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from garim_addon import text

ROOT = Path(__file__).parents[2]
CATALOGUE = text.LOCALE_DIRECTORY / "ko" / "LC_MESSAGES"
TOOL = runpy.run_path(str(ROOT / "addon" / "build" / "messages.py"))


@pytest.fixture(autouse=True)
def _restored():
    yield
    text.set_language("auto")


def catalogue():
    with (CATALOGUE / "garim.po").open("rb") as file:
        return read_po(file, locale="ko")


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(message) if name is not None}


@pytest.mark.parametrize(
    ("environment", "platform", "expected"),
    [
        ({}, "linux", "en"),
        ({"LANG": "ko_KR.UTF-8"}, "linux", "ko"),
        ({"LANG": "ko"}, "linux", "ko"),
        ({"LANG": "en_US.UTF-8"}, "linux", "en"),
        ({"LANG": "fr_FR.UTF-8"}, "linux", "en"),
        ({"LANG": "fr_FR.UTF-8", "LANGUAGE": "fr:ko:en"}, "linux", "ko"),
        ({"LANG": "en_US.UTF-8", "LC_MESSAGES": "ko_KR.UTF-8"}, "linux", "ko"),
        ({"LANG": "ko_KR.UTF-8", "LC_ALL": "en_US.UTF-8"}, "linux", "en"),
        ({"LC_ALL": "", "LANG": "ko_KR.euckr"}, "linux", "ko"),
        ({"LC_ALL": "C", "LANGUAGE": "ko"}, "linux", "en"),
        ({"LC_ALL": "C.UTF-8", "LANG": "ko_KR.UTF-8"}, "linux", "en"),
        ({"LANG": "POSIX"}, "linux", "en"),
        ({"LANG": "komi_XX"}, "linux", "en"),
    ],
)
def test_the_language_is_found_as_gettext_finds_it(environment, platform, expected):
    assert text.detect(environment, platform) == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [("Korean_Korea", "ko"), ("ko_KR", "ko"), ("English_United States", "en"), (None, "en")],
)
@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_windows_and_macos_fall_back_on_the_systems_locale(monkeypatch, system, expected, platform):
    monkeypatch.setattr(text.locale, "getlocale", lambda: (system, "UTF-8"))
    assert text.detect({}, platform) == expected
    assert text.detect({"LANG": "ko_KR.UTF-8"}, platform) == "ko"


@given(st.dictionaries(st.sampled_from(["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"]), st.text()))
def test_any_environment_gives_a_language(environment):
    assert text.detect(environment, "linux") in text.LANGUAGES


def test_a_chosen_language_stays_until_auto(monkeypatch):
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    monkeypatch.delenv("LANGUAGE", raising=False)
    text.set_language("ko-KR")
    assert text.language() == "ko"
    text.set_language("auto")
    assert text.language() == "en"


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="unknown language 'fr'; known: auto, ko, en"):
        text.set_language("fr")


def test_the_language_is_looked_up_at_each_call():
    message = "{file} is not UTF-8 text."
    text.set_language("en")
    assert text._(message, file="a") == "a is not UTF-8 text."
    text.set_language("ko")
    assert text._(message, file="a") == text.translate(message, "ko", file="a")
    assert text._(message, file="a") != "a is not UTF-8 text."


def test_braces_stay_without_parameters_and_an_unknown_message_stays_english():
    assert text.translate("no such {message}", "ko") == "no such {message}"
    assert text.translate("", "ko") == ""


def test_a_parameter_may_have_the_name_of_our_own_arguments():
    given_name = text.translate("{message} {language}", "en", message="a", language="b")
    assert given_name == "a b"


class _TemplateError(Exception):
    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template.format(**params))
        self.template, self.params = template, params


def test_exceptions_with_a_template_are_explained_in_the_language_in_force():
    error = _TemplateError("{file} is not UTF-8 text.", file="x")
    text.set_language("ko")
    assert text.explain(error) == text._("{file} is not UTF-8 text.", file="x")
    assert text.explain(ValueError("plain")) == "plain"


def test_every_message_in_the_packages_has_a_korean_translation():
    korean = catalogue()
    wanted = {message.id for message in TOOL["extract"]() if message.id}
    missing = sorted(m for m in wanted if m not in korean or not korean[m].string)
    fuzzy = sorted(m.id for m in korean if m.id and m.fuzzy)
    assert wanted
    assert not missing, "run `make messages` and translate garim.po"
    assert not fuzzy
    assert not {m.id for m in korean if m.id} - wanted, "messages that no code uses any more"


@pytest.mark.parametrize("message", [m for m in catalogue() if m.id], ids=lambda m: m.id[:40])
def test_a_translation_has_the_fields_of_its_message(message):
    assert fields(message.string) == fields(message.id)


def test_the_committed_catalogue_is_what_its_source_compiles_to():
    built = io.BytesIO()
    write_mo(built, catalogue())
    built.seek(0)
    with (CATALOGUE / "garim.mo").open("rb") as committed:
        ours, fresh = gettext.GNUTranslations(committed), gettext.GNUTranslations(built)
    words = {m.id for m in catalogue() if m.id}
    assert {w: ours.gettext(w) for w in words} == {w: fresh.gettext(w) for w in words}
    # The header names Babel's version; everything else must be equal, so also nothing left over.
    assert _without_header(ours) == _without_header(fresh)


def _without_header(translations):
    return {key: value for key, value in translations._catalog.items() if key}


def test_names_of_exceptions_that_carry_messages_are_found():
    keywords = TOOL["keywords"]()
    assert {"_", "N_", "translate", "PolicyError"} <= set(keywords)
    assert "ValueError" not in keywords
