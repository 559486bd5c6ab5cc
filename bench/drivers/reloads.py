"""Move a live index between two generations: `reloads.py ROOT COUNT EXPRESSION`; tells what grew.

One JSON object out: memory, mappings and open files after the first tenth and at the end, and the
median milliseconds of a move.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path

from garim_feed.lookup import generations
from garim_feed.lookup.live import LiveIndex


def main() -> None:
    """Move."""
    root, count, expression = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    names = generations.names(root)
    index = LiveIndex(root, fallback=None)  # type: ignore[arg-type]  # never asked
    times, early = [], {}
    for number in range(count):
        generations.swap(root, names[number % len(names)])
        began = time.perf_counter()
        moved = index.refresh()
        times.append((time.perf_counter() - began) * 1000)
        if number and not moved:
            raise SystemExit("a generation was not taken over")
        index.address(f"https://{expression}")
        if number == count // 10:
            early = _grown()
    late = _grown()
    said = {"early": early, "late": late, "ms": statistics.median(times)}
    sys.stdout.write(json.dumps(said) + "\n")


def _grown() -> dict[str, int]:
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    rss = next(int(line.split()[1]) for line in status if line.startswith("VmRSS:"))
    maps = len(Path("/proc/self/maps").read_text("utf-8").splitlines())
    return {"rss_kb": rss, "maps": maps, "files": len(os.listdir("/proc/self/fd"))}  # noqa: PTH208


if __name__ == "__main__":
    main()
