import hashlib
import io
import shutil

import numpy as np
import pytest
from PIL import Image

from garim_models import loader
from garim_models.errors import ModelError
from garim_models.manifest import WEIGHTS, read

SHIPPED = ["nsfw-mid", "open-nsfw"]
PICTURE = np.random.default_rng(1).integers(0, 256, (300, 400, 3), dtype=np.uint8)


@pytest.fixture
def copied(tmp_path):
    """A copy of the shipped first stage that a test may spoil."""
    shutil.copytree(WEIGHTS / "nsfw-mid", tmp_path / "nsfw-mid")
    return tmp_path


def edit(folder, old, new):
    path = folder / "manifest.toml"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


@pytest.mark.parametrize("variant", ["int8", "float32"])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_file_loads_and_gives_probabilities(name, variant):
    model = loader.load(name, variant=variant)
    assert model.variant == variant
    row = model.probabilities(PICTURE)
    assert row.shape == (len(model.manifest.classes),)
    assert row.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("name", SHIPPED)
def test_int8_and_float32_say_nearly_the_same(name):
    int8, float32 = (loader.load(name, variant=one) for one in ("int8", "float32"))
    assert int8.unsafe([PICTURE])[0] == pytest.approx(float32.unsafe([PICTURE])[0], abs=0.12)


def test_each_view_gets_the_sum_of_the_unsafe_classes():
    model = loader.load("nsfw-mid")
    views = [PICTURE, np.ascontiguousarray(PICTURE[::-1])]
    wanted = [float(model.probabilities(one)[[1, 3]].sum()) for one in views]
    assert model.unsafe(views) == pytest.approx(wanted)
    assert model.unsafe([]) == []


def test_a_model_without_the_wanted_variant_is_loaded_from_the_other(copied):
    path = copied / "nsfw-mid" / "manifest.toml"
    head, rest = path.read_text().split("[variants.int8]")
    path.write_text(head + rest[rest.index("[variants.float32]") :])
    assert loader.load("nsfw-mid", directory=copied).variant == "float32"


@pytest.mark.parametrize("name", ["", "..", "../nsfw-mid", "/etc", "a/b", "A", "x" * 65])
def test_a_name_that_is_no_name_is_refused(copied, name):
    with pytest.raises(ModelError, match="not a model name"):
        loader.load(name, directory=copied)


def test_a_missing_model_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="'nsfw-mid' is missing"):
        loader.load("nsfw-mid", directory=tmp_path)


def test_a_missing_file_is_an_error(copied):
    (copied / "nsfw-mid" / "model.int8.onnx").unlink()
    with pytest.raises(ModelError, match="is missing"):
        loader.load("nsfw-mid", directory=copied)


@pytest.mark.parametrize("how", ["one bit", "shorter", "longer", "empty"])
def test_a_changed_file_is_an_error(copied, how):
    path = copied / "nsfw-mid" / "model.int8.onnx"
    content = bytearray(path.read_bytes())
    if how == "one bit":
        content[len(content) // 2] ^= 1
    path.write_bytes(
        {"one bit": content, "shorter": content[:-1], "longer": content + b"x", "empty": b""}[how]
    )
    with pytest.raises(ModelError, match="was changed"):
        loader.load("nsfw-mid", directory=copied)


def test_a_file_that_is_no_model_is_an_error_even_with_the_right_digest(copied):
    path = copied / "nsfw-mid" / "model.int8.onnx"
    before = read(copied / "nsfw-mid").variants["int8"]
    path.write_bytes(b"no model")
    edit(path.parent, before.sha256, hashlib.sha256(b"no model").hexdigest())
    edit(path.parent, f"size = {before.size}", "size = 8")
    with pytest.raises(ModelError, match="cannot be loaded"):
        loader.load("nsfw-mid", directory=copied)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('name = "input"', 'name = "other"', "has inputs"),
        ("width = 224", "width = 192", "has inputs"),
        ('layout = "nchw"', 'layout = "nhwc"', "has inputs"),
        ('name = "probabilities"', 'name = "other"', "has outputs"),
    ],
)
def test_a_manifest_that_does_not_fit_the_graph_is_an_error(copied, old, new, said):
    edit(copied / "nsfw-mid", old, new)
    with pytest.raises(ModelError, match=said):
        loader.load("nsfw-mid", directory=copied)


