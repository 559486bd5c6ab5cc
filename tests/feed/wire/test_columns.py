import numpy as np
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.wire import made

from garim_feed.errors import FeedError
from garim_feed.wire import columns
from garim_feed.wire.columns import WIDTH, Coding, decode, encode

MAGIC = b"\x28\xb5\x2f\xfd"


def values_of(coding):
    if coding in {Coding.D256, Coding.X256}:
        rows = st.lists(st.sampled_from(made.ROWS), min_size=1, max_size=9)
        if coding is Coding.D256:
            rows = rows.map(lambda found: sorted(set(found)))
        return rows.map(lambda found: np.frombuffer(b"".join(found), np.uint8).reshape(-1, 32))
    width = WIDTH[coding]
    numbers = st.lists(st.integers(0, 256**width - 1), min_size=1, max_size=20)
    if coding in {Coding.D32, Coding.D64}:
        numbers = numbers.map(lambda found: sorted(set(found)))
    return numbers.map(lambda found: np.array(found, f"u{width}"))


@made.QUICK
@given(st.data(), st.sampled_from(list(Coding)))
def test_what_was_coded_comes_back(data, coding):
    values = data.draw(values_of(coding))
    back = decode(coding, encode(coding, values), len(values))
    assert back.dtype == values.dtype
    assert np.array_equal(back, values)
    assert back.flags.writeable


@pytest.mark.parametrize("coding", list(Coding))
def test_views_and_strides_are_coded_alike(coding):
    values = made.keys(64).view(np.uint8).reshape(-1, 32)
    if coding not in {Coding.D256, Coding.X256}:
        values = np.sort(values.ravel().view(columns.dtype(coding)))
    assert encode(coding, values[::2]) == encode(coding, values[::2].copy())


def test_planes_and_differences_by_hand():
    """The bytes that docs/list-format.md gives as examples."""
    opened = zstandard.ZstdDecompressor().decompress
    assert opened(encode(Coding.U16, np.array([1, 0x203], "u2"))) == b"\1\3\0\2"
    assert opened(encode(Coding.D32, np.array([5, 9, 265], "u4"))) == bytes(
        [5, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]
    )
    assert opened(encode(Coding.W32, np.array([5, 4], "u4"))) == b"\5\xff\0\xff\0\xff\0\xff"
    one, two = bytes(range(32)), bytes([0, 1, 2, 3, 4, 5, 6, 9, *range(9, 33)])
    rows = np.frombuffer(one + two, np.uint8).reshape(2, 32)
    mixed = bytes(a ^ b for a, b in zip(one, two, strict=True))
    assert opened(encode(Coding.X256, rows)) == one + mixed
    planes = b"\7\2\6\0\5\0\4\0\3\0\2\0\1\0\0\0"
    assert opened(encode(Coding.D256, rows)) == planes + one[8:] + mixed[8:]


def test_a_column_of_one_value_costs_next_to_nothing():
    assert len(encode(Coding.U16, np.full(1_000_000, 7, np.uint16))) < 200


def test_random_keys_cost_hardly_more_than_they_must():
    """log2(2^64 / n) + 1.44 bits is the least that n random sorted keys take."""
    keys = made.keys(100_000)
    assert len(encode(Coding.D64, keys)) < 1.02 * 100_000 * (64 - 16.61 + 1.44) / 8


def zeros(size, **options):
    return zstandard.ZstdCompressor(**{"write_checksum": True, **options}).compress(bytes(size))


@pytest.mark.parametrize(
    ("frame", "count"),
    [
        (b"", 1), (b"\0" * 40, 1), (MAGIC, 1), (zeros(8), 2), (zeros(16), 1), (zeros(8)[:-1], 1),
        (zeros(8) + b"\0", 1), (zeros(8) + zeros(8), 1), (zeros(8) + zeros(8), 2),
        (zeros(8, write_checksum=False), 1), (zeros(8, write_content_size=False), 1),
        (b"\x50\x2a\x4d\x18\x08\0\0\0" + bytes(8), 1), (zeros(1 << 30), 1), (zeros(0), 1),
    ],
)  # fmt: skip
def test_frames_that_are_not_the_column_are_refused(frame, count):
    with pytest.raises(FeedError, match="not valid"):
        decode(Coding.D64, frame, count)


def test_a_large_window_is_refused():
    settings = zstandard.ZstdCompressionParameters(window_log=28, write_checksum=True)
    job = zstandard.ZstdCompressor(compression_params=settings).compressobj(size=1 << 29)
    frame = job.compress(bytes(1 << 20))
    with pytest.raises(FeedError, match="window"):
        decode(Coding.U8, frame, 1 << 29)


def test_a_frame_that_lies_about_its_size_is_refused():
    """The declared size is patched to a larger one: nothing but an error may come of it."""
    frame = bytearray(zeros(200))
    assert frame[5] == 200
    for size in (1, 199, 201, 255):
        frame[5] = size
        with pytest.raises(FeedError):
            decode(Coding.U8, bytes(frame), size)


@pytest.mark.parametrize("coding", [Coding.D32, Coding.D64])
def test_sums_that_go_round_fall(coding):
    """A difference of zero or one that overflows cannot look increasing."""
    width = WIDTH[coding]
    raw = np.array([5, 256**width - 3, 1], f"u{width}").view(np.uint8).reshape(-1, width).T
    frame = zstandard.ZstdCompressor(write_checksum=True).compress(raw.tobytes())
    assert decode(coding, frame, 3).tolist() == [5, 2, 3]
