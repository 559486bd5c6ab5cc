"""Frames: what is sent is read back, and nothing else is a frame."""

import asyncio
import io
import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.judge import protocol
from garim_addon.judge.protocol import Frame, ProtocolError

HEADERS = st.dictionaries(
    st.text(max_size=8),
    st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.lists(st.integers()),
    max_size=6,
)


def raw(header, payload=b""):
    return protocol.prefix(header, len(payload)) + payload


def read_async(data, **caps):
    async def read():
        reader = asyncio.StreamReader()
        reader.feed_data(data)
        reader.feed_eof()
        return await protocol.read(reader, **caps)

    return asyncio.run(read())


def read_sync(data):
    return protocol.read_sync(io.BytesIO(data))


@given(HEADERS, st.binary(max_size=300))
def test_both_sides_read_what_was_sent(header, payload):
    file = io.BytesIO()
    protocol.write_sync(file, header, payload)
    assert file.getvalue() == raw(header, payload)
    assert read_sync(file.getvalue()) == Frame(header, payload)
    assert read_async(file.getvalue()) == Frame(header, payload)


@pytest.mark.parametrize("read", [read_sync, read_async])
@given(data=st.binary(max_size=200))
def test_hostile_bytes_end_in_one_of_two_errors(read, data):
    try:
        frame = read(data)
    except (ProtocolError, EOFError):
        return
    assert frame is None or isinstance(frame.header, dict)


@pytest.mark.parametrize("read", [read_sync, read_async])
@given(header=HEADERS, payload=st.binary(max_size=20), cut=st.integers(1, 60))
def test_a_frame_cut_short_is_the_end(read, header, payload, cut):
    whole = raw(header, payload)
    cut = min(cut, len(whole) - 1)
    with pytest.raises(EOFError):
        read(whole[:-cut])


def test_the_end_between_frames_is_no_error_for_the_worker():
    assert read_sync(b"") is None


HOSTILE_HEADERS = {
    "no JSON": b"\xff\xfe{}",
    "an array": b"[1, 2]",
    "a number": b"1",
    "deep": b"[" * 50_000,
    "a number of many digits": b'{"id": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("read", [read_sync, read_async])
@pytest.mark.parametrize("header", HOSTILE_HEADERS.values(), ids=HOSTILE_HEADERS)
def test_a_header_that_is_no_object(read, header):
    data = struct.pack(">I", len(header)) + header + struct.pack(">Q", 0)
    with pytest.raises(ProtocolError):
        read(data)


@pytest.mark.parametrize("read", [read_sync, read_async])
@pytest.mark.parametrize(
    "data",
    [
        struct.pack(">I", protocol.MAX_HEADER + 1),
        struct.pack(">I", 2**32 - 1),
        b"\0\0\0\2{}" + struct.pack(">Q", protocol.MAX_PAYLOAD + 1),
        b"\0\0\0\2{}" + struct.pack(">Q", 2**64 - 1),
    ],
)
def test_absurd_lengths_are_refused_before_anything_is_read(read, data):
    with pytest.raises(ProtocolError, match="cap"):
        read(data)


def test_the_reader_can_set_a_lower_cap():
    data = raw({}, b"12345")
    assert read_async(data, max_payload=5).payload == b"12345"
    with pytest.raises(ProtocolError, match="cap"):
        read_async(data, max_payload=4)


@pytest.mark.parametrize(
    ("header", "length"), [({"a": "x" * protocol.MAX_HEADER}, 0), ({}, protocol.MAX_PAYLOAD + 1)]
)
def test_what_is_too_large_is_not_sent(header, length):
    with pytest.raises(ProtocolError):
        protocol.prefix(header, length)


@pytest.mark.parametrize("value", [None, True, -1, 1.5, "7", [7], 1 << 48, 10**30])
def test_a_number_is_a_size_and_nothing_else(value):
    with pytest.raises(ProtocolError):
        Frame({"n": value}).number("n")


@pytest.mark.parametrize("value", [0, 7, (1 << 48) - 1])
def test_sizes_are_numbers(value):
    assert Frame({"n": value}).number("n") == value


@pytest.mark.parametrize("value", [None, 7, ["x"], "x" * 513])
def test_a_text_is_short(value):
    with pytest.raises(ProtocolError):
        Frame({"t": value}).text("t")
    assert Frame({"t": "x" * 512}).text("t") == "x" * 512


def test_a_missing_field_is_a_protocol_error():
    with pytest.raises(ProtocolError):
        Frame({}).number("id")
    with pytest.raises(ProtocolError):
        Frame({}).text("op")


async def test_write_sends_header_and_payload():
    class Writer:
        def __init__(self):
            self.sent = b""
            self.drained = 0

        def write(self, data):
            self.sent += data

        async def drain(self):
            self.drained += 1

    writer = Writer()
    await protocol.write(writer, {"op": "judge"}, b"body")
    await protocol.write(writer, {"op": "ping"})
    file = io.BytesIO(writer.sent)
    assert protocol.read_sync(file) == Frame({"op": "judge"}, b"body")
    assert protocol.read_sync(file) == Frame({"op": "ping"}, b"")
    assert writer.drained == 2


def test_headers_are_plain_json():
    assert json.loads(raw({"op": "ping", "id": 1})[4:-8]) == {"op": "ping", "id": 1}
