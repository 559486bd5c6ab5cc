"""Hash the pictures of a source: `hash_scenes.py SOURCE FIRST COUNT TARGET [more]`.

Writes an npz: `rows` (N, 32) and `quality` (N,); with `more` also `forms` (N, 8, 32), the hashes of
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
    target, more = Path(sys.argv[4]), "more" in sys.argv[5:]
    hashed, forms, coefficients = [], [], []
    for number in range(first, first + count):
        for picture in hashes.pictures(source, number):
            luma = hashes.luma(picture)
            hashed.append(pdq(luma))
            if more:
                forms.append(b"".join(dihedral(luma)))
                coefficients.append(hashes.coefficients(luma).astype(np.float16))
    arrays = {
        "rows": np.frombuffer(b"".join(one.bits for one in hashed), np.uint8).reshape(-1, 32),
        "quality": np.array([one.quality for one in hashed], np.uint8),
    }
    if more:
        arrays["forms"] = np.frombuffer(b"".join(forms), np.uint8).reshape(-1, 8, 32)
        arrays["coefficients"] = np.stack(coefficients)
    beside = target.with_suffix(".tmp.npz")
    np.savez(beside, **arrays)
    beside.rename(target)


if __name__ == "__main__":
    main()
