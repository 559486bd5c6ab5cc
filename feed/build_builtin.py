"""Write the shipped generation: the list `test` with the official test media.

Run it after `models/build/test_picture.py`; a test fails when the list and the media differ.
"""

import hashlib
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from garim_addon.judge.pdq import pdq
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
from garim_feed.keys import key64, scope32
from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Kind, Term, day_number
from garim_feed.lookup.build import build
from garim_feed.lookup.builtin import BUILTIN
from garim_feed.lookup.generations import generation_path
from garim_feed.lookup.match import Keeper
from garim_feed.lookup.plan import BUILTIN_FEED, BuildPlan, PlannedList
from garim_feed.tables import Images, Keys, Removals, Segment, Tables
from garim_feed.wire import segment as segment_file
from garim_feed.wire.catalogue import ListManifest, SegmentRef
from garim_feed.wire.fields import Title
from garim_feed.wire.merge import content_digest, counts

TEST_HOST = "blocked.garim.test"
TEST_ADDRESS_HOST, TEST_ADDRESS = "garim.test", "garim.test/blocked"
SALT = bytes.fromhex("676172696d2d746573742d6c6973742d")
PUBLISHED = datetime(2026, 11, 22, tzinfo=UTC)
MEDIA = Path(__file__).parents[1] / "models" / "garim_models" / "testmedia"
FOLDER = BUILTIN / "generation"


def tables() -> Tables:
    """Return the entries of the list."""
    subjects = {
        Kind.HOST: [TEST_HOST.encode()],
        Kind.ADDRESS: [TEST_ADDRESS.encode()],
        Kind.SHA256: [_sha256("listed.png"), _sha256("listed.jpg")],
    }
    return Tables(
        terms=(Term(day_number(PUBLISHED.date())),),
        exact={kind: _keys(kind, listed) for kind, listed in subjects.items()},
        images=_image(),
        scopes=np.array([scope32(TEST_ADDRESS_HOST, SALT)], np.uint32),
    )


def manifest(made: Tables) -> ListManifest:
    """Return what is said of the list, which is one segment."""
    return ListManifest(
        name="test",
        title=Title(ko="시험 목록", en="Test list"),
        category="test",
        salt=SALT.hex(),
        version=1,
        published=PUBLISHED,
        parameters=(),
        segments=(SegmentRef(file="test-1.seg", entries=sum(counts(made).values()), removals=0),),
        entries=counts(made),
        content=content_digest(made),
    )


def write(target: Path) -> None:
    """Write the generation's folder, in place of one that is there."""
    made = tables()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "test-1.seg"
        path.write_bytes(segment_file.write(Segment(made, Removals())))
        planned = PlannedList(
            feed=BUILTIN_FEED,
            authority="garim",
            keeper=Keeper("Garim project"),
            manifest=manifest(made),
            segments=(path,),
        )
        result = build(BuildPlan(lists=(planned,), builtin=False), Path(name) / "lists")
        if result.refused:
            raise result.refused[0].error
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(generation_path(Path(name) / "lists", result.generation), target)
        target.chmod(0o755)


def _keys(kind: Kind, subjects: list[bytes]) -> Keys:
    keys = sorted(key64(kind, subject, SALT) for subject in subjects)
    return Keys(np.array(keys, np.uint64), np.zeros(len(keys), np.uint16))


def _image() -> Images:
    found = pdq(open_picture((MEDIA / "listed.png").read_bytes(), Limits()).samples[0].luma)
    return Images(
        pdq=np.frombuffer(found.bits, np.uint8).reshape(1, -1),
        quality=np.array([found.quality], np.uint8),
        tight=np.array([TIGHT_BITS], np.uint8),
        wide=np.array([WIDE_BITS], np.uint8),
        terms=np.zeros(1, np.uint16),
    )


def _sha256(name: str) -> bytes:
    return hashlib.sha256((MEDIA / name).read_bytes()).digest()


if __name__ == "__main__":
    write(FOLDER)
    sys.stdout.write(f"{FOLDER}\n")
