import importlib.util
import os
import sys
import warnings
from pathlib import Path

import pytest

with warnings.catch_warnings():
    # mitmproxy 12.2 uses old names of pyparsing while it is imported.
    warnings.simplefilter("ignore")
    import mitmproxy.addons  # noqa: F401

# The tests are not a package, so their helpers are loaded by their paths.
if "feed_house" not in sys.modules:
    _spec = importlib.util.spec_from_file_location(
        "feed_house", Path(__file__).with_name("feed_house.py")
    )
    sys.modules["feed_house"] = importlib.util.module_from_spec(_spec)
    _spec.loader.exec_module(sys.modules["feed_house"])


@pytest.fixture(autouse=True)
def _nobody_in_particular(monkeypatch):
    for name in [name for name in os.environ if name.startswith("GARIM_FEED")]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def new_feed(tmp_path_factory):
    return sys.modules["feed_house"].new(tmp_path_factory.mktemp("new"))


@pytest.fixture(scope="session")
def published_feed(tmp_path_factory, new_feed):
    house = new_feed.copy(tmp_path_factory.mktemp("published"))
    house.release("host:evil.example", "http://bad.example/view?id=3&page=2")
    return house


@pytest.fixture
def house(tmp_path, new_feed):
    """A feed with an empty list, not published."""
    return new_feed.copy(tmp_path / "feed")


@pytest.fixture
def feed(tmp_path, published_feed):
    """A published feed whose list has two entries."""
    return published_feed.copy(tmp_path / "feed")
