"""The shipped list is what its build script makes of the shipped test picture."""

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_shipped_list_matches_the_shipped_media():
    spec = importlib.util.spec_from_file_location(
        "build_builtin", ROOT / "feed" / "build_builtin.py"
    )
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    shipped = json.loads(script.TARGET.read_bytes())
    assert shipped["entries"] == script.entries()
    assert shipped["salt"] == script.SALT
    assert shipped["name"] == "test"
