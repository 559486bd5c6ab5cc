import base64

import numpy as np
import onnxruntime as ort
import pytest
from models.build import convert
from models.build.tfjs import Graph, Weight
from onnx import TensorProto, helper, numpy_helper


def text(value):
    return base64.b64encode(value.encode()).decode()


def conv(name, kind, inputs, stride=1, activation="Relu6"):
    return {
        "name": name,
        "op": kind,
        "input": inputs,
        "attr": {
            "strides": {"list": {"i": ["1", str(stride), str(stride), "1"]}},
            "padding": {"s": text("SAME")},
            "fused_ops": {
                "list": {"s": [text("BiasAdd"), *([text(activation)] if activation else [])]}
            },
        },
    }


def small_graph(**changes):
    """A graph of every node kind that nsfwjs' MobileNetV2 has."""
    dice = np.random.default_rng(0)

    def stored(*shape):
        return Weight(dice.integers(0, 256, shape).astype(np.uint8), 0.01, -1.28)

    weights = {
        "two": Weight(np.array(2, np.float32)),
        "one": Weight(np.array(1, np.float32)),
        "kernel": stored(3, 3, 3, 4),
        "bias": stored(4),
        "deep": stored(3, 3, 4, 1),
        "deep bias": stored(4),
        "matrix": stored(4, 5),
        "offset": stored(5),
    }
    nodes = [
        {"name": "input", "op": "Placeholder"},
        *({"name": name, "op": "Const"} for name in weights),
        {"name": "mul", "op": "Mul", "input": ["two", "input"]},
        {"name": "sub", "op": "Sub", "input": ["mul", "one"]},
        conv("a", "_FusedConv2D", ["sub", "kernel", "bias"], stride=2),
        conv("b", "FusedDepthwiseConv2dNative", ["a", "deep", "deep bias"], activation=None),
        {"name": "c", "op": "AddV2", "input": ["a", "b"]},
        {"name": "d", "op": "AvgPool", "input": ["c"]},
        {"name": "e", "op": "Squeeze", "input": ["d"]},
        {"name": "f", "op": "_FusedMatMul", "input": ["e", "matrix", "offset"]},
        {"name": "g", "op": "Softmax", "input": ["f"]},
        {"name": "out", "op": "Identity", "input": ["g"]},
    ]
    weights |= changes
    return Graph(nodes, weights)


def run(model, given):
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: given})[0]


def by_hand(graph, x):
    """The same network in plain numpy, in TensorFlow's axis order."""
    w = {name: weight.value for name, weight in graph.weights.items()}
    x = x.transpose(1, 2, 0)
    padded = np.pad(x, ((0, 1), (0, 1), (0, 0)))  # 224 with stride 2: all padding comes after
    a = np.zeros((112, 112, 4), np.float32)
    for i in range(3):
        for j in range(3):
            a += padded[i : i + 223 : 2, j : j + 223 : 2] @ w["kernel"][i, j]
    a = np.clip(a + w["bias"], 0, 6)
    padded = np.pad(a, ((1, 1), (1, 1), (0, 0)))
    b = sum(
        padded[i : i + 112, j : j + 112] * w["deep"][i, j, :, 0] for i in range(3) for j in range(3)
    )
    pooled = (a + b + w["deep bias"]).mean(axis=(0, 1))
    logits = pooled @ w["matrix"] + w["offset"]
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


def test_the_converted_graph_computes_what_tensorflow_would():
    graph = small_graph()
    given = np.random.default_rng(1).random((1, 3, 224, 224), np.float32) * 2 - 1
    assert run(convert.nsfwjs(graph), given)[0] == pytest.approx(by_hand(graph, given[0]), abs=1e-5)


def test_packed_weights_give_the_same_bits():
    graph = small_graph()
    given = np.random.default_rng(1).random((1, 3, 224, 224), np.float32) * 2 - 1
    plain, packed = convert.nsfwjs(graph), convert.nsfwjs(graph, packed=True)
    assert np.array_equal(run(plain, given), run(packed, given))
    kinds = {one.data_type for one in packed.graph.initializer}
    assert TensorProto.UINT8 in kinds


def test_another_scaling_than_x_times_two_minus_one_is_refused():
    with pytest.raises(ValueError, match="x \\* 2 - 1"):
        convert.nsfwjs(small_graph(two=Weight(np.array(3, np.float32))))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"op": "Tanh"}, "unexpected node Tanh"),
        ({"attr": conv("", "", [], activation="Elu")["attr"]}, "unexpected activation"),
        (
            {"attr": {**conv("", "", [])["attr"], "padding": {"s": text("VALID")}}},
            "unexpected convolution",
        ),
    ],
)
def test_a_node_that_is_not_known_is_refused(change, said):
    graph = small_graph()
    next(node for node in graph.nodes if node["name"] == "a").update(change)
    with pytest.raises(ValueError, match=said):
        convert.nsfwjs(graph)


def test_half_storage_keeps_small_weights_and_widens_large_ones():
    large = np.linspace(-1, 1, 2048, dtype=np.float32).reshape(1, 2048)
    small = np.full(2048, 0.1, np.float32)[:10]
    graph = helper.make_graph(
        [
            helper.make_node("Mul", ["x", "large"], ["z"]),
            helper.make_node("Identity", ["z"], ["y"]),
        ],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 1])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 2048])],
        [numpy_helper.from_array(large, "large"), numpy_helper.from_array(small, "small")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    packed = convert.half_storage(model)
    kinds = {one.name: one.data_type for one in packed.graph.initializer}
    assert kinds == {"large_half": TensorProto.FLOAT16, "small": TensorProto.FLOAT}
    found = run(packed, np.ones((1, 1), np.float32))
    assert np.array_equal(found, large.astype(np.float16).astype(np.float32))
    assert model.graph.initializer[0].data_type == TensorProto.FLOAT
