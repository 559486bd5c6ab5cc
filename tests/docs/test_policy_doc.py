"""docs/policy.md says of every key what the code says; every TOML example is a valid policy."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import annotated_types
import pytest
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from garim_addon.decide.action import Action
from garim_addon.decide.policy import Policy
from garim_addon.decide.profiles import Profile
from garim_addon.exchange import Direction
from garim_addon.verdict import FailureCause

ROOT = Path(__file__).parents[2]
DOC = ROOT / "docs" / "policy.md"
PAGES = (DOC, ROOT / "README.md", ROOT / "README.ko.md")
EXAMPLE = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)
HOME, SCHOOL = (Policy.preset(profile) for profile in (Profile.HOME, Profile.SCHOOL))


def keys(model: type[BaseModel] = Policy, above: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every key of the policy with its field, but those of the fail matrix."""
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            if name != "fail":
                yield from keys(field.annotation, f"{above}{name}.")
        else:
            yield f"{above}{name}", field


KEYS = dict(keys())


def rows() -> dict[str, list[str]]:
    """The cells of every table row that begins with a word in backticks."""
    found: dict[str, list[str]] = {}
    for line in DOC.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        name = re.fullmatch(r"`([a-z_.-]+)`", cells[0])
        if line.startswith("| ") and name and len(cells) == 6:
            assert name[1] not in found, f"{name[1]} has two rows"
            found[name[1]] = cells[1:]
    return found


def value(policy: Policy, key: str) -> Any:
    for name in key.split("."):
        policy = getattr(policy, name)
    return policy


def written(found: Any) -> str:
    return "the model's" if found is None else f"`{json.dumps(found)}`"


def bounds(field: FieldInfo) -> tuple[float, float] | None:
    """The lower and upper bound of a number."""
    metadata = [*field.metadata]
    for inner in (field.annotation, *get_args(field.annotation)):
        alias = getattr(inner, "__value__", inner)
        metadata += getattr(alias, "__metadata__", ())
    flat = [one for item in metadata for one in getattr(item, "metadata", (item,))]
    low = [one.ge for one in flat if isinstance(one, annotated_types.Ge)]
    high = [one.le for one in flat if isinstance(one, annotated_types.Le)]
    return (float(low[0]), float(high[0])) if low and high else None


def examples() -> list[tuple[str, str]]:
    return [
        (page.name, block)
        for page in PAGES
        for block in re.findall(
            r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.MULTILINE | re.DOTALL
        )
    ]


def test_every_key_has_a_row_and_every_row_is_a_key():
    causes = {cause.value for cause in FailureCause}
    assert set(rows()) == set(KEYS) | causes


@pytest.mark.parametrize("key", KEYS)
def test_a_row_has_the_defaults_of_both_profiles(key):
    assert rows()[key][:2] == [written(value(policy, key)) for policy in (HOME, SCHOOL)]


@pytest.mark.parametrize("key", KEYS)
def test_a_row_has_the_bounds_of_the_code(key):
    said = re.fullmatch(r"([\d.]+) to ([\d.]+)", rows()[key][2])
    assert (said and (float(said[1]), float(said[2]))) == bounds(KEYS[key])


def test_some_keys_have_bounds():
    assert bounds(KEYS["limits.deadline_ms"]) == (50, 60_000)
    assert bounds(KEYS["classifier.low"]) == (0, 1)
    assert bounds(KEYS["report_only"]) is None


@pytest.mark.parametrize("cause", FailureCause)
def test_the_fail_matrix_is_the_one_of_the_profiles(cause):
    wanted = [
        f"`{policy.on_failure(cause, direction)}`"
        if policy.fail.model_dump()[direction][cause] is not Action.REPORT
        else "`report`"
        for direction in Direction
        for policy in (HOME, SCHOOL)
    ]
    assert rows()[cause.value][:4] == wanted


def test_every_action_is_explained():
    text = DOC.read_text("utf-8")
    assert all(f"| `{action}` |" in text for action in Action)


def test_each_page_has_an_example():
    assert {page for page, _ in examples()} == {page.name for page in PAGES}


@pytest.mark.parametrize(("page", "example"), examples())
def test_every_example_is_a_valid_policy(page, example):
    policy = Policy.parse(example, page)
    assert policy not in (HOME, SCHOOL)  # an example changes something


def test_both_readmes_show_the_same_policies():
    found = {page: [] for page, _ in examples()}
    for page, example in examples():
        found[page].append(Policy.parse(example, page))
    assert found["README.md"] == found["README.ko.md"]
