"""Kinds of values in signed documents, each with its bounds.

Rules:
- Text for people has no control, format or line-breaking characters: it goes into terminals,
  pages and HTTP headers. Pages still escape it.
- Pages are `https`, where to appeal may also be `mailto`; neither can leave the `<...>` of a
  `Link` header.
- Times are UTC, in whole seconds, and spelled in one way: `2026-01-02T03:04:05Z`.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from garim_feed.wire import names
from garim_feed.wire.documents import Document

_URI = r"[A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_BANNED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def _text(text: str) -> str:
    if any(unicodedata.category(letter) in _BANNED for letter in text):
        raise ValueError("it has characters that cannot be shown")
    if text != text.strip():
        raise ValueError("it starts or ends with a blank")
    return text


def _utc(when: datetime) -> datetime:
    if when.utcoffset() != timedelta(0) or when.microsecond:
        raise ValueError("it is not in UTC and whole seconds")
    return when.astimezone(UTC)


def _spelled(when: object) -> object:
    if isinstance(when, str):
        if not _MOMENT.fullmatch(when):
            raise ValueError("it is not of the form 2026-01-02T03:04:05Z")
        return datetime.fromisoformat(when)
    return when


def _authority(name: str) -> str:
    if not names.is_authority(name):
        raise ValueError("it cannot be an authority's name")
    return name


Format = Annotated[int, Field(ge=1, le=1)]
"""The one format there is. Not `Literal[1]`, which takes `true`."""
Name = Annotated[str, StringConstraints(pattern=f"^{names.SLUG}$")]
"""Name of a list or feed."""
Category = Annotated[str, StringConstraints(pattern=f"^{names.SHORT}$")]
AuthorityName = Annotated[str, AfterValidator(_authority)]
Text = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_text)]
Page = Annotated[
    str, StringConstraints(max_length=500, pattern=rf"^(https://[A-Za-z0-9\[]{_URI}*)?$")
]
"""An `https` page, or `""`."""
Appeal = Annotated[
    str,
    StringConstraints(
        max_length=500, pattern=rf"^((https://[A-Za-z0-9\[]|mailto:[A-Za-z0-9]){_URI}*)?$"
    ),
]
"""An `https` page or a `mailto:` address, or `""`."""
Moment = Annotated[datetime, BeforeValidator(_spelled), AfterValidator(_utc)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=(1 << 40))]


class Title(Document):
    """What a list or feed is called, for people.

    Attributes:
        ko: In Korean.
        en: In English.
    """

    ko: Text
    en: Text
