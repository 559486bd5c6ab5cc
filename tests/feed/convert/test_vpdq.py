import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made

from garim_feed.convert.vpdq import MAX_FRAMES, read_frames, write_frames
from garim_feed.errors import FeedError
from garim_feed.publish.items import Frame

A, B = "aa" * 32, "bb" * 32


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f'["{A},100,0.000"]', [Frame(A, 100, 0)]),
        (f'["{A.upper()},50,1.5"]', [Frame(A, 50, 1500)]),
        (f'["{A},100,0","{B},99,0.0334"]', [Frame(A, 100, 0), Frame(B, 99, 33)]),
        # Featureless frames never match, and do not travel.
        (f'["{A},49,0","{B},50,1"]', [Frame(B, 50, 1000)]),
        (f'["{A},49,5","{B},50,1"]', [Frame(B, 50, 1000)]),
        # The older form.
        (
            json.dumps({"0": {"hash": A, "quality": 90, "timestamp": 0.5}}),
            [Frame(A, 90, 500)],
        ),
        ("[]", "No frame has a quality of 50 or more."),
        ("{}", "No frame has a quality of 50 or more."),
        (f'["{A},10,0"]', "No frame has a quality of 50 or more."),
        (f'["{A},100,2","{B},100,1"]', "The frames are not in the order of their times."),
        ("", " is not a vPDQ hash."),
        ("null", "null is not a vPDQ hash."),
        ("[", "[ is not a vPDQ hash."),
        ("[" * 100_000, "[" * 59 + "… is not a vPDQ hash."),
        ('{"0": 1}', '{"0": 1} is not a vPDQ hash.'),
        ("[1]", "1 is not a frame of a vPDQ hash."),
        ('["x,1,1"]', "x,1,1 is not a frame of a vPDQ hash."),
        (f'["{A},100"]', f"{A[:59]}… is not a frame of a vPDQ hash."),
        (f'["{A},100,-1"]', f"{A[:59]}… is not a frame of a vPDQ hash."),
        (f'["{A},101,1"]', f"{A[:59]}… is not a frame of a vPDQ hash."),
        (f'["{A},100,inf"]', f"{A[:59]}… is not a frame of a vPDQ hash."),
        (f'["{A},100,nan"]', f"{A[:59]}… is not a frame of a vPDQ hash."),
        (f'["{A},100,1e300"]', f"{A[:59]}… is not a frame of a vPDQ hash."),
    ],
)
def test_frames(text, wanted):
    if isinstance(wanted, str):
        with pytest.raises(FeedError) as raised:
            read_frames(text)
        assert str(raised.value) == wanted
    else:
        assert read_frames(text) == tuple(wanted)


def test_a_video_has_a_bounded_number_of_frames():
    with pytest.raises(FeedError, match="is not a vPDQ hash"):
        read_frames(json.dumps([0] * (MAX_FRAMES + 1)))


@given(st.lists(st.tuples(made.pdqs, made.qualities, st.integers(0, 2**32 - 1)), min_size=1))
def test_what_is_written_comes_back(parts):
    frames = tuple(Frame(*part) for part in sorted(parts, key=lambda part: part[2]))
    assert read_frames(write_frames(frames)) == frames


@given(st.text('[]{}",:0 a'))
def test_whatever_comes_is_read_or_refused(text):
    with suppress(FeedError):
        assert read_frames(text)
