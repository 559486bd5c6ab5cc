import importlib.util

import pytest
from models.build import places


@pytest.fixture(scope="module")
def build():
    """The script, loaded as a module without changing the search path of the tests."""
    import sys

    before = list(sys.path)
    spec = importlib.util.spec_from_file_location("build_script", places.HERE / "build.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    sys.path[:] = before
    return script


def test_tools_have_versions(build):
    assert set(build.tools()) == set(build.TOOLS)


@pytest.mark.parametrize("changed", [False, True])
def test_a_fresh_build_is_compared_byte_by_byte(build, tmp_path, monkeypatch, changed):
    for root in ("committed", "fresh"):
        (tmp_path / root / "m").mkdir(parents=True)
        (tmp_path / root / "m" / "manifest.toml").write_text("same")
    if changed:
        (tmp_path / "fresh" / "m" / "manifest.toml").write_text("other")
    monkeypatch.setattr(build.places, "WEIGHTS", tmp_path / "committed")
    assert build.compare(tmp_path / "fresh") == int(changed)
