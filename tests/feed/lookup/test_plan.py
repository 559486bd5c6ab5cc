"""Plans and answers as they travel."""

import json

import pytest
from tests.feed.lookup.made import Publisher, plan

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind
from garim_feed.lookup.plan import (
    BuildPlan,
    BuildResult,
    BuiltList,
    Failure,
    Refusal,
    failure,
    refusal,
)  # fmt: skip


@pytest.fixture
def one(tmp_path):
    return Publisher(tmp_path / "segments").add((Kind.HOST, "bad.test"))


def test_a_plan_travels(one):
    made = plan(one.planned(revoked=["host-0123456789abcdef"]), builtin=True)
    assert BuildPlan.model_validate_json(made.model_dump_json()) == made


def test_an_answer_travels():
    made = BuildResult(
        generation="g1-0123456789abcdef",
        lists=(BuiltList(feed="school", list="one", version=3, entries=5),),
        refused=(refusal("school", "two", FeedError("No {what}.", what="good", count=3)),),
    )
    back = BuildResult.model_validate_json(made.model_dump_json())
    assert back == made
    assert str(back.refused[0].error) == "No good."
    assert back.refused[0].error.params == {"what": "good", "count": 3}


def test_an_error_travels():
    made = failure(FeedError("No {what}.", what=ValueError("x")))
    back = Failure.model_validate_json(made.model_dump_json())
    assert isinstance(back.error, FeedError)
    assert back.params == {"what": "x"}
    assert not isinstance(back, Refusal)


@pytest.mark.parametrize(
    "change",
    [
        {"segments": []}, {"feed": "../x"}, {"authority": "root"}, {"revoked": ["host-1"]},
        {"revoked": ["host-0123456789abcdef"] * 10_001}, {"more": 1}, {"manifest": {}},
        {"keeper": {"name": 3}},
    ],
)  # fmt: skip
def test_plans_that_are_none(one, change):
    plain = json.loads(plan(one).model_dump_json())
    plain["lists"][0] |= change
    with pytest.raises(ValueError):
        BuildPlan.model_validate_json(json.dumps(plain))


def test_a_list_is_planned_once(one):
    with pytest.raises(ValueError, match="twice"):
        plan(one, one)


def test_the_shipped_lists_name_is_theirs(one):
    one.feed = "builtin"
    assert plan(one, builtin=False).lists
    with pytest.raises(ValueError, match="shipped"):
        plan(one, builtin=True)
