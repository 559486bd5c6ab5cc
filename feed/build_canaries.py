"""Write `canary_pictures.json`: PDQ hashes of ordinary pictures that no list may match.

The pictures are the sample photographs that scikit-image and scikit-learn carry inside their
packages (coffee, coins, a cat, a rocket, the moon, ...). Each one is hashed whole and in six cuts
(the middle, the four corners, the upper half), scaled to at most 512 pixels, by the reference
implementation (`pdqhash`). Cuts that are featureless (quality under 50) are left out; PDQ itself
covers other scalings. Only hashes are kept; no picture is copied.

Run it with the dependency groups `dev` and `models`:

    python feed/build_canaries.py
"""

import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pdqhash
from PIL import Image

from garim_feed.kinds import QUALITY_FLOOR

TARGET = Path(__file__).parent / "garim_feed" / "builtin" / "canary_pictures.json"
MAX_SIDE = 512
SKIMAGE = (
    "astronaut.png", "brick.png", "camera.png", "cell.png", "chelsea.png", "clock_motion.png",
    "coffee.png", "coins.png", "grass.png", "gravel.png", "horse.png", "hubble_deep_field.jpg",
    "ihc.png", "logo.png", "moon.png", "motorcycle_left.png", "motorcycle_right.png", "page.png",
    "retina.jpg", "rocket.jpg", "text.png",
)  # fmt: skip
SKLEARN = ("china.jpg", "flower.jpg")
CUTS = {
    "whole": (0.0, 0.0, 1.0, 1.0),
    "middle": (0.1, 0.1, 0.9, 0.9),
    "upper-left": (0.0, 0.0, 0.65, 0.65),
    "upper-right": (0.35, 0.0, 1.0, 0.65),
    "lower-left": (0.0, 0.35, 0.65, 1.0),
    "lower-right": (0.35, 0.35, 1.0, 1.0),
    "upper": (0.0, 0.0, 1.0, 0.5),
}
"""Left, top, right and bottom as shares of the sides."""


def sources() -> Iterator[Path]:
    """Yield the sample pictures."""
    for package, folder, names in (
        ("skimage", "data", SKIMAGE),
        ("sklearn", "datasets/images", SKLEARN),
    ):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise SystemExit(f"{package} is not installed")
        yield from (Path(spec.origin).parent / folder / name for name in names)


def pictures() -> Iterator[dict[str, object]]:
    """Yield name, hash and quality of every cut of every picture."""
    for path in sources():
        with Image.open(path) as opened:
            image = opened.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        whole = Image.alpha_composite(ground, image).convert("RGB")
        for cut, (left, top, right, bottom) in CUTS.items():
            width, height = whole.size
            part = whole.crop(
                (int(left * width), int(top * height), int(right * width), int(bottom * height))
            )
            part.thumbnail((MAX_SIDE, MAX_SIDE), Image.Resampling.BOX)
            bits, quality = pdqhash.compute(np.asarray(part))
            if quality >= QUALITY_FLOOR:
                pdq = np.packbits(bits.astype(np.uint8)).tobytes().hex()
                yield {"name": f"{path.stem} {cut}", "pdq": pdq, "quality": int(quality)}


def content() -> bytes:
    """Return the file."""
    rows = ",\n".join(json.dumps(one) for one in pictures())
    return f'{{"pictures": [\n{rows}\n]}}\n'.encode()


if __name__ == "__main__":
    TARGET.write_bytes(content())
    sys.stdout.write(f"{TARGET}\n")
