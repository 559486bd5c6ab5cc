import base64
import json

import numpy as np
import pytest
from models.build import tfjs

SCRIPT = (
    'function(){module.exports={format:"graph-model",a:{b:[1,-2.5,.5,-.02,1e3,"x:y"]},t:!0,f:!1}}'
)


def test_the_literal_becomes_json():
    assert json.loads(tfjs.literal(SCRIPT)) == {
        "format": "graph-model",
        "a": {"b": [1, -2.5, 0.5, -0.02, 1000, "x:y"]},
        "t": True,
        "f": False,
    }


@pytest.mark.parametrize("hostile", ["alert(1)", "new Date", "undefined", "`x`", "1+1", "!2"])
def test_anything_but_plain_data_is_refused(hostile):
    with pytest.raises(ValueError, match="not plain data"):
        tfjs.literal(f'x={{format:"graph-model",a:{hostile}}}')


def test_a_literal_that_never_ends_is_refused():
    with pytest.raises(ValueError, match="not plain data"):
        tfjs.literal('x={format:"graph-model",a:[1,')


def test_a_shard_is_its_one_base64_string():
    body = bytes(range(256))
    text = base64.b64encode(body).decode()
    assert tfjs.shard(f'module.exports="{text}"') == body
    with pytest.raises(ValueError, match="2 base64"):
        tfjs.shard(f'"{text}","{text}"')


def test_weights_are_cut_from_the_bytes_in_order():
    tensors = [
        {
            "name": "a",
            "shape": [2, 2],
            "dtype": "float32",
            "quantization": {"dtype": "uint8", "scale": 0.5, "min": -1.0},
        },
        {"name": "b", "shape": [], "dtype": "float32"},
    ]
    raw = bytes([0, 1, 2, 255]) + np.float32(3).tobytes()
    found = tfjs._weights(tensors, raw)
    assert found["a"].value.tolist() == [[-1, -0.5], [0, 126.5]]
    assert found["a"].value.dtype == np.float32
    assert float(found["b"].value) == 3
    with pytest.raises(ValueError, match="shards hold"):
        tfjs._weights(tensors, raw + b"x")
