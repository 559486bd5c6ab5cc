"""STIX 2.1 patterns, as far as they name single things.

Rules:
- A pattern is one or more comparisons for equality, any of which is enough (OR, IN): each names one
  thing. Patterns that need several things together, in order or often (AND, FOLLOWEDBY,
  qualifiers), and those that match other values (LIKE, MATCHES, ISSUBSET, NOT) are refused whole.
- A single comparison is read here; others by the `stix2` package, loaded when the first one comes.
"""

import re
from collections.abc import Iterator
from typing import Any

from garim_feed.convert.rows import excerpt
from garim_feed.errors import FeedError

MAX_PATTERN = 8192
"""Characters of a pattern; the grammar's parser takes milliseconds for a few hundred."""

Comparison = tuple[tuple[str, ...], str]
"""An object path (`("file", "hashes", "SHA-256")`) and the text it must be equal to."""

_SINGLE = re.compile(
    r"\s*\[\s*([a-z0-9-]++):([a-z0-9_]++)(?:\.(?:'([^'\\]++)'|([A-Za-z0-9_]++)))?+"
    r"\s*=\s*'((?:[^'\\]|\\.)*+)'\s*\]\s*"
)
_STRING = re.compile(r"'(?:[^'\\]|\\.)*+'")
_NEGATION = re.compile(r"\bNOT\b|!=|<>")
_ESCAPE = re.compile(r"\\(.)")


def comparisons(pattern: str) -> list[Comparison]:
    """Return the comparisons of a pattern, any of which is enough.

    Raises:
        FeedError: It is no pattern, or says something else.
    """
    single = _SINGLE.fullmatch(pattern)
    if single is None:
        return list(_walk(_parsed(pattern), pattern))
    kind, name, quoted, bare, value = single.groups()
    path = (kind, name) if quoted is None and bare is None else (kind, name, quoted or bare)
    return [(path, _unescaped(value))]


def literal(text: str) -> str:
    """Return a text as a pattern's string."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _parsed(pattern: str) -> Any:  # noqa: ANN401 - stix2 has no types
    try:
        from stix2.pattern_visitor import create_pattern_object  # noqa: PLC0415 - optional
    except ImportError:
        raise FeedError(
            "{text} is more than one comparison; install garim[publish] to read it.",
            text=excerpt(pattern),
        ) from None
    if len(pattern) > MAX_PATTERN:
        raise FeedError("The pattern is longer than {limit} characters.", limit=MAX_PATTERN)
    if _NEGATION.search(_STRING.sub("''", pattern)):
        # Looked for in the text, because stix2 3.0 forgets the NOT of a NOT IN.
        raise FeedError("{text} does not name single things.", text=excerpt(pattern))
    try:
        return create_pattern_object(pattern, version="2.1")
    except Exception:  # noqa: BLE001 - whatever the parser makes of hostile text, it is no pattern
        raise FeedError("{text} is not a STIX pattern.", text=excerpt(pattern)) from None


def _walk(node: Any, pattern: str) -> Iterator[Comparison]:  # noqa: ANN401
    name = type(node).__name__
    if name == "ParentheticalExpression":
        yield from _walk(node.expression, pattern)
    elif name == "ObservationExpression":
        yield from _walk(node.operand, pattern)
    elif name in {"OrObservationExpression", "OrBooleanExpression"}:
        for operand in node.operands:
            yield from _walk(operand, pattern)
    elif name in {"EqualityComparisonExpression", "InComparisonExpression"} and not node.negated:
        values = node.rhs.value if name.startswith("In") else [node.rhs]
        for value in values:
            yield _path(node.lhs), _text(value, pattern)
    else:
        raise FeedError("{text} does not name single things.", text=excerpt(pattern))


def _path(lhs: Any) -> tuple[str, ...]:  # noqa: ANN401
    steps = (str(step.property_name).strip("'") for step in lhs.property_path)
    return (str(lhs.object_type_name), *steps)


def _text(constant: Any, pattern: str) -> str:  # noqa: ANN401
    if type(constant).__name__ != "StringConstant":
        raise FeedError("{text} compares with something that is no text.", text=excerpt(pattern))
    return _unescaped(str(constant.value))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(r"\1", text)
