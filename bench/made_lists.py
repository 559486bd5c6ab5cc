"""Lists as large as a nation's, made up: five million addresses, ten million pictures.

Rules:
- What is measured of Garim is a generation as the product writes it: the same arrays, the same
  files. Peers get what their own documentation calls the fast way to open such data.
- Everything is made once, into the cache folder, from fixed seeds.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from bench import hashes
from numpy.typing import NDArray

from garim_feed.keys import key64, scope32
from garim_feed.kinds import QUALITY_FLOOR, TIGHT_BITS, WIDE_BITS, Kind, Term
from garim_feed.lookup import generations
from garim_feed.lookup.bands import Bands
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.generation_file import (
    NAME,
    ListRecord,
    PartRecord,
    write_generation,
)
from garim_feed.lookup.index_file import IndexFile, write_index
from garim_feed.lookup.match import Keeper
from garim_feed.lookup.part_file import base_arrays
from garim_feed.tables import Images, Keys, Tables
from garim_feed.wire.catalogue import ListManifest
from garim_feed.wire.fields import Title
from garim_feed.wire.merge import counts

SALT = bytes(range(16))
_TERMS = tuple(Term(20_000 + number) for number in range(3))
_FILE = "list-base.idx"
_ON_A_HOST = 25
"""Addresses listed on each host."""
_TOPS = ("com", "net", "co.kr", "or.jp", "xyz", "to")
_SECTIONS = ("video", "item/view", "bbs/board.php?id", "f", "share/contents", "p/2026")


def expression(number: int) -> str:
    """Return a made address expression, as a list would name an item's page."""
    host, item = number // _ON_A_HOST, number * 0x9E37_79B1 % (1 << 12)
    section = _SECTIONS[number % len(_SECTIONS)]
    tail = f"={item}{number}" if "?" in section else f"/{item:x}-{number}"
    return f"disk{host}.{_TOPS[host % len(_TOPS)]}/{section}{tail}"


def expressions(count: int) -> Iterator[str]:
    """Yield the listed expressions: the even numbers, so that an odd one is on no list."""
    return (expression(2 * number) for number in range(count))


def asked(count: int, questions: int, seed: int) -> list[str]:
    """Return expressions to look up: half of them listed, mixed."""
    random = np.random.default_rng(seed)
    return [expression(number) for number in random.integers(0, 2 * count, questions).tolist()]


def address_tables(count: int) -> Tables:
    """Return the tables of a list of addresses."""
    keys = np.fromiter(
        (key64(Kind.ADDRESS, one.encode(), SALT) for one in expressions(count)), np.uint64, count
    )
    keys.sort()
    hosts = {one.partition("/")[0] for one in expressions(count)}
    scopes = np.unique(np.array([scope32(host, SALT) for host in hosts], np.uint32))
    terms = np.random.default_rng(1).integers(0, len(_TERMS), count).astype(np.uint16)
    return Tables(terms=_TERMS, exact={Kind.ADDRESS: Keys(keys, terms)}, scopes=scopes)


def picture_tables(rows: NDArray[np.uint8], quality: NDArray[np.uint8] | None = None) -> Tables:
    """Return the tables of a list of pictures.

    Args:
        rows: (N, 32) hashes, in any order and perhaps double.
        quality: (N,) PDQ quality; by default 90 for all.
    """
    kept, first = np.unique(rows.view("V32").ravel(), return_index=True)
    count = len(kept)
    of_kept = np.full(count, 90, np.uint8) if quality is None else quality[first]
    tight, wide = np.full(count, TIGHT_BITS, np.uint8), np.full(count, WIDE_BITS, np.uint8)
    terms = np.zeros(count, np.uint16)
    pdq = kept.view(np.uint8).reshape(-1, 32)
    return Tables(_TERMS, images=Images(pdq, of_kept, tight, wide, terms))


def uniform(count: int, seed: int) -> NDArray[np.uint8]:
    """Return hashes whose bits are thrown like coins."""
    return np.random.default_rng((seed, 1)).integers(0, 256, (count, 32), np.uint8)


