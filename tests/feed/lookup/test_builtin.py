"""The shipped list is what its build script makes of the shipped media, and it works."""

import hashlib
import importlib.util
from pathlib import Path

import pytest

from garim_feed.kinds import Kind, entry_id
from garim_feed.lookup.builtin import BUILTIN, builtin
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.generation_file import read_generation
from garim_feed.publish.items import Item

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def script():
    spec = importlib.util.spec_from_file_location("builtin", ROOT / "feed" / "build_builtin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_holds_what_the_script_lists(script, tmp_path):
    script.write(tmp_path / "generation")
    items = script.items()
    for folder in (tmp_path / "generation", script.FOLDER):
        (one,) = read_generation(folder).lists
        # Keys and salt are made anew each time; what the list comes to is not.
        assert sum(one.manifest.entries.values()) == len(items)
        assert (one.feed, one.authority, one.manifest.version) == ("builtin", "garim", 1)
        found = Generation(folder)
        assert all(_looked_up(found, item) for item in items)


def _looked_up(found: Generation, item: Item) -> bool:
    match item.kind:
        case Kind.HOST:
            return bool(found.host(item.subject))
        case Kind.ADDRESS:
            return bool(found.address(f"https://{item.subject}"))
        case Kind.SHA256:
            return bool(found.digest(bytes.fromhex(item.subject)))
    return bool(found.image([bytes.fromhex(item.subject)], item.quality))


def test_it_says_who_keeps_it():
    (match,) = builtin().host("blocked.garim.test")
    assert (match.list, match.feed, match.category) == ("test", "builtin", "test")
    assert builtin().keeper(match).name == "Garim project"


def test_host_and_address():
    assert [match.kind for match in builtin().host("www.blocked.garim.test")] == ["host"]
    assert [match.kind for match in builtin().address("https://garim.test/blocked")] == ["address"]
    assert builtin().host("garim.test") == ()
    assert builtin().address("https://garim.test/") == ()


@pytest.mark.parametrize("name", ["listed.png", "listed.jpg"])
def test_files(testmedia, name):
    digest = hashlib.sha256((testmedia / name).read_bytes()).digest()
    (match,) = builtin().digest(digest)
    assert (match.kind, match.list) == ("digest", "test")
    assert match.entry.startswith(entry_id(Kind.SHA256, 0)[:7])


@pytest.mark.parametrize("name", ["listed.png", "listed.jpg"])
def test_picture(testmedia, name):
    from garim_addon.judge.pdq import dihedral, pdq
    from garim_addon.media.image import open_picture
    from garim_addon.media.limits import Limits

    luma = open_picture((testmedia / name).read_bytes(), Limits()).samples[0].luma
    (match,) = builtin().image(dihedral(luma), pdq(luma).quality)
    assert match.kind == "image"
    assert match.tight
    assert match.distance <= (0 if name.endswith("png") else 8)
    assert match.quality == 100


def test_no_plain_name_is_in_it():
    for path in (BUILTIN / "generation").iterdir():
        assert b"garim.test" not in path.read_bytes()


def test_it_is_read_once():
    assert builtin() is builtin()
    assert isinstance(builtin(), Generation)
