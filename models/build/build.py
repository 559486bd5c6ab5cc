"""Build the shipped models: fetch, convert, quantize, measure, write.

    python models/build/build.py [--check]

Rules:
- Everything comes from the packages pinned in sources.toml; nothing else is downloaded.
- Equal inputs give equal bytes. `--check` builds into models/build/work and compares with what is
  committed.
- A stage whose int8 file misses the limits of `fidelity` is shipped in float alone.
"""

import argparse
import importlib.metadata
import sys
from pathlib import Path

import numpy as np

sys.path[0:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]

from models.build import fetch, fidelity, page, pictures, places, publish, quantize  # noqa: E402
from models.build.recipes import RECIPES, Recipe  # noqa: E402

from garim_models.prepare import tensor  # noqa: E402

CALIBRATION_STEP = 2
"""Every second picture: all of them widen the ranges by rare values and cost agreement."""

TOOLS = ("onnx", "onnxruntime", "numpy", "pillow")


def main() -> int:
    """Run the build; return the exit code."""
    parser = argparse.ArgumentParser(description="Build the shipped models.")
    parser.add_argument("--check", action="store_true", help="compare with the committed files")
    check = parser.parse_args().check
    root = places.WORK / "check" if check else places.WEIGHTS
    counts = pictures.make()
    print(f"{sum(counts.values())} ordinary pictures from {len(counts)} packages")
    packages = {package.package: package for package in fetch.pinned("weights")}
    measured = [build(recipe, packages[recipe.package], root) for recipe in RECIPES]
    if check:
        return compare(root)
    places.FIDELITY_PAGE.write_text(page.render(measured, counts))
    return 0


def build(recipe: Recipe, package: fetch.Package, root: Path) -> page.Measured:
    """Make one model's folder under `root` and return what was measured."""
    archive = fetch.fetch(package)
    original = recipe.original(archive)
    calibration = pictures.files(pictures.CALIBRATION)[::CALIBRATION_STEP]
    prepared = [tensor(fidelity.decoded(file, scale=True), recipe.input) for file in calibration]
    models = {
        fidelity.ORIGINAL: quantize.serialize(original),
        "float32": quantize.serialize(recipe.compact(archive)),
        "int8": quantize.quantize(original, prepared, recipe.method),
    }
    found = fidelity.scores(recipe.name, recipe.input, pictures.files(pictures.TEST), models)
    measured = page.Measured(
        recipe, len(calibration), found, {k: len(v) for k, v in models.items()}
    )
    print(f"\n{recipe.name}: {recipe.title}\n{fidelity.table(measured.rows)}")
    shipped = {"float32": models["float32"]}
    if measured.row(fidelity.INT8_FILE).shippable:
        shipped = {"int8": models["int8"], **shipped}
    else:
        print(f"{recipe.name}: int8 misses the limits, float32 alone is shipped")
    publish.write(recipe, package, shipped, {**measured.tables(), "tools": tools()}, root)
    return measured


def tools() -> dict[str, publish.Plain]:
    """Return the versions of the tools whose version may change a byte."""
    return {name: importlib.metadata.version(name) for name in TOOLS}


def compare(root: Path) -> int:
    """Compare a fresh build with the committed files; return 1 when a byte differs."""
    different = [
        path.relative_to(root)
        for path in sorted(root.glob("*/*"))
        if path.read_bytes() != (places.WEIGHTS / path.relative_to(root)).read_bytes()
    ]
    print(f"different from the committed files: {', '.join(map(str, different)) or 'none'}")
    return 1 if different else 0


if __name__ == "__main__":
    np.seterr(all="raise", under="ignore")
    sys.exit(main())
