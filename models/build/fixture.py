"""Find the harmless picture that the shipped classifiers condemn: soft colour blobs, nothing more.

Anyone must be able to see that the classifier path works, and nobody may need real material for it.
So a coarse grid of colours, enlarged smoothly, is moved by gradient ascent until both stages score
it high, also after JPEG, shifts and scaling. It is an adversarial input: it proves the wiring of the
classifier path, never its quality.

Needs torch, which nothing else here does, so it stands alone; it runs in any Python that has
torch 2.13, onnx, numpy and pillow:

    python models/build/fixture.py models/garim_models/weights models/garim_models/testmedia

Same seed, same versions, same machine kind: the same picture. The result is committed and
`tests/models/test_fixture.py` checks it through the shipped loader, so no build depends on this.
"""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
import torch.nn.functional as F  # noqa: N812 - its usual name
from onnx import numpy_helper
from PIL import Image

SEED = 3
GRID = 12
SIZE = 448
STEPS = 260
RATE = 0.12
GOOD = 0.995
"""Stop when every model scores this much on the clean picture and after JPEG at half size."""

Tensor = torch.Tensor


class Network:
    """A float model of the package, run by torch so that it can be differentiated."""

    def __init__(self, path: Path) -> None:
        graph = onnx.load(str(path)).graph
        self.nodes = [(n, _attributes(n)) for n in graph.node]
        self.constants = {
            one.name: torch.from_numpy(numpy_helper.to_array(one).copy())
            for one in graph.initializer
        }
        self.input = next(one.name for one in graph.input if one.name not in self.constants)
        self.output = graph.output[0].name

    def __call__(self, picture: Tensor) -> Tensor:
        """Run the graph on one prepared input."""
        values: dict[str, Tensor] = {**self.constants, self.input: picture}
        for node, attributes in self.nodes:
            inputs = [values[name] for name in node.input if name]
            values[node.output[0]] = _run(node.op_type, inputs, attributes)
        return values[self.output]


def _attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {one.name: onnx.helper.get_attribute_value(one) for one in node.attribute}


def _run(kind: str, x: list[Tensor], a: dict[str, Any]) -> Tensor:  # noqa: C901, PLR0912 - a table of operators
    match kind:
        case "Conv":
            return F.conv2d(
                _padded(x[0], a), x[1], x[2] if len(x) > 2 else None,
                a.get("strides", [1, 1]), 0, a.get("dilations", [1, 1]), a.get("group", 1),
            )  # fmt: skip
        case "Cast":
            return x[0].float()
        case "Add":
            return x[0] + x[1]
        case "Mul":
            return x[0] * x[1]
        case "Clip":
            return x[0].clamp(float(x[1]), float(x[2]))
        case "Relu":
            return x[0].relu()
        case "MaxPool":
            return F.max_pool2d(_padded(x[0], a, -1e9), a["kernel_shape"], a["strides"])
        case "AveragePool":
            return F.avg_pool2d(_padded(x[0], a), a["kernel_shape"], a.get("strides", [1, 1]))
        case "GlobalAveragePool":
            return x[0].mean((2, 3), keepdim=True)
        case "Flatten":
            return x[0].flatten(1)
        case "Reshape":
            return x[0].reshape([int(d) or x[0].shape[i] for i, d in enumerate(x[1].tolist())])
        case "Transpose":
            return x[0].permute(*a["perm"])
        case "Gemm":
            return x[0] @ (x[1].T if a.get("transB") else x[1]) + x[2]
        case "MatMul":
            return x[0] @ x[1]
        case "Softmax":
            return x[0].softmax(-1)
    raise SystemExit(f"fixture: the operator {kind} is not known")


