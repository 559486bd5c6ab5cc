"""A model's folder as it is shipped: the .onnx files, `manifest.toml` and the weights' licence."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from models.build.fetch import Package
from models.build.places import HERE, WEIGHTS
from models.build.recipes import Recipe
from pydantic import BaseModel

from garim_models import manifest as manifests

HEADER = (
    "# Made by models/build/build.py; a change here is overwritten and breaks the loader's check.\n"
)

Plain = str | int | float | bool | list[float] | list[str]


def write(
    recipe: Recipe,
    package: Package,
    contents: Mapping[str, bytes],
    tables: Mapping[str, Mapping[str, Plain]],
    root: Path = WEIGHTS,
) -> Path:
    """Write one model's folder and check it by reading it back.

    Args:
        recipe: What the model is.
        package: The pinned package its weights come from.
        contents: Serialized models by variant (`int8`, `float32`).
        tables: The measured tables `calibration`, `fidelity` and `tools`.
        root: Folder of models.

    Returns:
        The model's folder.
    """
    folder = root / recipe.name
    folder.mkdir(parents=True, exist_ok=True)
    storage = {"float32": recipe.storage, "int8": f"8-bit QDQ, weights {recipe.method.name}"}
    variants: dict[str, dict[str, Plain]] = {}
    for variant, content in contents.items():
        file = f"model.{variant}.onnx"
        (folder / file).write_bytes(content)
        digest = hashlib.sha256(content).hexdigest()
        variants[variant] = {
            "file": file,
            "sha256": digest,
            "size": len(content),
            "storage": storage[variant],
        }
    shutil.copyfile(HERE / "licences" / f"{recipe.name}.txt", folder / "LICENSE")
    (folder / manifests.MANIFEST).write_text(_manifest(recipe, package, variants, tables))
    manifests.read(folder)
    return folder


def _manifest(
    recipe: Recipe,
    package: Package,
    variants: Mapping[str, Mapping[str, Plain]],
    tables: Mapping[str, Mapping[str, Plain]],
) -> str:
    lines = [HEADER]
    top: dict[str, Plain] = {
        "name": recipe.name,
        "version": recipe.version,
        "title": recipe.title,
        "stage": recipe.stage,
        "licence": recipe.licence,
        "classes": list(recipe.classes),
        "unsafe": list(recipe.unsafe),
    }
    source: dict[str, Plain] = {
        "registry": {"npm": "npm", "pypi": "PyPI"}[package.kind],
        "package": package.package,
        "version": package.version,
        "sha256": package.sha256,
        "homepage": recipe.homepage,
        "copyright": recipe.copyright,
    }
    lines += _rows(top)
    lines += _table("input", _fields(recipe.input))
    lines += _table("output", _fields(recipe.output))
    lines += _table("thresholds", _fields(recipe.thresholds, only_set=True))
    for variant, row in variants.items():
        lines += _table(f"variants.{variant}", row)
    lines += _table("source", source)
    for name, row in tables.items():
        lines += _table(name, row)
    return "\n".join(lines) + "\n"


def _fields(model: BaseModel, *, only_set: bool = False) -> dict[str, Plain]:
    return dict(model.model_dump(exclude_unset=only_set))


def _table(name: str, values: Mapping[str, Plain]) -> list[str]:
    return ["", f"[{name}]", *_rows(values)]


def _rows(values: Mapping[str, Plain]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items()]


def _value(value: Plain | Sequence[Plain]) -> str:
    # JSON's strings, numbers, booleans and flat lists are TOML's, too.
    return json.dumps(value, ensure_ascii=False)
