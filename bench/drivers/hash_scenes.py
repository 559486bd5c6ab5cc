"""Hash the pictures of a source: `hash_scenes.py SOURCE FIRST COUNT FOLDER`.

Writes `<SOURCE>-<FIRST>-<COUNT>.npz`: `rows` (N, 32), `quality` (N,), `forms` (N, 8, 32), those of
the dihedral forms, and `coefficients` (N, 256) float16. Pictures are forgotten at once.
"""

import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from bench import hashes  # noqa: E402

from garim_addon.judge.pdq import dihedral, pdq  # noqa: E402


def main() -> None:
    """Hash."""
    source, first, count = map(int, sys.argv[1:4])
    rows, quality, forms, coefficients = [], [], [], []
    for number in range(first, first + count):
        for picture in hashes.pictures(source, number):
            luma = hashes.luma(picture)
            made = pdq(luma)
            rows.append(made.bits)
            quality.append(made.quality)
            forms.append(b"".join(dihedral(luma)))
            coefficients.append(hashes.coefficients(luma).astype(np.float16))
    target = Path(sys.argv[4]) / f"{source}-{first}-{count}.npz"
    beside = target.with_suffix(".tmp.npz")
    np.savez(
        beside,
        rows=np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 32),
        quality=np.array(quality, np.uint8),
        forms=np.frombuffer(b"".join(forms), np.uint8).reshape(-1, 8, 32),
        coefficients=np.stack(coefficients),
    )
    beside.rename(target)


if __name__ == "__main__":
    main()
