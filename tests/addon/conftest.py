"""The tests are not a package, so their helper is loaded by its path."""

import importlib.util
import sys
from pathlib import Path

import pytest

_NAME = "shield_house"

if _NAME not in sys.modules:
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name(f"{_NAME}.py"))
    _module = importlib.util.module_from_spec(_spec)
    sys.modules[_NAME] = _module
    _spec.loader.exec_module(_module)


@pytest.fixture
def build(tmp_path):
    houses = []

    def build(policy=sys.modules[_NAME].HOME):
        folder = tmp_path / str(len(houses))
        folder.mkdir()
        houses.append(sys.modules[_NAME].House(folder, policy))
        return houses[-1]

    yield build
    for house in houses:
        assert house.shield.budget.held == 0
        house.close()


@pytest.fixture
def house(build):
    return build()
