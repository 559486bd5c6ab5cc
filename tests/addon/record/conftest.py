"""The tests of this folder are not a package, so their helper is loaded by its path."""

import importlib.util
import sys
from pathlib import Path

_NAME = "sample_events"

if _NAME not in sys.modules:
    _spec = importlib.util.spec_from_file_location(_NAME, Path(__file__).with_name(f"{_NAME}.py"))
    _module = importlib.util.module_from_spec(_spec)
    sys.modules[_NAME] = _module
    _spec.loader.exec_module(_module)
