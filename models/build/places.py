"""Where the build reads and writes."""

from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
WORK = HERE / "work"
DOWNLOADS = WORK / "downloads"
PICTURES = WORK / "pictures"
FLOATS = WORK / "float"
SOURCES = HERE / "sources.toml"
PACKAGE = HERE.parent / "garim_models"
WEIGHTS = PACKAGE / "weights"
TESTMEDIA = PACKAGE / "testmedia"
FIDELITY_PAGE = ROOT / "docs" / "models-fidelity.md"