def biased(count: int, seed: int) -> NDArray[np.uint8]:
    """Return hashes of uneven bits that follow each other: worse than any real set known to us."""
    likely = np.random.default_rng(2).beta(1.2, 1.2, 256)
    random = np.random.default_rng((seed, 3))
    made = np.empty((count, 32), np.uint8)
    for at in range(0, count, 1 << 15):
        bits = random.random((min(1 << 15, count - at), 256), np.float32) < likely
        # 32 things decide over four bits each, nine times of ten.
        things = np.repeat(random.random((len(bits), 32), np.float32) < 0.5, 4, axis=1)
        bits[:, :128] ^= things & (random.random(things.shape, np.float32) < 0.9)
        made[at : at + len(bits)] = np.packbits(bits, axis=1)
    return made


def pictures(files: Sequence[Path], count: int) -> NDArray[np.uint8]:
    """Return hashes of pictures and their variants, clusters of near-duplicates.

    Args:
        files: What `drivers/hash_scenes.py` wrote.
        count: How many.
    """
    made = [load(path) for path in files]
    coefficients = np.concatenate([one["coefficients"] for one in made]).astype(np.float32)
    rows = np.concatenate([one["rows"] for one in made])[:count]
    more = hashes.variants(coefficients, count - len(rows), np.random.default_rng(4))
    return np.concatenate([rows, more])


def unrelated(name: str, pictures: Path) -> NDArray[np.uint8]:
    """Return (N, 8, 32) hashes, in eight forms, of pictures that have nothing to do with a set.

    Args:
        name: The set.
        pictures: What `drivers/hash_scenes.py` wrote of another source.
    """
    if name == "pictures":
        return load(pictures)["forms"].astype(np.uint8, copy=False)
    make = {"uniform": uniform, "biased": biased}[name]
    return make(8 * 2000, 9).reshape(-1, 8, 32)


def mixed(
    rows: NDArray[np.uint8],
    unrelated: NDArray[np.uint8],
    count: int,
    random: np.random.Generator,
) -> NDArray[np.uint8]:
    """Return hashes to look up: half unrelated, half up to 40 bits away from listed ones, mixed."""
    near = rows[random.integers(0, len(rows), count // 2)]
    flips = random.random((len(near), 256)) < random.uniform(0, 40 / 256, (len(near), 1))
    far = random.choice(unrelated, count - len(near))
    made = np.concatenate([near ^ np.packbits(flips, axis=1), far])
    return random.permutation(made)


def opened(root: Path) -> Generation:
    """Return the generation in force."""
    return Generation(generations.generation_path(root, generations.current(root)))


def rows(root: Path) -> NDArray[np.uint8]:
    """Return the hashes of the pictures in the generation in force, mapped."""
    return _file(root).array("image.pdq").view(np.uint8)


def bands(root: Path) -> Bands:
    """Return the search in the pictures of the generation in force."""
    file = _file(root)
    names = [name for name in file.names if name.startswith("image.band.")]
    arrays = {name.removeprefix("image."): file.array(name) for name in names}
    return Bands(file.array("image.pdq").view(np.uint8), arrays)


def _file(root: Path) -> IndexFile:
    return IndexFile(generations.generation_path(root, generations.current(root)) / _FILE)


def load(path: Path) -> dict[str, NDArray[np.generic]]:
    """Return what `drivers/hash_scenes.py` wrote, without featureless pictures."""
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    return {name: array[arrays["quality"] >= QUALITY_FLOOR] for name, array in arrays.items()}


def write(root: Path, tables: Tables) -> Path:
    """Write a generation of one list under a root, put it into force, and return its folder."""
    content = f"{sum(counts(tables).values()):064x}"
    folder = generations.generation_path(root, generations.next_name(root, content))
    folder.mkdir(parents=True)
    path = folder / _FILE
    write_index(path, base_arrays(tables))
    made = IndexFile(path)
    part = PartRecord(
        file=path.name, size=made.size, crc=made.crc, segments=(), entries=int(content, 16)
    )
    record = ListRecord(
        feed="bench",
        authority="bench",
        keeper=Keeper("Bench"),
        manifest=_manifest(tables),
        base=part,
    )
    (folder / NAME).write_bytes(write_generation((record,)))
    generations.swap(root, folder.name)
    return folder


def _manifest(tables: Tables) -> ListManifest:
    return ListManifest(
        name="bench",
        title=Title(ko="측정", en="Bench"),
        category="test",
        salt=SALT.hex(),
        version=1,
        published=datetime(2026, 1, 1, tzinfo=UTC),
        parameters=(("id",),),
        segments=(),
        entries=counts(tables),
        content="0" * 64,
    )
