"""Which responses begin a file that was condemned before."""

import pytest
from shield_house import ask

from garim_addon.exchange import Response
from garim_addon.judge.condemned import MAX_FILES, SECONDS, Condemned, Likeness
from garim_addon.verdict import Inspection

FOUND = Inspection(kind="file", sha256="ab" * 32)


class World:
    now, version = 1_000_000.0, "v1"

    def __init__(self):
        self.condemned = Condemned(b"k", lambda: self.version, clock=lambda: self.now)


@pytest.fixture
def world():
    return World()


def response(status=200, **headers):
    return Response(status, {name.replace("_", "-"): value for name, value in headers.items()})


WHOLE = response(etag='"a"', last_modified="Mon", content_length="1000")


@pytest.mark.parametrize(
    ("first", "again", "same"),
    [
        (WHOLE, WHOLE, True),
        (WHOLE, response(206, etag='"a"', content_range="bytes 5-9/1000"), True),
        (WHOLE, response(etag='"b"', last_modified="Mon", content_length="1000"), False),
        (WHOLE, response(last_modified="Mon", content_length="1000"), True),
        (WHOLE, response(last_modified="Tue", content_length="1000"), False),
        (WHOLE, response(last_modified="Mon", content_length="999"), False),
        (WHOLE, response(content_length="1000"), True),
        (WHOLE, response(content_length="1001"), False),
        (WHOLE, response(206, content_range="bytes 5-9/1000"), True),
        (WHOLE, response(206, content_range="bytes 5-9/1001"), False),
        (WHOLE, response(206, content_range="bytes 5-9/*", last_modified="Mon"), True),
        (WHOLE, response(206, content_length="5", content_range="bytes 5-9/1000"), True),
        (WHOLE, response(206, content_range="nonsense"), True),
        (response(), response(), True),
        (response(), response(content_length="5"), True),
        (response(content_length="5"), response(etag='"x"', content_length="5"), True),
    ],
)
def test_a_file_is_known_by_its_etag_else_its_date_and_length(world, first, again, same):
    world.condemned.remember(ask(path="/f"), first, FOUND)
    assert world.condemned.find(ask(path="/f"), again) == (FOUND if same else None)
    assert world.condemned.find(ask(path="/other"), again) is None


@pytest.mark.parametrize(("method", "known"), [("GET", True), ("POST", False), ("HEAD", False)])
def test_only_what_get_answers_has_an_address(world, method, known):
    world.condemned.remember(ask(path="/f", method=method), WHOLE, FOUND)
    assert bool(world.condemned.find(ask(path="/f", method=method), WHOLE)) == known
    assert bool(world.condemned.find(ask(path="/f"), WHOLE)) == known


def test_other_lists_forget_it(world):
    world.condemned.remember(ask(path="/f"), WHOLE, FOUND)
    world.version = "v2"
    assert world.condemned.find(ask(path="/f"), WHOLE) is None
    world.version = "v1"
    assert world.condemned.find(ask(path="/f"), WHOLE) is None


@pytest.mark.parametrize(("after", "known"), [(SECONDS - 1, True), (SECONDS, False)])
def test_it_is_forgotten_after_a_day(world, after, known):
    world.condemned.remember(ask(path="/f"), WHOLE, FOUND)
    world.now += after
    assert bool(world.condemned.find(ask(path="/f"), WHOLE)) == known


def test_memory_is_bounded(world):
    for number in range(MAX_FILES + 5):
        world.condemned.remember(ask(path=f"/{number}"), WHOLE, FOUND)
    assert world.condemned.find(ask(path="/4"), WHOLE) is None
    assert world.condemned.find(ask(path="/5"), WHOLE) is FOUND


def test_a_likeness_is_read_from_a_head():
    assert Likeness.of(WHOLE) == Likeness('"a"', "Mon", 1000)
    assert Likeness.of(response(content_length="x")) == Likeness("", "", 0)
    assert Likeness.of(response(206, content_range=f"bytes 0-1/{'9' * 30}")).size == 0
