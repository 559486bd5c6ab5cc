"""A TensorFlow.js graph model read out of nsfwjs' JavaScript modules; no JavaScript runs.

Rules:
- `model.min.js` holds one object literal with bare keys and `!0` / `!1`, `group1-shardNofM.min.js`
  one base64 string.
- Weights stay as stored (one byte each, with the tensor's scale and minimum) next to their float
  values, so that the shipped float model can be both exact and small.
"""

import base64
import json
import re
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<key>[A-Za-z_$][\w$]*)(?=\s*:)'
    r"|(?P<number>-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)"
    r"|(?P<flag>![01])|(?P<mark>[{}\[\],:])"
)
_BASE64 = re.compile(r'"([A-Za-z0-9+/]{64,}={0,2})"')


@dataclass(frozen=True, slots=True)
class Weight:
    """One tensor as it is stored.

    Attributes:
        stored: The values in the file, in TensorFlow's axis order.
        scale: Factor that turns a stored byte into its value, or `None` for plain floats.
        minimum: Added after scaling.
    """

    stored: NDArray[Any]
    scale: float | None = None
    minimum: float = 0.0

    @property
    def value(self) -> NDArray[np.float32]:
        """The values as TensorFlow.js has them: computed in doubles, rounded to float32."""
        if self.scale is None:
            return np.asarray(self.stored, np.float32)
        return (self.stored.astype(np.float64) * self.scale + self.minimum).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Graph:
    """A frozen TensorFlow graph.

    Attributes:
        nodes: Its nodes in order, as TensorFlow.js writes them.
        weights: Tensors by node name.
    """

    nodes: list[dict[str, Any]]
    weights: dict[str, Weight]


def read(archive: Path, folder: str) -> Graph:
    """Read the graph model in `folder` (a path inside the npm archive)."""
    with tarfile.open(archive) as tar:
        model = json.loads(literal(_text(tar, f"{folder}/model.min.js")))
        manifest = model["weightsManifest"]
        shards = [name for group in manifest for name in group["paths"]]
        raw = b"".join(shard(_text(tar, f"{folder}/{name}.min.js")) for name in shards)
    tensors = [tensor for group in manifest for tensor in group["weights"]]
    return Graph(model["modelTopology"]["node"], _weights(tensors, raw))


def literal(script: str) -> str:
    """Find the model's object literal in a minified module and rewrite it as JSON.

    Raises:
        ValueError: When there is none, or it holds anything but plain data.
    """
    start = script.rfind("{", 0, script.index('format:"graph-model"'))
    written: list[str] = []
    depth = 0
    position = start
    while True:
        token = _TOKEN.match(script, position)
        if token is None:
            raise ValueError(
                f"not plain data at character {position}: {script[position : position + 40]!r}"
            )
        position = token.end()
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token.group(), 0)
        written.append(_as_json(token))
        if depth == 0:
            return "".join(written)


def _as_json(token: re.Match[str]) -> str:
    text = token.group()
    if token.lastgroup == "key":
        return json.dumps(text)
    if token.lastgroup == "flag":
        return "true" if text == "!0" else "false"
    if token.lastgroup == "number":
        return repr(float(text)) if re.search("[.eE]", text) else text
    return text


def shard(script: str) -> bytes:
    """Return the bytes of a weight shard's module."""
    found = _BASE64.findall(script)
    if len(found) != 1:
        raise ValueError(f"{len(found)} base64 strings where one was expected")
    return base64.b64decode(found[0], validate=True)


def _weights(tensors: list[dict[str, Any]], raw: bytes) -> dict[str, Weight]:
    weights: dict[str, Weight] = {}
    offset = 0
    for tensor in tensors:
        packing = tensor.get("quantization", {})
        kind = np.dtype(packing.get("dtype", tensor["dtype"]))
        count = int(np.prod(tensor["shape"], dtype=np.int64))
        stored = np.frombuffer(raw, kind, count, offset).reshape(tensor["shape"])
        weights[tensor["name"]] = Weight(stored, packing.get("scale"), packing.get("min", 0.0))
        offset += count * kind.itemsize
    if offset != len(raw):
        raise ValueError(f"the weights take {offset} bytes, the shards hold {len(raw)}")
    return weights


def _text(tar: tarfile.TarFile, name: str) -> str:
    member = tar.extractfile(name)
    if member is None:
        raise ValueError(f"{name} is no file")
    return member.read().decode()
