"""Write the shipped generation: the list `test` with the official test media.

It goes the way of every list: two people propose, approve and sign it with the administrators'
tools, it is published, and an agent's client verifies the publication and builds the index that is
shipped. Keys and salt are made anew each time and thrown away, so nobody can sign another version.

Run it after `models/build/test_picture.py`; a test fails when the list and the media differ.
"""

import hashlib
import shutil
import sys
import tempfile
from pathlib import Path

from garim_addon.judge.pdq import pdq
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
from garim_feed.lookup.build import build
from garim_feed.lookup.builtin import BUILTIN
from garim_feed.lookup.generation_file import read_generation
from garim_feed.lookup.generations import generation_path
from garim_feed.lookup.plan import BUILTIN_FEED, BuildPlan, BuildResult
from garim_feed.publish.items import Item
from garim_feed.publish.trial import Trial, official_items, publish_trial
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import update
from garim_feed.wire.description import Authority

MEDIA = Path(__file__).parents[1] / "models" / "garim_models" / "testmedia"
FOLDER = BUILTIN / "generation"
KEEPER = Authority(slug="garim", name="Garim project", uri="", appeal="")


def items() -> tuple[Item, ...]:
    """Return what stands on the list."""
    found = pdq(open_picture((MEDIA / "listed.png").read_bytes(), Limits()).samples[0].luma)
    files = (
        hashlib.sha256((MEDIA / name).read_bytes()).hexdigest()
        for name in ("listed.png", "listed.jpg")
    )
    return official_items(files, found.hex, found.quality)


def write(target: Path) -> None:
    """Write the generation's folder, in place of one that is there."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        root = publish_trial(Trial("garim", KEEPER, items()), folder / "work", folder / "published")
        store = ListStore(folder / "lists")
        store.add("garim", (folder / "published").as_uri(), root)
        report = update(store, build=_build_shipped)
        made = generation_path(store.root, report.generation)
        if [one.feed for one in read_generation(made).lists] != [BUILTIN_FEED]:
            raise SystemExit(f"the list did not come into force: {report.feeds[0]}")
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(made, target)
        target.chmod(0o755)


def _build_shipped(plan: BuildPlan, root: Path, _lock: int) -> BuildResult:
    """Build the verified list under the shipped lists' name, without those shipped before."""
    lists = [one.model_copy(update={"feed": BUILTIN_FEED}) for one in plan.lists]
    return build(BuildPlan(lists=tuple(lists), builtin=False), root)


if __name__ == "__main__":
    write(FOLDER)
    sys.stdout.write(f"{FOLDER}\n")
