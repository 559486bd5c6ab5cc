"""The tests are not a package, so their helpers are loaded by their paths."""

import importlib.util
import sys
from pathlib import Path

import pytest

for _name in ("made_lists", "shield_house"):
    if _name not in sys.modules:
        _path = Path(__file__).with_name(f"{_name}.py")
        _spec = importlib.util.spec_from_file_location(_name, _path)
        _module = importlib.util.module_from_spec(_spec)
        sys.modules[_name] = _module
        _spec.loader.exec_module(_module)


@pytest.fixture
def build(tmp_path):
    house = sys.modules["shield_house"]
    houses = []

    def build(policy=house.HOME, **rooms):
        folder = tmp_path / str(len(houses))
        folder.mkdir()
        houses.append(house.House(folder, policy, **rooms))
        return houses[-1]

    yield build
    for each in houses:
        assert each.shield.budget.held == 0
        each.close()


@pytest.fixture
def house(build):
    return build()
