"""docs/list-format.md is enough to write a reader: this one was written from it and nothing else.

It works with plain numbers, imports none of Garim's readers, and must read what Garim writes.
"""

import hashlib
import json
import re
import struct
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from tests.feed.wire import made

from garim_feed.kinds import EFFECTS, Effect, Kind, entry_id
from garim_feed.wire import catalogue, columns, description, layout, names, revocations, segment
from garim_feed.wire.content import content_digest
from garim_feed.wire.segment import read, write

DOC = (Path(__file__).parents[2] / "docs" / "list-format.md").read_text("utf-8")
SALT = bytes(range(16))
WIDTH = {"u8": 1, "u16": 2, "u32": 4, "d32": 4, "w32": 4, "d64": 8, "x256": 32, "d256": 32}


def table(heading, columns=None):
    """The rows of the tables under a heading, cells without backticks."""
    part = re.search(rf"^## {re.escape(heading)}$(.*?)(?=^## |\Z)", DOC, re.MULTILINE | re.DOTALL)
    rows = [line.strip("|").split(" | ") for line in part[1].splitlines() if line.startswith("| ")]
    cells = [[cell.strip().replace("`", "") for cell in row] for row in rows]
    return [row for row in cells if columns is None or len(row) == columns]


ORDER = {row[0]: row[1] for row in table("Segments", 3) if row[1] in WIDTH}
EXAMPLE = bytes.fromhex(re.search(r"^```\n([0-9a-f\n]+)```$", DOC, re.MULTILINE)[1])
DIGEST = re.search(r"content digest is `([0-9a-f]{64})`", DOC)[1]


# --- The reader, from the page.


def mini_read(file):
    """Return {column: values} of a segment file."""
    magic, version, length = struct.unpack_from("<8sHI", file)
    assert (magic, version) == (b"GARIMSEG", 1)
    header = json.loads(file[14 : 14 + length])
    start, found = 14 + length, {}
    for column in header["columns"]:
        frame = file[start : start + column["bytes"]]
        start += column["bytes"]
        content = zstandard.ZstdDecompressor().decompress(frame)
        assert len(content) == column["count"] * WIDTH[column["type"]]
        found[column["name"]] = uncoded(column["type"], content, column["count"])
    assert start == len(file)
    return found


def uncoded(coding, content, count):
    if coding == "x256":
        return xored(content, 32)
    if coding == "d256":
        heads = uncoded("d64", content[: 8 * count], count)
        rests = xored(content[8 * count :], 24)
        return [head.to_bytes(8, "big") + rest for head, rest in zip(heads, rests, strict=True)]
    width = WIDTH[coding]
    values = [
        sum(content[plane * count + place] << (8 * plane) for plane in range(width))
        for place in range(count)
    ]
    if coding[0] in "dw":
        for place in range(1, count):
            values[place] = (values[place] + values[place - 1]) % 256**width
    return values


def xored(content, width):
    rows = [content[start : start + width] for start in range(0, len(content), width)]
    for place in range(1, len(rows)):
        rows[place] = bytes(a ^ b for a, b in zip(rows[place], rows[place - 1], strict=True))
    return rows


def mini_digest(found):
    said = b"garim-content-1\0terms\0"
    terms = [found.get(name, ()) for name in ("term.added", "term.expires", "term.effect")]
    said += struct.pack("<Q", len(terms[0]))
    said += b"".join(struct.pack("<3H", *term) for term in zip(*terms, strict=True))
    names = list(ORDER)
    for name in names[names.index("host.keys") : names.index("audio.points") + 1]:
        if name in found:
            said += name.encode() + b"\0" + struct.pack("<Q", len(found[name]))
            width = WIDTH[ORDER[name]]
            said += b"".join(
                one if isinstance(one, bytes) else one.to_bytes(width, "little")
                for one in found[name]
            )
    return hashlib.sha256(said).hexdigest()


def mini_key(kind, subject, size=8):
    made_up = hashlib.blake2b(subject, digest_size=size, key=SALT, person=b"garim-" + kind)
    return made_up.hexdigest()


# --- What it says of Garim's files.


