import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.addon.media.made import RASTERS, small

from garim_addon.media.sniff import MIME, Format, sniff, undecided

SVG = b"<svg xmlns='http://www.w3.org/2000/svg'/>"


@pytest.mark.parametrize("found", RASTERS)
def test_real_files_are_recognized(found):
    assert sniff(small(found)[:4096]) is found
    assert sniff(small(found)[:64]) is found


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"\xff\xd8\xff\xe1", Format.JPEG),
        (b"\xff\xd8", None),
        (b"\x89PNG\r\n\x1a\n", Format.PNG),
        (b"\x89PNG\n\x1a\n", None),
        (b"GIF87a", Format.GIF),
        (b"GIF88a", None),
        (b"RIFF\0\0\0\0WEBPVP8 ", Format.WEBP),
        (b"RIFF\0\0\0\0WAVEfmt ", None),
        (b"\xff\x0a\0", Format.JXL),
        (b"\0\0\0\x0cJXL \r\n\x87\n", Format.JXL),
        (b"II*\0", Format.TIFF),
        (b"MM\0*", Format.TIFF),
        (b"II+\0\x08\0", Format.TIFF),
        (b"MM\0+\0\x08", Format.TIFF),
        (b"BM" + bytes(12) + b"\x28\0\0\0", Format.BMP),
        (b"BM" + bytes(12) + b"\x0c\0\0\0", Format.BMP),
        (b"BMW is a maker of cars and motorcycles", None),
        (b"BM", None),
        (b"\0\0\1\0\1\0" + bytes(12) + b"\x16\0\0\0", Format.ICO),
        (b"\0\0\2\0\1\0" + bytes(12) + b"\x16\0\0\0", Format.ICO),
        (b"\0\0\1\0\0\0" + bytes(16), None),
        (b"\0\0\1\0\2\0" + bytes(12) + b"\x16\0\0\0", None),
        (b"\0\0\1\xba" + bytes(30), None),
        (b"", None),
        (b"<!DOCTYPE html><html><svg></svg>", None),
        (b"plain text", None),
        (b"%PDF-1.7", None),
    ],
)
def test_magic(head, found):
    assert sniff(head) is found


@pytest.mark.parametrize(
    "head",
    [
        SVG,
        b"\xef\xbb\xbf" + SVG,
        b"\n \t" + SVG,
        b"<?xml version='1.0'?>\n<!-- a <svg> --><!DOCTYPE svg PUBLIC 'x' 'y'>" + SVG,
        b"<!DOCTYPE svg [<!ENTITY a '<b>'>]>" + SVG,
        b"<s:svg xmlns:s='http://www.w3.org/2000/svg'>",
        b"\xff\xfe" + SVG.decode().encode("utf-16-le"),
        b"\xfe\xff" + SVG.decode().encode("utf-16-be"),
        b"<!--" + b"x" * 4000 + b"-->" + SVG,
    ],
)
def test_svg_is_seen_through_its_prolog(head):
    assert sniff(head) is Format.SVG


@pytest.mark.parametrize(
    "head", [b"<svgx>", b"<?xml version='1.0'", b"<!-- <svg>", b"<!DOCTYPE svg [", b"<p>" + SVG]
)
def test_not_svg(head):
    assert sniff(head) is None


def test_every_format_has_a_type():
    assert set(MIME) == set(Format)


@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"<?", b"<!--", b"<!DOCTYPE [", b"BM", b"\0\0\0\x1cftyp"]),
)
def test_anything_may_be_sniffed(tail, start):
    assert sniff(start + tail) in (None, *Format)


def test_proxy_process_stays_light():
    code = (
        "import sys; import garim_addon.media.sniff, garim_addon.media.encoding;"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'PIL', 'onnxruntime', 'mitmproxy')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("found", RASTERS)
def test_a_picture_is_undecided_from_its_first_byte_on(found):
    head = small(found)[:64]
    assert all(undecided(head[:length]) for length in range(len(head) + 1))


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"", True),
        (b"data", True),  # the size of a box, or the start of a word
        (b"data:", False),
        (b"data: first\n", False),
        (b"\0\0\0\x20f", True),
        (b"\0\0\0\x20fr", False),
        (b"\0\0\0\x20ftypavif", True),
        (b"<!doctype html>", False),
        (b'{"a": 1}', False),
        (b"PK\x03\x04\x14", False),
        (b"RIFF\x10\0", True),
        (b"BM", True),
        (b"BMW is a maker", True),
        (b"GIF88a", False),
        (b"\0\0\x02\0\x01", True),
    ],
)
def test_what_no_picture_starts_with_is_decided(head, expected):
    assert undecided(head) is expected


@given(st.binary(max_size=64), st.binary(max_size=64))
def test_what_is_decided_stays_so(head, more):
    if not undecided(head):
        assert sniff(head + more) in {None, Format.SVG}
