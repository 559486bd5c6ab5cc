"""Look up the pictures of a source in a list: `match_scenes.py ROOT SOURCE FIRST COUNT`.

Each picture is hashed in its eight forms and searched as an inspector does it. Said is a JSON
object: counts by kind of picture, and what was found.
"""

import json
import sys
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from bench import hashes, made_lists  # noqa: E402

from garim_addon.judge.pdq import dihedral, quality  # noqa: E402
from garim_feed.kinds import QUALITY_FLOOR, TIGHT_BITS  # noqa: E402


def main() -> None:
    """Look up."""
    root, (source, first, count) = Path(sys.argv[1]), map(int, sys.argv[2:5])
    index, bands = made_lists.opened(root), made_lists.bands(root)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    found = []
    for number in range(first, first + count):
        kind = hashes.kind(source, number)
        for view, picture in enumerate(hashes.pictures(source, number)):
            luma = hashes.luma(picture)
            forms, quality_ = dihedral(luma), quality(luma)
            counts[kind]["pictures"] += 1
            counts[kind]["featureless"] += quality_ < QUALITY_FLOOR
            near = [bands.within(form)[1] for form in forms]
            distances = [int(apart.min()) for apart in near if apart.size]
            if not distances:
                continue
            counts[kind]["hash tight"] += min(distances) <= TIGHT_BITS
            counts[kind]["hash wide"] += min(distances) > TIGHT_BITS
            matches = index.image(forms, quality_)
            tight = any(match.tight for match in matches)
            counts[kind]["tight"] += tight
            counts[kind]["wide"] += bool(matches) and not tight
            found.append((kind, number, view, quality_, min(distances), tight, bool(matches)))
    sys.stdout.write(json.dumps({"counts": counts, "found": found}) + "\n")


if __name__ == "__main__":
    main()