@made.QUICK
@given(made.steps())
def test_the_mini_reader_reads_what_garim_writes(step):
    removed, added, scopes = step
    found = mini_read(write(made.segment(step)))
    terms = list(
        zip(*(found.get(f"term.{one}", ()) for one in ("added", "expires", "effect")), strict=True)
    )
    for kind in layout.SHAPES:
        assert set(found.get(f"removed.{kind}", ())) == removed[kind]
        keys = found.get(f"{kind}.{layout.SHAPES[kind].key}", [])
        assert set(keys) == set(added[kind])
        for place, key in enumerate(keys):
            term = added[kind][key][0]
            day, until, effect = terms[found[f"{kind}.terms"][place]]
            assert (day, until, EFFECTS[effect]) == (term.added, term.expires, term.effect)
    assert set(found.get("scopes", ())) == scopes
    videos = [found.get(f"video.{one}", ()) for one in ("frames", "quality", "times")]
    frames = [frame for key in sorted(added[Kind.VIDEO]) for frame in added[Kind.VIDEO][key][3]]
    assert list(zip(*videos, strict=True)) == frames
    points = [one for key in sorted(added[Kind.AUDIO]) for one in added[Kind.AUDIO][key][2]]
    assert found.get("audio.points", []) == points


@made.QUICK
@given(made.steps())
def test_the_mini_digest_is_the_content_digest(step):
    whole = made.segment(step)
    assert mini_digest(mini_read(write(whole))) == content_digest(whole.added)


def test_the_example():
    found = mini_read(EXAMPLE)
    assert found["host.keys"] == [int(mini_key(b"host", b"bad.example"), 16)]
    assert found["address.keys"] == [int(mini_key(b"address", b"share.example/item?id=7"), 16)]
    assert found["scopes"] == [int(mini_key(b"scope", b"share.example", 4), 16)]
    assert (found["term.added"], found["term.expires"]) == ([20_000, 20_001], [0, 20_091])
    assert mini_digest(found) == DIGEST
    assert content_digest(read(EXAMPLE).added) == DIGEST


def test_the_codings_examples():
    said = re.search(r"^Examples: (.*?)\n\n", DOC, re.MULTILINE | re.DOTALL)[1]
    found = re.findall(r"`(\w+)` of ([\d, ]+) is\s`([0-9a-f ]+)`", said)
    assert len(found) == 3
    for coding, numbers, content in found:
        values = [int(number) for number in numbers.split(", ")]
        assert uncoded(coding, bytes.fromhex(content), len(values)) == values


@pytest.mark.parametrize("row", [row for row in table("Keys", 3) if len(row[2]) in {8, 16}])
def test_the_keys_table(row):
    kind, subject, key = row
    data = {
        "bytes 0 to 31": bytes(range(32)), "1, bytes 0 to 19": b"1" + bytes(range(20))
    }.get(subject, subject.encode())  # fmt: skip
    assert mini_key(kind.encode(), data, len(key) // 2) == key


# --- What it says of figures is what the code has.


def test_columns_widths_and_effects():
    assert {name: coding.value for name, coding in layout.ORDER.items()} == ORDER
    assert list(layout.ORDER) == list(ORDER)
    assert {coding.value: width for coding, width in columns.WIDTH.items()} == WIDTH
    numbers = {row[0]: int(row[1]) for row in table("What entries do", 4)[1:]}
    assert numbers == {effect.value: EFFECTS.index(effect) for effect in Effect}


def test_kinds_and_personalizations():
    rows = {row[0]: row[1] for row in table("Keys", 3) if row[1].startswith("garim-")}
    assert rows == {kind.value: f"garim-{kind}" for kind in Kind} | {"scope": "garim-scope"}
    assert f"`{entry_id(Kind.HOST, 0x23F373CBA51FA1D6)}`" in DOC


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("A file of at most 64 MiB", segment.MAX_FILE == 64 << 20),
        ("must not be more than 256 MiB", segment.MAX_RAW == 256 << 20),
        ("u32: at most 65,536", segment.MAX_HEADER == 65_536),
        ("`catalogue.json`, at most 2 MiB", catalogue.MAX_BYTES == 2 << 20),
        ("`lists` (at most 100,", catalogue.MAX_LISTS == 100),
        ("at most 64, in the order", catalogue.MAX_SEGMENTS == 64),
        ("`feed.json`, at most 1 MiB", description.MAX_BYTES == 1 << 20),
        ("(at most 256, none twice)", description.MAX_AUTHORITIES == 256),
        ("`revoked.json`, at most 2 MiB", revocations.MAX_BYTES == 2 << 20),
        ("`entries` (at most 10,000,", revocations.MAX_ENTRIES == 10_000),
        ("format, u16: 1", segment.FORMAT == 1),
        ("`lists/example/catalogue.json`", names.catalogue_path("example")[:13] == "lists/example"),
    ],
)
def test_limits(words, figure):
    assert words in DOC
    assert figure


def test_every_field_of_the_documents_is_named():
    for model in (
        description.FeedDescription, description.Authority, catalogue.Catalogue,
        catalogue.ListManifest, catalogue.SegmentRef, revocations.Revocations,
        revocations.Revocation,
    ):  # fmt: skip
        for field in model.model_fields:
            assert f"`{field}`" in DOC, field
