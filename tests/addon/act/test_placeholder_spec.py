import dataclasses
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.act.placeholder_spec import MAX_SIDE, MAX_TEXT, PlaceholderSpec, output_format
from garim_addon.media.sniff import Format

SPEC = PlaceholderSpec("jpeg", 640, 480, "성적 내용", "k7f3qd")


@pytest.mark.parametrize(
    ("original", "encoded"),
    [
        ("jpeg", Format.JPEG), ("png", Format.PNG), ("webp", Format.WEBP), ("gif", Format.GIF),
        ("avif", Format.AVIF), ("bmp", Format.PNG), ("tiff", Format.PNG), ("ico", Format.PNG),
        ("heic", Format.PNG), ("jxl", Format.PNG), ("svg", Format.PNG), ("", Format.PNG),
        ("JPEG", Format.PNG), ("nonsense", Format.PNG), (Format.WEBP, Format.WEBP),
    ],
)  # fmt: skip
def test_what_browsers_show_is_answered_in_kind_and_the_rest_as_png(original, encoded):
    assert output_format(original) is encoded


@pytest.mark.parametrize("style", ["card", "blur"])
def test_a_spec_survives_the_pipe(style):
    spec = dataclasses.replace(SPEC, style=style)
    assert PlaceholderSpec.from_dict(spec.to_dict()) == spec


@pytest.mark.parametrize(
    "wrong",
    [
        {"format": 1}, {"word": None}, {"word": "x" * (MAX_TEXT + 1)}, {"ident": b"x"},
        {"width": "1"}, {"width": -1}, {"height": MAX_SIDE + 1}, {"height": True},
        {"height": 1.5}, {"style": "mosaic"}, {"style": None},
    ],
)  # fmt: skip
def test_a_broken_spec_is_refused(wrong):
    with pytest.raises(ValueError, match="placeholder"):
        PlaceholderSpec.from_dict(SPEC.to_dict() | wrong)


@pytest.mark.parametrize("field", ["format", "width", "height", "word", "ident", "style"])
def test_a_missing_field_is_refused(field):
    raw = SPEC.to_dict()
    del raw[field]
    with pytest.raises(ValueError, match=field):
        PlaceholderSpec.from_dict(raw)


VALUES = st.none() | st.integers() | st.text() | st.floats() | st.booleans()


@given(st.dictionaries(st.sampled_from([*SPEC.to_dict()]), VALUES))
def test_hostile_fields_end_in_a_spec_or_a_value_error(fields):
    try:
        spec = PlaceholderSpec.from_dict(SPEC.to_dict() | fields)
    except ValueError:
        return
    assert PlaceholderSpec.from_dict(spec.to_dict()) == spec


def test_the_proxy_process_can_import_it_without_an_imaging_library():
    check = (
        "import sys, garim_addon.act.placeholder_spec, garim_addon.act.words\n"
        "sys.exit(bool({'PIL', 'numpy', 'onnxruntime', 'mitmproxy'} & sys.modules.keys()))"
    )
    command, environment = [sys.executable, "-c", check], {"PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run(command, env=environment, check=False).returncode == 0