def _padded(x: Tensor, a: dict[str, Any], value: float = 0.0) -> Tensor:
    pads = a.get("pads", [0, 0, 0, 0])
    if a.get("auto_pad", b"NOTSET") == b"SAME_UPPER":
        strides = a.get("strides", [1, 1])
        need = [
            max((-(-x.shape[2 + d] // strides[d]) - 1) * strides[d] + a["kernel_shape"][d] - x.shape[2 + d], 0)
            for d in (0, 1)
        ]  # fmt: skip
        pads = [need[0] // 2, need[1] // 2, need[0] - need[0] // 2, need[1] - need[1] // 2]
    top, left, bottom, right = pads
    return F.pad(x, (left, right, top, bottom), value=value) if any(pads) else x


def first(net: Network, picture: Tensor) -> Tensor:
    """Stage 1: Hentai + Porn of `nsfw-mid`; picture (1, 3, H, W) in 0..255."""
    small = F.interpolate(picture, (224, 224), mode="bilinear", align_corners=True)
    return net(small / 127.5 - 1)[0, [1, 3]].sum()


def second(net: Network, picture: Tensor) -> Tensor:
    """Stage 2: nsfw of `open-nsfw`."""
    wide = F.interpolate(picture, (256, 256), mode="bilinear", antialias=True)[:, :, 16:240, 16:240]
    mean = torch.tensor([104.0, 117.0, 123.0]).view(1, 3, 1, 1)
    return net((wide.flip(1) - mean).permute(0, 2, 3, 1))[0, 1]


def jpeg(picture: Tensor, quality: int) -> Tensor:
    """A real JPEG round trip; gradients pass straight through."""
    pixels = picture.detach().clamp(0, 255).round().to(torch.uint8)[0].permute(1, 2, 0).numpy()
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", quality=quality)
    back = np.asarray(Image.open(io.BytesIO(file.getvalue()))).copy()
    return picture + (torch.from_numpy(back).permute(2, 0, 1)[None].float() - picture).detach()


def draw(grid: Tensor) -> Tensor:
    """Colours of the grid as a smooth picture."""
    colours = torch.sigmoid(grid) * 255
    return F.interpolate(colours, (SIZE, SIZE), mode="bicubic").clamp(0, 255)


def search(stages: list[tuple[Any, Network]]) -> Tensor:
    """Gradient ascent on the grid; returns the best picture seen."""
    torch.manual_seed(SEED)
    chance = np.random.default_rng(SEED)
    grid = (torch.randn(1, 3, GRID, GRID) * 0.6).requires_grad_(True)
    optimizer = torch.optim.Adam([grid], lr=RATE)
    best, picture = 0.0, draw(grid).detach()
    for step in range(STEPS):
        x = _disturbed(draw(grid), chance)
        loss = -sum(torch.log(score(net, x) + 1e-6) for score, net in stages)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 10 == 9:
            worst = _worst(stages, draw(grid).detach())
            print(f"step {step + 1}: {worst:.4f}", flush=True)
            if worst > best:
                best, picture = worst, draw(grid).detach()
            if best >= GOOD:
                break
    return picture


def _disturbed(x: Tensor, chance: np.random.Generator) -> Tensor:
    x = torch.roll(x, tuple(int(v) for v in chance.integers(-12, 13, 2)), (2, 3))
    if chance.random() < 0.4:
        x = F.interpolate(x, (SIZE // 2, SIZE // 2), mode="bilinear", antialias=True)
    if chance.random() < 0.6:
        x = jpeg(x, int(chance.choice([50, 70, 85, 95])))
    return x


@torch.no_grad()
def _worst(stages: list[tuple[Any, Network]], picture: Tensor) -> float:
    half = F.interpolate(picture, (SIZE // 2, SIZE // 2), mode="bilinear", antialias=True)
    forms = [picture, jpeg(picture, 75), half, jpeg(half, 75)]
    return min(float(score(net, form)) for score, net in stages for form in forms)


def main(weights: Path, out: Path) -> None:
    """Search, and write `classifier.png` and its blend with grey, `ambiguous.png`."""
    stages = [
        (first, Network(weights / "nsfw-mid" / "model.float32.onnx")),
        (second, Network(weights / "open-nsfw" / "model.float32.onnx")),
    ]
    pixels = search(stages)[0].permute(1, 2, 0).round().to(torch.uint8).numpy()
    Image.fromarray(pixels).save(out / "classifier.png", optimize=True)
    for share in (0.50, 0.46, 0.44, 0.42, 0.40, 0.38, 0.36, 0.34, 0.32, 0.30):
        grey = (128 + (pixels.astype(np.float32) - 128) * share).round().astype(np.uint8)
        x = torch.from_numpy(grey.copy()).permute(2, 0, 1)[None].float()
        with torch.no_grad():
            scores = [float(score(net, x)) for score, net in stages]
        print(f"blend {share}: {scores[0]:.3f} {scores[1]:.3f}", flush=True)
        if 0.4 <= scores[0] <= 0.8:
            Image.fromarray(grey).save(out / "ambiguous.png", optimize=True)
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
