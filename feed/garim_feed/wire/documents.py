"""Signed JSON documents: read strictly, written in one way.

Rules:
- Size first, then JSON without double names, NaN or infinities, then the schema: strict types,
  nothing unknown.
- What is wrong is said by place and kind, short and in ASCII, never by quoting the document.
- Written with sorted names, no blanks, UTF-8, one line.
"""

import json
from typing import Any, NoReturn

from pydantic import BaseModel, ConfigDict, ValidationError

from garim_feed.errors import FeedError

_SAID = 200


class Document(BaseModel):
    """What every signed JSON value is: strict, frozen, nothing unknown."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


def read[T: Document](make: type[T], data: bytes, name: str, limit: int) -> T:
    """Return a document.

    Args:
        make: Its class.
        data: Untrusted bytes.
        name: What to call it in errors.
        limit: Most bytes it may have.

    Raises:
        FeedError: Anything at all is wrong with it.
    """
    if len(data) > limit:
        raise _invalid(name, "too long")
    try:
        json.loads(data, object_pairs_hook=_object, parse_constant=_constant)
        return make.model_validate_json(data)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise _invalid(name, f"{place}: {first['msg']}") from None
    except (ValueError, RecursionError) as wrong:
        raise _invalid(name, str(wrong)) from None


def write(document: Document) -> bytes:
    """Return a document's bytes; equal documents give equal bytes."""
    plain = document.model_dump(mode="json")
    joined = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return joined.encode() + b"\n"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _constant(_: str) -> NoReturn:
    raise ValueError("not a number")


def _invalid(name: str, reason: str) -> FeedError:
    said = reason.encode("unicode_escape").decode("ascii")[:_SAID]
    return FeedError("{file} is not valid ({reason}); it was not used.", file=name, reason=said)
