from pathlib import Path

from garim_feed.errors import FeedError
from garim_feed.sync.problem import Problem


def test_a_sentence_is_kept_as_template_and_values():
    error = FeedError("The {thing} of {path} is {size} MB.", thing="list", path=Path("/x"), size=3)
    problem = Problem.of(error, "first")
    assert str(problem) == str(error) == "The list of /x is 3 MB."
    assert problem.list == "first"
    back = Problem.model_validate_json(problem.model_dump_json())
    assert back == problem
    assert str(back) == str(error)
