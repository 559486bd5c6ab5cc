import json
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_models import manifest as manifests
from garim_models.errors import ModelError

DIGEST = "0" * 64


def described(**changes):
    """A whole manifest as nested dicts; a change of None removes the key."""
    values = {
        "name": "mine",
        "version": "1",
        "stage": 1,
        "licence": "MIT",
        "classes": ["good", "bad", "worse"],
        "unsafe": ["bad", "worse"],
        "input": {"name": "x", "width": 224, "height": 224},
        "output": {"name": "y"},
        "thresholds": {"gate": 0.05, "low": 0.2, "high": 0.9},
        "variants": {"float32": {"file": "m.onnx", "sha256": DIGEST, "size": 9}},
    }
    for key, value in changes.items():
        table, _, field = key.partition("__")
        target = values[table] if field else values
        name = field or table
        if value is None:
            del target[name]
        else:
            target[name] = value
    return values


def toml(values):
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    lines = [f"{k} = {json.dumps(v)}" for k, v in values.items() if k not in tables]
    for name, table in tables.items():
        nested = {k: v for k, v in table.items() if isinstance(v, dict)}
        plain = {k: v for k, v in table.items() if k not in nested}
        lines += [f"[{name}]"] + [f"{k} = {json.dumps(v)}" for k, v in plain.items()]
        for inner, rows in nested.items():
            lines += [f"[{name}.{inner}]"] + [f"{k} = {json.dumps(v)}" for k, v in rows.items()]
    return "\n".join(lines)


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    return folder


def write(folder, values):
    (folder / "manifest.toml").write_text(toml(values))


def test_reads_everything_and_fills_in_defaults(folder):
    write(folder, described())
    found = manifests.read(folder)
    assert found.unsafe_columns == [1, 2]
    assert found.thresholds.low == 0.2
    assert found.input.resize == "bilinear"
    assert found.variants["float32"].file == "m.onnx"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"version": None}, "version"),
        ({"extra": 1}, "extra"),
        ({"stage": 3}, "stage"),
        ({"stage": "1"}, "stage"),
        ({"name": "Mine"}, "name"),
        ({"name": "../mine"}, "name"),
        ({"name": "mine\n"}, "name"),
        ({"classes": []}, "classes"),
        ({"classes": ["bad", "bad", "worse"]}, "twice"),
        ({"unsafe": ["unknown"]}, "unsafe"),
        ({"unsafe": ["bad", "bad"]}, "unsafe"),
        ({"unsafe": []}, "unsafe"),
        ({"input__width": 4}, "input.width"),
        ({"input__layout": "chw"}, "input.layout"),
        ({"input__mean": [1.0, 2.0]}, "input.mean"),
        ({"input__std": [1.0, 0.0, 1.0]}, "std"),
        ({"input__resize_to": 100}, "resize_to"),
        ({"input__resize": "center-crop"}, "resize_to"),
        ({"input__scale": "1"}, "input.scale"),
        ({"thresholds__low": 1.5}, "thresholds.low"),
        ({"thresholds__low": 0.01}, "rise"),
        ({"thresholds__agree": 0.5}, "stage 1 needs"),
        ({"thresholds__gate": None}, "stage 1 needs"),
        ({"stage": 2}, "stage 2 needs"),
        ({"variants": {}}, "variants"),
        ({"variants__int4": {"file": "a", "sha256": DIGEST, "size": 1}}, "int4"),
        ({"variants__int8": {"file": "../a", "sha256": DIGEST, "size": 1}}, "file"),
        ({"variants__int8": {"file": ".a", "sha256": DIGEST, "size": 1}}, "file"),
        ({"variants__int8": {"file": "a", "sha256": "0", "size": 1}}, "sha256"),
        ({"variants__int8": {"file": "a", "sha256": DIGEST, "size": 0}}, "size"),
    ],
)
def test_a_bad_manifest_is_an_error_that_names_the_field(folder, changes, named):
    write(folder, described(**changes))
    with pytest.raises(ModelError, match=named):
        manifests.read(folder)


def test_not_a_number_is_no_threshold(folder):
    text = toml(described()).replace("low = 0.2", "low = nan")
    (folder / "manifest.toml").write_text(text)
    with pytest.raises(ModelError, match=r"thresholds\.low"):
        manifests.read(folder)


def test_stage_two_needs_agree_alone(folder):
    write(folder, described(stage=2, thresholds={"agree": 0.5}))
    assert manifests.read(folder).thresholds.agree == 0.5


def test_a_missing_manifest_says_which_model(folder):
    with pytest.raises(ModelError, match="'mine' is missing"):
        manifests.read(folder)


def test_the_name_must_be_the_folders(folder):
    write(folder, described(name="other"))
    with pytest.raises(ModelError, match="folder's name"):
        manifests.read(folder)


def test_an_endless_manifest_is_refused(folder):
    (folder / "manifest.toml").write_bytes(b"#" * (manifests.MAX_MANIFEST_BYTES + 1))
    with pytest.raises(ModelError, match="too large"):
        manifests.read(folder)


@given(st.binary(max_size=300))
def test_hostile_bytes_give_an_error_and_nothing_else(tmp_path_factory, body):
    folder = tmp_path_factory.getbasetemp() / "hostile"
    folder.mkdir(exist_ok=True)
    (folder / "manifest.toml").write_bytes(body)
    with pytest.raises(ModelError):
        manifests.read(folder)


def test_deep_nesting_is_an_error(folder):
    (folder / "manifest.toml").write_text("a = " + "[" * 5000)
    with pytest.raises(ModelError):
        manifests.read(folder)


def test_available_lists_the_shipped_models_by_name():
    assert [(one.name, one.stage) for one in manifests.available()] == [
        ("nsfw-mid", 1),
        ("open-nsfw", 2),
    ]


def test_available_ignores_folders_without_a_manifest(tmp_path, folder):
    write(folder, described())
    (tmp_path / "empty").mkdir()
    assert [one.name for one in manifests.available(tmp_path)] == ["mine"]


@pytest.mark.parametrize("name", ["nsfw-mid", "open-nsfw"])
def test_a_shipped_manifest_tells_where_it_comes_from_and_what_was_measured(name):
    found = manifests.read(manifests.WEIGHTS / name)
    assert found.source is not None
    assert found.calibration["pictures"] >= 150
    assert found.fidelity["pictures"] >= 300
    assert found.tools["onnxruntime"]
    assert (manifests.WEIGHTS / name / "LICENSE").read_text().strip()
    assert tomllib.loads((manifests.WEIGHTS / name / "manifest.toml").read_text())["name"] == name


def test_the_shipped_first_stage_is_as_close_as_promised():
    fidelity = manifests.read(manifests.WEIGHTS / "nsfw-mid").fidelity
    assert fidelity["int8_top1"] >= 0.99
    assert fidelity["int8_p99"] <= 0.12
