import gzip
import tracemalloc
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.media.encoding import decode, head
from garim_addon.media.errors import MediaError
from garim_addon.verdict import FailureCause

DATA = bytes(range(256)) * 600
CAPS = {"max_bytes": 1 << 20, "max_ratio": 10_000}


def raw_deflate(data):
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


CODED = {
    "gzip": gzip.compress(DATA),
    "x-gzip": gzip.compress(DATA),
    "GZip ": gzip.compress(DATA),
    "deflate": zlib.compress(DATA),
    "br": brotli.compress(DATA),
    "zstd": zstandard.compress(DATA),
    "": DATA,
    "identity": DATA,
    "identity, gzip": gzip.compress(DATA),
    "gzip, br": brotli.compress(gzip.compress(DATA)),
    "br,zstd,gzip": gzip.compress(zstandard.compress(brotli.compress(DATA))),
}


@pytest.mark.parametrize("encoding", CODED)
def test_round_trip(encoding):
    assert decode(CODED[encoding], encoding, **CAPS) == DATA
    assert head(CODED[encoding], encoding) == DATA[:4096]
    assert head(CODED[encoding], encoding, 10) == DATA[:10]


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (raw_deflate(DATA), "deflate"),
        (gzip.compress(DATA[:700]) + gzip.compress(DATA[700:]), "gzip"),
        (gzip.compress(DATA) + b"trailing bytes", "gzip"),
        (zstandard.compress(DATA[:700]) + zstandard.compress(DATA[700:]), "zstd"),
    ],
    ids=["raw deflate", "members", "trailing", "frames"],
)
def test_other_spellings(body, encoding):
    assert decode(body, encoding, **CAPS) == DATA


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
def test_empty_body(encoding):
    assert decode(b"", encoding, **CAPS) == b""
    assert head(b"", encoding) == b""


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br"])
def test_what_a_truncated_stream_held_is_kept(encoding):
    noise = bytes(zlib.crc32(i.to_bytes(4)) & 255 for i in range(50_000))
    whole = {"gzip": gzip.compress, "deflate": zlib.compress, "br": brotli.compress}[encoding](
        noise
    )
    part = decode(whole[: len(whole) // 2], encoding, **CAPS)
    assert len(part) > 1000
    assert noise.startswith(part)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize("body", [b"hello world " * 20, b"\xff" * 50])
def test_damaged_streams_are_undecodable(encoding, body):
    with pytest.raises(MediaError) as raised:
        decode(body, encoding, **CAPS)
    assert raised.value.cause is FailureCause.UNDECODABLE
    assert len(head(body, encoding)) <= 4096


@pytest.mark.parametrize(
    "encoding", ["compress", "dcz", "aws-chunked", "gzip, x", "gzip,gzip,gzip,gzip"]
)
def test_unknown_or_too_many_encodings(encoding):
    with pytest.raises(MediaError) as raised:
        decode(CODED["gzip"], encoding, **CAPS)
    assert raised.value.cause is FailureCause.UNDECODABLE


def test_head_of_an_unknown_encoding_is_empty():
    assert head(b"\xff\xd8\xff", "compress") == b""


BOMBS = {
    "gzip": gzip.compress(bytes(40 << 20)),
    "deflate": zlib.compress(bytes(40 << 20)),
    "br": brotli.compress(bytes(40 << 20), quality=1),
    "zstd": zstandard.compress(bytes(40 << 20)),
}


@pytest.mark.parametrize("encoding", BOMBS)
def test_bomb_costs_the_cap_not_the_memory(encoding):
    tracemalloc.start()
    with pytest.raises(MediaError) as raised:
        decode(BOMBS[encoding], encoding, max_bytes=2 << 20, max_ratio=10**9)
    start = head(BOMBS[encoding], encoding)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert raised.value.cause is FailureCause.TOO_LARGE
    assert start == bytes(4096)
    assert peak < 8 << 20


def test_bomb_in_a_bomb():
    with pytest.raises(MediaError) as raised:
        decode(gzip.compress(BOMBS["gzip"]), "gzip, gzip", max_bytes=64 << 20, max_ratio=200)
    assert raised.value.cause is FailureCause.TOO_LARGE


def test_ratio_cap_spares_small_bodies():
    assert decode(gzip.compress(bytes(65_536)), "gzip", max_bytes=1 << 20, max_ratio=2) == bytes(
        65_536
    )
    with pytest.raises(MediaError):
        decode(gzip.compress(bytes(65_537)), "gzip", max_bytes=1 << 20, max_ratio=2)


def test_zstd_window_is_capped():
    parameters = zstandard.ZstdCompressionParameters.from_level(3, window_log=27)
    stream = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    with pytest.raises(MediaError):
        decode(stream.compress(DATA) + stream.flush(), "zstd", **CAPS)


def cause_of(body, encoding):
    """Decode; return what failed, or None. Anything but MediaError escapes."""
    try:
        assert len(decode(body, encoding, max_bytes=1 << 18, max_ratio=10_000)) <= 1 << 18
    except MediaError as error:
        return error.cause
    return None


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, br", "x"]))
def test_only_media_errors(body, encoding):
    assert len(head(body, encoding)) <= 4096
    assert cause_of(body, encoding) in (None, FailureCause.TOO_LARGE, FailureCause.UNDECODABLE)


@given(st.sampled_from(["gzip", "deflate", "br", "zstd"]), st.integers(0), st.integers(0, 255))
def test_one_changed_byte(encoding, position, value):
    body = bytearray(CODED[encoding])
    body[position % len(body)] = value
    causes = (None, FailureCause.TOO_LARGE, FailureCause.UNDECODABLE)
    assert cause_of(bytes(body), encoding) in causes
