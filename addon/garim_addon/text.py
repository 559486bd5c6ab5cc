"""Words for people: English messages in the code, Korean ones from the committed catalogue.

Rules:
- The English sentence is the message id; it stands where it is used, wrapped by `_` (or `N_` where
  it is only named and translated later).
- The language is looked up at each call, so that a changed setting shows at once.
- A message without a translation is shown in English; a test keeps that from happening.
- Below this package exceptions carry `template` and `params` instead; `explain` translates them.
"""

import gettext
import locale
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal

type Language = Literal["ko", "en"]

LANGUAGES: tuple[Language, ...] = ("ko", "en")
LOCALE_DIRECTORY = Path(__file__).parent / "locale"
DOMAIN = "garim"

_chosen: Language | None = None


def set_language(tag: str) -> None:
    """Choose the language for the whole process.

    Args:
        tag: `ko`, `en`, a longer tag of one of them (`ko-KR`), or `auto` for the user's locale.

    Raises:
        ValueError: When Garim does not speak that language.
    """
    global _chosen  # noqa: PLW0603 - one language a process is the point
    if tag == "auto":
        _chosen = None
        return
    known = _known(tag)
    if known is None:
        raise ValueError(f"unknown language {tag!r}; known: auto, {', '.join(LANGUAGES)}")
    _chosen = known


def language() -> Language:
    """Return the language in force."""
    return _chosen or detect(os.environ, sys.platform)


def detect(environment: Mapping[str, str], platform: str) -> Language:
    """Find the user's language as GNU gettext does: `LANGUAGE`, then the locale's variables.

    Args:
        environment: The process environment.
        platform: `sys.platform`; Windows and macOS fall back on the system's own locale.
    """
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    tag = next((name for name in names if name), "")
    if not tag and platform in {"win32", "darwin"}:
        tag = locale.getlocale()[0] or ""
    if tag.split(".")[0] not in {"C", "POSIX"}:
        wishes = environment.get("LANGUAGE", "").split(":")
        for wish in (*wishes, tag):
            known = _known(wish)
            if known is not None:
                return known
    return "en"


def translate(message: str, language: str, /, **params: object) -> str:
    """Return `message` in `language`, with `params` filled in by `str.format` if there are any."""
    words = _catalogue(language).gettext(message) if message else ""
    return words.format(**params) if params else words


def _(message: str, /, **params: object) -> str:
    """Return `message` in the language in force (see `translate`)."""
    return translate(message, language(), **params)


def N_(message: str, /) -> str:  # noqa: N802 - gettext's own name
    """Mark a message for translation without translating it yet."""
    return message


def explain(error: BaseException) -> str:
    """Return what an exception says, translated when it carries `template` and `params`."""
    template, params = getattr(error, "template", None), getattr(error, "params", None)
    if isinstance(template, str) and isinstance(params, Mapping):
        return translate(template, language(), **{str(k): v for k, v in params.items()})
    return str(error)


def _known(tag: str) -> Language | None:
    word = tag.replace("-", "_").split(".")[0].split("_")[0].lower()
    word = {"korean": "ko", "english": "en"}.get(word, word)
    return next((known for known in LANGUAGES if known == word), None)


@cache
def _catalogue(tag: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE_DIRECTORY, [tag], fallback=True)