def test_a_wrong_number_of_classes_is_an_error_when_asked(copied):
    edit(copied / "nsfw-mid", ', "Sexy"]', "]")
    with pytest.raises(ModelError, match="gave 5 values"):
        loader.load("nsfw-mid", directory=copied).unsafe([PICTURE])


def test_an_operators_own_classifier_needs_a_folder_and_no_code(tmp_path):
    folder = tmp_path / "school"
    shutil.copytree(WEIGHTS / "open-nsfw", folder)
    edit(folder, 'name = "open-nsfw"', 'name = "school"')
    edit(folder, "stage = 2", "stage = 1")
    agree = read(WEIGHTS / "open-nsfw").thresholds.agree
    edit(folder, f"agree = {agree}", "gate = 0.1\nlow = 0.3\nhigh = 0.9")
    edit(folder, 'resize = "bilinear"', 'resize = "center-crop"')
    model = loader.load("school", directory=tmp_path)
    assert model.manifest.stage == 1
    assert 0 <= model.unsafe([PICTURE])[0] <= 1


class Answering:
    """A session that gives a fixed answer."""

    def __init__(self, answer):
        self.answer = answer

    def run(self, _names, _feed):
        if isinstance(self.answer, Exception):
            raise self.answer
        return [np.asarray([self.answer], np.float32)]


def answering(answer, activation="none"):
    manifest = read(WEIGHTS / "open-nsfw")
    output = manifest.output.model_copy(update={"activation": activation})
    return loader.Model(manifest.model_copy(update={"output": output}), "int8", Answering(answer))


@pytest.mark.parametrize(
    "answer", [[np.nan, 0.5], [0.5, np.inf], [-0.1, 1.1], [2.0, 0.0], [0.5], RuntimeError("broken")]
)
def test_an_answer_that_is_no_probability_is_an_error_never_a_pass(answer):
    with pytest.raises(ModelError):
        answering(answer).unsafe([PICTURE])


@pytest.mark.parametrize(
    ("activation", "answer", "wanted"),
    [
        ("none", [0.25, 0.75], 0.75),
        ("none", [0.0, 1.0000001], 1.0),
        ("softmax", [0.0, 0.0], 0.5),
        ("softmax", [-1000.0, 1000.0], 1.0),
        ("sigmoid", [5.0, 0.0], 0.5),
        ("sigmoid", [0.0, -1000.0], 0.0),
    ],
)
def test_logits_become_probabilities_as_the_manifest_says(activation, answer, wanted):
    assert answering(answer, activation).unsafe([PICTURE]) == pytest.approx([wanted])


def encoded(image, half, jpeg):
    if half:
        image = image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)
    if jpeg:
        buffer = io.BytesIO()
        image.save(buffer, "JPEG", quality=75)
        image = Image.open(buffer).convert("RGB")
    return np.asarray(image)


@pytest.mark.parametrize("variant", ["int8", "float32"])
@pytest.mark.parametrize("half", [False, True])
@pytest.mark.parametrize("jpeg", [False, True])
def test_the_classifier_picture_is_blocked_in_every_form(testmedia, variant, half, jpeg):
    with Image.open(testmedia / "classifier.png") as image:
        view = encoded(image.convert("RGB"), half, jpeg)
    first, second = (loader.load(name, variant=variant) for name in SHIPPED)
    assert first.unsafe([view])[0] >= first.manifest.thresholds.high
    assert second.unsafe([view])[0] >= 0.9


@pytest.mark.parametrize("variant", ["int8", "float32"])
def test_the_ambiguous_picture_needs_the_second_opinion(testmedia, variant):
    with Image.open(testmedia / "ambiguous.png") as image:
        view = np.asarray(image.convert("RGB"))
    first = loader.load("nsfw-mid", variant=variant)
    limits = first.manifest.thresholds
    assert limits.low < first.unsafe([view])[0] < limits.high
