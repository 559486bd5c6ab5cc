# ruff: noqa: INP001, S603, S607 - a script that runs the user's own npm
"""Build the font that placeholders are written in: a small subset that ships inside the package.

Rules:
- The source is one pinned registry package, checked against its digest before anything is read.
- The same input gives the same bytes: no time stamps, a fixed set of characters.
- The original's name is reserved by its licence (OFL 1.1, condition 3), so the subset is renamed.
- What ships: `act/fonts/garim-card.otf` and, beside it, the licence's own text.

Usage: `python addon/build/font.py` (needs `npm` and the `models` dependency group for fonttools).
"""

import base64
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

PACKAGE = "pretendard@1.3.9"
INTEGRITY = (
    "PaQAADyLY5v4kYFwkpSJHbSSYIkiriY/1xXw75TKoZ9UQQqeU+tvP05yTdZAWibiIYoo8ZKtRv8PM7w0IaywSw=="
)
FACE = "package/dist/public/static/Pretendard-SemiBold.otf"
LICENCE = "package/dist/LICENSE.txt"
NAME = "Garim Card"
FONTS = Path(__file__).parents[1] / "garim_addon" / "act" / "fonts"


def characters() -> str:
    """Printable ASCII, the middle dot, and the 2350 Hangul syllables of KS X 1001."""
    syllables = (
        bytes((row, cell)).decode("euc-kr")
        for row in range(0xB0, 0xC9)
        for cell in range(0xA1, 0xFF)
    )
    return "".join(map(chr, range(0x20, 0x7F))) + "·" + "".join(syllables)


def fetch(folder: Path) -> bytes:
    """Download the package with npm and return its archive.

    Raises:
        ValueError: When the archive is not the pinned one.
    """
    subprocess.run(
        ["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True
    )
    archive = next(folder.glob("*.tgz")).read_bytes()
    if base64.b64encode(hashlib.sha512(archive).digest()).decode() != INTEGRITY:
        raise ValueError(f"{PACKAGE}: the archive is not the pinned one")
    return archive


def member(archive: bytes, name: str) -> bytes:
    """Return one file of the package's archive."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        file = package.extractfile(name)
        if file is None:
            raise ValueError(f"{PACKAGE}: {name} is not a file")
        return file.read()


def build(face: bytes) -> bytes:
    """Subset and rename `face`."""
    options = subset.Options(hinting=False, name_IDs=["*"], layout_features=["kern"])
    options.notdef_outline = True
    font = TTFont(io.BytesIO(face), recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=characters())
    subsetter.subset(font)
    rename(font)
    out = io.BytesIO()
    font.save(out, reorderTables=True)
    return out.getvalue()


def rename(font: TTFont) -> None:
    """Replace every reserved name; keep copyright and licence (names 0, 13 and 14)."""
    postscript = NAME.replace(" ", "")
    names = {1: NAME, 2: "Regular", 3: f"{postscript};{PACKAGE}", 4: NAME, 6: postscript}
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in {0, 13, 14}]
    for ident, text in names.items():
        table.setName(text, ident, 3, 1, 0x409)
    top = font["CFF "].cff
    top.fontNames = [postscript]
    face = top.topDictIndex[0]
    face.FullName = face.FamilyName = NAME
    for index, part in enumerate(face.FDArray):
        part.FontName = f"{postscript}-{index}"


def main() -> int:
    """Build both files and say how large the font became."""
    with tempfile.TemporaryDirectory() as folder:
        archive = fetch(Path(folder))
    FONTS.mkdir(exist_ok=True)
    font = build(member(archive, FACE))
    (FONTS / "garim-card.otf").write_bytes(font)
    (FONTS / "OFL.txt").write_bytes(member(archive, LICENCE))
    sys.stdout.write(f"garim-card.otf: {len(font)} bytes, {hashlib.sha256(font).hexdigest()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
