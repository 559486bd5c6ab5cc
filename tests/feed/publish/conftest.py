"""An office for each test that asks for one."""

from collections.abc import Iterator

import pytest
from tests.feed.publish.office import Office


@pytest.fixture
def office(tmp_path) -> Iterator[Office]:
    """An office with a list called `sites`, nothing published."""
    made = Office(tmp_path)
    made.make_list()
    yield made
    made.workspace.close()
