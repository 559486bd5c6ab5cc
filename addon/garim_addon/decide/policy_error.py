"""A broken policy file in one clear sentence: file, key, what is wrong, what is allowed."""

import json
import re
from typing import Any, get_args

import annotated_types
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from garim_addon.text import N_


class PolicyError(Exception):
    """A policy that cannot be used.

    Attributes:
        template: English sentence with `str.format` fields; the message id of its translation.
        params: The fields' values.
    """

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.params = params


_NEEDS = {
    "bool_type": N_("{file}: {key} is {value}; it must be true or false."),
    "int_type": N_("{file}: {key} is {value}; it must be a whole number."),
    "float_type": N_("{file}: {key} is {value}; it must be a number."),
    "finite_number": N_("{file}: {key} is {value}; it must be a number."),
    "string_type": N_('{file}: {key} is {value}; it must be text in "quotes".'),
    "tuple_type": N_("{file}: {key} is {value}; it must be a list like [...]."),
    "model_type": N_("{file}: {key} is {value}; it must be a table of settings."),
    "dict_type": N_("{file}: {key} is {value}; it must be a table of settings."),
    "host": N_(
        "{file}: {key} is {value}; it must be an IP address or a host name like example.com "
        "or *.example.com."
    ),
}
_BETWEEN = N_("{file}: {key} is {value}; it must be between {low} and {high}.")
_ONE_OF = N_("{file}: {key} is {value}; it must be one of: {allowed}.")
_UNKNOWN = N_("{file}: {key} is not a known setting; it must be one of: {allowed}.")
_ORDER = N_(
    "{file}: classifier.low is {low}; it must not be above classifier.high, which is {high}."
)
_TOO_MANY = N_("{file}: {key} has too many entries; at most {most} are allowed.")
_WRONG = N_("{file}: {key} is {value}; that is not allowed.")


def from_validation(file: str, model: type[BaseModel], error: ValidationError) -> PolicyError:
    """Turn pydantic's first complaint into our one sentence."""
    first = error.errors(include_url=False)[0]
    known = [part for part in first["loc"] if part != "[key]"]
    where: dict[str, object] = {
        "file": file,
        "key": _dotted(known),
        "value": _shown(first["input"]),
    }
    template, more = _sentence(model, first)
    return PolicyError(template, **where | more)


def _sentence(model: type[BaseModel], error: ErrorDetails) -> tuple[str, dict[str, object]]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _UNKNOWN, {"allowed": ", ".join(_names(model, error["loc"][:-1]))}
    if kind in {"enum", "literal_error"}:
        words = ", ".join(re.findall(r"'([^']*)'", str(context["expected"])))
        return (_UNKNOWN if error["loc"][-1] == "[key]" else _ONE_OF), {"allowed": words}
    if kind == "low_above_high":
        return _ORDER, dict(context)
    if kind == "too_long":
        return _TOO_MANY, {"most": context["max_length"]}
    bounds = _bounds(model, error["loc"])
    if kind in {"greater_than_equal", "less_than_equal"} and bounds:
        return _BETWEEN, bounds
    return _NEEDS.get(kind, _WRONG), {}


def _names(model: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    for part in loc:
        inner = model.model_fields[str(part)].annotation
        if not (isinstance(inner, type) and issubclass(inner, BaseModel)):
            break
        model = inner
    return list(model.model_fields)


def _bounds(model: type[BaseModel], loc: tuple[int | str, ...]) -> dict[str, object]:
    """Find the `ge` and `le` of the field at `loc`."""
    field: FieldInfo | None = None
    for part in loc:
        field = model.model_fields.get(str(part))
        inner = field.annotation if field else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            model = inner
    found: dict[str, object] = {}
    for rule in _rules(field):
        if isinstance(rule, annotated_types.Ge):
            found["low"] = rule.ge
        elif isinstance(rule, annotated_types.Le):
            found["high"] = rule.le
    return found if len(found) == 2 else {}


def _rules(field: FieldInfo | None) -> list[Any]:
    """List a field's constraints, also those inside `X | None` and inside a type alias."""
    if field is None:
        return []
    rules = list(field.metadata)
    for arm in (field.annotation, *get_args(field.annotation)):
        for extra in get_args(getattr(arm, "__value__", None))[1:]:
            rules += getattr(extra, "metadata", [extra])
    return rules


def _dotted(loc: list[int | str]) -> str:
    text = ""
    for part in loc:
        if isinstance(part, int):
            text += f"[{part}]"
            continue
        name = part if part.isprintable() else json.dumps(part)
        text += f".{name}" if text else name
    return text


def _shown(value: object) -> str:
    """Show a value about as the file writes it, cut short, with nothing a terminal would obey."""
    plain = isinstance(value, bool | str)
    text = json.dumps(value, ensure_ascii=False) if plain else str(value)
    return text if len(text) <= 60 else text[:57] + "..."
