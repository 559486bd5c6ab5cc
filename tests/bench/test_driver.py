import sys
from pathlib import Path

import pytest
from bench.context import SkippedError
from bench.driver import DRIVERS, Driver, spent

ECHO = """
import sys
sys.path.insert(0, {folder!r})
from serve import serve
serve(lambda body: len(body))
"""


def test_an_answer_becomes_milliseconds_a_picture():
    found = spent('{"cpu": 0.5, "wall": 1.0, "said": [1]}', 10)
    assert (found.cpu, found.wall, found.said) == (50.0, 100.0, [1])


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", '{"cpu": "x", "wall": 1}', "not json"])
def test_anything_else_is_refused(line):
    with pytest.raises(ValueError):
        spent(line, 1)


def test_a_driver_judges_what_it_is_given(tmp_path):
    picture = tmp_path / "picture"
    picture.write_bytes(b"12345")
    command = [sys.executable, "-c", ECHO.format(folder=str(DRIVERS))]
    with Driver("echo", command, {}) as driver:
        for count in (1, 3):
            found = driver.judge(picture, count)
            assert found.said == 5
            assert found.cpu >= 0
            assert found.wall > 0


def test_a_driver_that_does_not_start_is_named_with_its_last_words():
    command = [sys.executable, "-c", "import sys; sys.exit('no such model')"]
    with (
        pytest.raises(SkippedError, match="peer did not run: no such model"),
        Driver("peer", command, {}),
    ):
        pytest.fail("it is not ready")


def test_every_driver_is_there():
    names = {path.name for path in Path(DRIVERS).iterdir() if path.is_file()}
    assert names == {
        "serve.py",
        "ours.py",
        "nudenet_peer.py",
        "opennsfw_peer.py",
        "nsfwjs_peer.cjs",
        "make_lists.py",
        "lookups.py",
        "reloads.py",
        "publish_list.py",
        "hash_scenes.py",
        "match_scenes.py",
    }
