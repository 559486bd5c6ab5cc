"""The tables' own rules, beside what `test_policy` shows through whole files."""

import pytest
from pydantic import ValidationError

from garim_addon.decide import settings

TABLES = [
    settings.Actions,
    settings.Placeholder,
    settings.Classifier,
    settings.Limits,
    settings.Zones,
    settings.HostRules,
    settings.Log,
]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_defaults_refuses_unknown_keys_and_is_frozen(table):
    default = table()
    with pytest.raises(ValidationError, match="extra_forbidden"):
        table(unknown=1)
    name = next(iter(table.model_fields))
    with pytest.raises(ValidationError, match="frozen"):
        setattr(default, name, getattr(default, name))


@pytest.mark.parametrize("table", TABLES)
def test_every_number_has_two_bounds(table):
    schema = table.model_json_schema()["properties"]
    arms = [arm for field in schema.values() for arm in field.get("anyOf", [field])]
    for arm in arms:
        if arm.get("type") in {"integer", "number"}:
            assert {"minimum", "maximum"} <= set(arm)


def test_the_issues_figures_are_the_defaults():
    limits = settings.Limits()
    assert (limits.picture_bytes, limits.deadline_ms) == (16 << 20, 800)
    assert (limits.min_side, limits.min_bytes) == (36, 1024)
    assert settings.Log() == settings.Log(days=7, plain_addresses=False)
