import numpy as np
import onnx
import onnxruntime as ort
import pytest
from models.build import quantize
from onnx import TensorProto, helper, numpy_helper

DICE = np.random.default_rng(0)
TENSORS = [DICE.random((1, 3, 16, 16), np.float32) for _ in range(6)]


@pytest.fixture(scope="module")
def model():
    """Convolution, activation, pooling and a head, as both shipped models have."""
    weights = {
        "w": DICE.standard_normal((8, 3, 3, 3)).astype(np.float32),
        "b": DICE.standard_normal(8).astype(np.float32),
        "m": DICE.standard_normal((8, 2)).astype(np.float32),
        "o": np.zeros(2, np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["x", "w", "b"], ["c"], name="conv", pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c"], ["r"], name="relu"),
        helper.make_node("GlobalAveragePool", ["r"], ["p"], name="pool"),
        helper.make_node("Flatten", ["p"], ["f"], name="flat"),
        helper.make_node("Gemm", ["f", "m", "o"], ["g"], name="gemm"),
        helper.make_node("Softmax", ["g"], ["y"], name="soft"),
    ]
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 3, 16, 16])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["N", 2])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def run(content, given):
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": given})[0]


@pytest.mark.parametrize("method", quantize.METHODS, ids=lambda method: method.name)
def test_the_body_becomes_8_bit_and_the_head_stays_float(model, method):
    content = quantize.quantize(model, TENSORS, method)
    found = onnx.load_from_string(content)
    kinds = {one.name: one.data_type for one in found.graph.initializer}
    wanted = {"QInt8": TensorProto.INT8, "QUInt8": TensorProto.UINT8}[method.weights.name]
    assert kinds["w_quantized"] == wanted
    assert kinds["m"] == TensorProto.FLOAT
    scale = next(one for one in found.graph.initializer if one.name == "w_scale")
    assert numpy_helper.to_array(scale).size == (8 if method.per_channel else 1)
    given = TENSORS[0]
    assert np.abs(run(content, given) - run(model.SerializeToString(), given)).max() < 0.05


def test_reduced_range_leaves_a_bit_unused(model):
    found = onnx.load_from_string(quantize.quantize(model, TENSORS, quantize.PER_CHANNEL))
    weights = next(one for one in found.graph.initializer if one.name == "w_quantized")
    assert np.abs(numpy_helper.to_array(weights).astype(int)).max() <= 64


def test_equal_inputs_give_equal_bytes(model):
    one, other = (quantize.quantize(model, TENSORS, quantize.PER_TENSOR) for _ in range(2))
    assert one == other
