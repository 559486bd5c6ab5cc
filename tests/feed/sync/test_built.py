from datetime import UTC, datetime

import pytest

from garim_feed.errors import FeedError
from garim_feed.sync.built import NAME, Built, read_built
from garim_feed.sync.problem import Problem


def test_there_and_back(tmp_path):
    assert read_built(tmp_path) == Built()
    problem = Problem.of(FeedError("The list {list} is bad.", list="first"), "first")
    made = Built(
        plan="1" * 64,
        generation="g1-0",
        refused={"national": (problem,)},
        changed={"national": datetime(2026, 6, 1, tzinfo=UTC)},
    )
    (tmp_path / NAME).write_text(made.model_dump_json())
    assert read_built(tmp_path) == made


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"plan": 1}', b"\xff"])
def test_what_cannot_be_read_is_not_there(tmp_path, data):
    (tmp_path / NAME).write_bytes(data)
    assert read_built(tmp_path) == Built()
