"""Answer look-ups by one engine: `lookups.py ENGINE PATH`.

The body of a job is lines of address expressions, or hashes of 32 bytes one after another (for
`image`: eight forms of each picture). What is said: how many were found, `ms` of each hash, what
opening cost and how much memory it took.
"""

import sqlite3
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import faiss
import marisa_trie
import numpy as np
from serve import serve

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from bench import made_lists  # noqa: E402

from garim_feed.keys import key64  # noqa: E402
from garim_feed.kinds import Kind  # noqa: E402

type Answer = Callable[[bytes], dict[str, object]]
_OPENINGS = 21


def main() -> None:
    """Open and serve."""
    engine, path = ENGINES[sys.argv[1]], Path(sys.argv[2])
    before = _rss_kb()
    began = time.perf_counter()
    opened = engine(path)
    times = [(time.perf_counter() - began) * 1000]
    facts: dict[str, object] = {"rss_kb": _rss_kb() - before}
    while times[0] < 200 and len(times) < _OPENINGS:
        began = time.perf_counter()
        engine(path)
        times.append((time.perf_counter() - began) * 1000)
    facts["open_ms"] = statistics.median(times)
    serve(lambda body: opened(body) | facts)


def _rss_kb() -> int:
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    return 0


def _expressions(find: Callable[[str], object]) -> Answer:
    return lambda body: {"found": sum(bool(find(one)) for one in body.decode().split("\n"))}


def _hashes(near: Callable[[bytes], int], size: int = 32) -> Answer:
    """Count what is near to each hash, and time each."""

    def answer(body: bytes) -> dict[str, object]:
        found, times = 0, []
        for at in range(0, len(body), size):
            began = time.perf_counter()
            found += near(body[at : at + size])
            times.append((time.perf_counter() - began) * 1000)
        return {"found": found, "ms": times}

    return answer


def _keyed(has: Callable[[int], bool]) -> Answer:
    return _expressions(lambda one: has(key64(Kind.ADDRESS, one.encode(), made_lists.SALT)))


def _garim_key(path: Path) -> Answer:
    part = made_lists.opened(path).lists[0]._parts[0]
    return _keyed(lambda key: part.find(Kind.ADDRESS, key) is not None)


def _garim_url(path: Path) -> Answer:
    index = made_lists.opened(path)
    return _expressions(lambda one: index.address(f"https://{one}"))


def _set(path: Path) -> Answer:
    keys = set(np.load(path).tolist())
    return _keyed(keys.__contains__)


def _marisa(path: Path) -> Answer:
    trie = marisa_trie.Trie()
    trie.mmap(str(path))
    return _expressions(trie.__contains__)


def _sqlite(path: Path) -> Answer:
    base = sqlite3.connect(f"file:{path}?immutable=1", uri=True)
    base.execute("PRAGMA mmap_size = 1073741824")
    ask = "SELECT 1 FROM entries WHERE key = ?"

    def has(key: int) -> bool:
        signed = key - (1 << 64) if key >> 63 else key
        return base.execute(ask, (signed,)).fetchone() is not None

    return _keyed(has)


def _garim_hash(path: Path) -> Answer:
    bands = made_lists.bands(path)
    return _hashes(lambda one: len(bands.within(one)[0]))


def _garim_image(path: Path) -> Answer:
    index = made_lists.opened(path)

    def near(forms: bytes) -> int:
        return len(index.image([forms[at : at + 32] for at in range(0, 256, 32)], 90))

    return _hashes(near, 256)


def _numpy(path: Path) -> Answer:
    rows = np.array(made_lists.rows(path)).view(np.uint64)

    def near(one: bytes) -> int:
        words = np.frombuffer(one, np.uint64)
        apart = np.bitwise_count(rows[:, 0] ^ words[0]).astype(np.uint16)
        for at in (1, 2, 3):
            apart += np.bitwise_count(rows[:, at] ^ words[at])
        return int(np.count_nonzero(apart <= 31))

    return _hashes(near)


def _faiss(path: Path, *, flat: bool) -> Answer:
    faiss.omp_set_num_threads(1)
    index = faiss.IndexBinaryFlat(256) if flat else faiss.IndexBinaryMultiHash(256, 16, 16)
    index.add(made_lists.rows(path))
    if not flat:
        # 16 bands of 16 bits: whatever is within 31 bits is within one bit in one of them.
        index.nflip = 1

    def near(one: bytes) -> int:
        # faiss means "nearer than".
        return int(index.range_search(np.frombuffer(one, np.uint8)[None], 32)[0][-1])

    return _hashes(near)


ENGINES: dict[str, Callable[[Path], Answer]] = {
    "garim-key": _garim_key,
    "garim-url": _garim_url,
    "set": _set,
    "marisa": _marisa,
    "sqlite": _sqlite,
    "garim-hash": _garim_hash,
    "garim-image": _garim_image,
    "numpy": _numpy,
    "faiss-flat": lambda path: _faiss(path, flat=True),
    "faiss-multihash": lambda path: _faiss(path, flat=False),
}

if __name__ == "__main__":
    main()
