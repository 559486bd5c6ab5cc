import io
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.convert import json_objects
from garim_feed.convert.json_objects import MAX_FIELDS, MAX_OBJECT, objects
from garim_feed.errors import FeedError

WRONG = "The file is not a JSON object from here on."


def found(text):
    data = text if isinstance(text, bytes) else text.encode()
    seen = []
    try:
        seen.extend(objects(io.BytesIO(data)))
    except FeedError as error:
        seen.append((error.params["line"], str(error)))
    return seen


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{}", [(1, {})]),
        ("\n {}\n", [(2, {})]),
        ('\ufeff{"a": 1}', [(1, {"a": 1})]),
        ('{"objects": []}', []),
        ('{"objects": [1, "가", {"a": []}]}', [(1, 1), (1, "가"), (1, {"a": []})]),
        ('{"type": "x",\n"objects": [\n{"a":\n1},\n\n{}\n],\n"id": 1\n}', [(3, {"a": 1}), (6, {})]),
        ('{"objects": [1], "objects": [2]}', [(1, 1), (1, 2)]),
        ('{"objects": 1}', [(1, {"objects": 1})]),
        ('{"n": 12345678901234567890}', [(1, {"n": 12345678901234567890})]),
        ("", [(1, WRONG)]),
        ("\n[]", [(2, WRONG)]),
        ("null", [(1, WRONG)]),
        ("{", [(1, WRONG)]),
        ('{"objects": [1', [(1, 1), (1, WRONG)]),
        ('{"objects": [1 2]}', [(1, 1), (1, WRONG)]),
        ('{"objects": [1,]}', [(1, 1), (1, WRONG)]),
        ('{"objects": [\n1,\n{"a"}]}', [(2, 1), (3, WRONG)]),
        ('{"objects": []', [(1, WRONG)]),
        ('{"objects": []} {}', [(1, WRONG)]),
        ('{"a" 1}', [(1, WRONG)]),
        ('{"a": 1 "b": 2}', [(1, WRONG)]),
        ("{1: 2}", [(1, WRONG)]),
        (b'{"a": "\xff"}', [(1, "The file is not text in UTF-8.")]),
        ('{"objects": [' + "[" * 100_000, [(1, WRONG)]),
        ('{"objects": [' + "9" * 10_000 + "]}", [(1, WRONG)]),
    ],
)
@pytest.mark.parametrize("block", [1, 3, 1 << 16])
def test_objects(monkeypatch, text, wanted, block):
    # A long value is tried again for each block, so tiny ones are for short texts.
    monkeypatch.setattr(json_objects, "_BLOCK", block if len(text) < 100 else 1 << 16)
    assert found(text) == wanted


def test_a_huge_value_is_refused():
    text = '{"objects": [1,\n"' + "x" * (2 * MAX_OBJECT) + '"]}'
    assert found(text) == [
        (1, 1),
        (2, f"No JSON value of at most {MAX_OBJECT} characters starts here."),
    ]


def test_the_file_has_a_bounded_number_of_fields():
    text = json.dumps({str(number): 0 for number in range(MAX_FIELDS + 1)})
    assert found(text) == [(1, WRONG)]


LONG = """
import io, tracemalloc
from garim_feed.convert.json_objects import objects

class Bundle(io.RawIOBase):
    left = 400

    def read(self, size=-1):
        self.left -= 1
        if self.left == 399:
            return b'{"objects": [0'
        if self.left <= 0:
            return b"" if self.left else b"]}"
        return (b',\\n"' + b"x" * 10_000 + b'"') * 6

tracemalloc.start()
count = sum(1 for _ in objects(Bundle()))
assert count == 1 + 398 * 6, count
peak = tracemalloc.get_traced_memory()[1]
assert peak < 4 << 20, peak
"""


def test_a_bundle_is_not_held():
    # In a process of its own: what else runs in this one would be counted.
    subprocess.run([sys.executable, "-c", LONG], check=True)


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.lists(values, max_size=5), st.sampled_from([None, 1, "\t"]), st.integers(5, 50))
def test_what_json_writes_is_found(members, indent, block):
    text = json.dumps({"type": "bundle", "objects": members, "z": 1}, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_objects, "_BLOCK", block)
        assert [value for _, value in found(text)] == members


@given(st.binary(max_size=60) | st.text('{}[]",:0 objects\n', max_size=60).map(str.encode))
def test_whatever_comes_is_given_or_refused(data):
    found(data)
    found(b'{"objects": [' + data)
