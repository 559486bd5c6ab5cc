import tomllib

import pytest
from models.build import places, publish
from models.build.fetch import pinned
from models.build.recipes import RECIPES

from garim_models import manifest as manifests


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)
def test_the_committed_manifest_is_what_the_recipe_says(recipe):
    found = manifests.read(places.WEIGHTS / recipe.name)
    package = next(one for one in pinned("weights") if one.package == recipe.package)
    assert found.input.model_dump() == recipe.input.model_dump()
    assert found.thresholds == recipe.thresholds
    assert found.version == recipe.version
    assert found.source is not None
    assert found.source.sha256 == package.sha256
    raw = tomllib.loads((places.WEIGHTS / recipe.name / "manifest.toml").read_text())
    assert raw["calibration"]["weights"] == recipe.method.name
    licence = (publish.HERE / "licences" / f"{recipe.name}.txt").read_text()
    assert (places.WEIGHTS / recipe.name / "LICENSE").read_text() == licence


def test_versions_start_with_the_packages():
    versions = {one.package: one.version for one in pinned("weights")}
    for recipe in RECIPES:
        assert recipe.version.startswith(f"{versions[recipe.package]}-")
