"""Static int8 quantization: QDQ nodes, 8-bit weights, activation ranges from calibration pictures.

Rules:
- The calibration pictures go through `garim_models.prepare`, as in use, not through a preparation
  of their own.
- The head (from the global pooling on) stays in float: it costs under 1 % of the time and decides
  close calls.
- The result depends on its inputs alone: names, order and ranges are fixed by the graph and the
  pictures.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process


@dataclass(frozen=True, slots=True)
class Method:
    """How weights become 8-bit.

    Attributes:
        name: For the manifest and the tables.
        per_channel: One scale for each output channel instead of one for each tensor.
        weights: Type of the weights.
        reduce_range: Use 7 of the 8 bits.
    """

    name: str
    per_channel: bool
    weights: QuantType
    reduce_range: bool = False


PER_CHANNEL = Method(
    "per channel, s7", per_channel=True, weights=QuantType.QInt8, reduce_range=True
)
"""Seven bits: x86 processors without VNNI add pairs of u8 x s8 products in 16 bits and saturate."""

PER_TENSOR = Method("per tensor, u8", per_channel=False, weights=QuantType.QUInt8)
"""Unsigned with a zero point: cannot saturate, and is exact for weights that were u8 per tensor."""

PER_CHANNEL_FULL = Method("per channel, s8", per_channel=True, weights=QuantType.QInt8)
"""The usual choice; measured for comparison, because it saturates on processors without VNNI."""

METHODS = (PER_TENSOR, PER_CHANNEL, PER_CHANNEL_FULL)


class _Reader(CalibrationDataReader):  # type: ignore[misc]
    def __init__(self, name: str, tensors: Sequence[NDArray[np.float32]]) -> None:
        self._rows: Iterator[dict[str, NDArray[np.float32]]] = ({name: one} for one in tensors)

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        return next(self._rows, None)


def quantize(model: ModelProto, tensors: Sequence[NDArray[np.float32]], method: Method) -> bytes:
    """Quantize a float model.

    Args:
        model: Plain float ONNX model with one input.
        tensors: Prepared calibration inputs, shape (1, ...).
        method: One of `METHODS`.

    Returns:
        The quantized model, serialized.
    """
    with tempfile.TemporaryDirectory() as name:
        plain, ready, done = (str(Path(name) / file) for file in ("a.onnx", "b.onnx", "c.onnx"))
        onnx.save(model, plain)
        quant_pre_process(plain, ready, skip_symbolic_shape=True)
        quantize_static(
            ready,
            done,
            _Reader(model.graph.input[0].name, tensors),
            quant_format=QuantFormat.QDQ,
            per_channel=method.per_channel,
            reduce_range=method.reduce_range,
            activation_type=QuantType.QUInt8,
            weight_type=method.weights,
            nodes_to_exclude=_head(onnx.load(ready)),
            calibrate_method=CalibrationMethod.MinMax,
            extra_options={"WeightSymmetric": method.weights is QuantType.QInt8},
        )
        return serialize(onnx.load(done))


def _head(model: ModelProto) -> list[str]:
    kinds = [node.op_type for node in model.graph.node]
    start = next(i for i, kind in enumerate(kinds) if kind.endswith("AveragePool"))
    return [node.name for node in model.graph.node[start:]]


def serialize(model: ModelProto) -> bytes:
    """Serialize a model so that equal models give equal bytes."""
    clean = ModelProto()
    clean.CopyFrom(model)
    del clean.graph.value_info[:]
    del clean.metadata_props[:]
    return bytes(clean.SerializeToString(deterministic=True))
