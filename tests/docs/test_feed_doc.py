"""docs/feed.md is run, section by section, as it stands.

The only liberties: passwords come from the environment, questions are answered with yes, and the
feed's address is that of a server on this machine.
"""

import os
import re
import subprocess
import sys
import threading
from contextlib import ExitStack
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "feed.md").read_text("utf-8")
SECTIONS = dict(part.split("\n", 1) for part in re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:])
SCRIPTS = {
    heading: "".join(re.findall(r"^```sh\n(.*?)^```", body, re.MULTILINE | re.DOTALL))
    for heading, body in SECTIONS.items()
}
RUN = [heading for heading, script in SCRIPTS.items() if script]
WANTED = (
    *("The ceremony", "Every day, two people", "A mistake", "Another key for somebody"),
    *("A lost key", "A stolen key", "Machines without a network", "A school's own feed"),
)
TORRENT = b"d4:infod6:lengthi3e4:name1:a12:piece lengthi16384e6:pieces20:" + bytes(20) + b"ee"
BEFORE = "set -euo pipefail\nexec < <(yes y 2>/dev/null)\n[ ! -f variables ] || . ./variables\n"
AFTER = "\nexport -p | grep ' GARIM_FEED' > variables || true\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The folder in which the guide is followed, with the files that it speaks of."""
    folder = tmp_path_factory.mktemp("guide")
    Image.effect_mandelbrot((512, 384), (-2.1, -1.2, 0.6, 1.2), 60).save(folder / "photo.png")
    (folder / "film.torrent").write_bytes(TORRENT)
    (folder / "blocked.hosts").write_text("0.0.0.0 partner-says-so.example\n")
    (folder / "policy.toml").write_text("profile = 'school'\n")
    return folder


@pytest.fixture(scope="module")
def address(place):
    def handler(*arguments):
        return Quiet(*arguments, directory=str(place / "www"))

    with ExitStack() as stack:
        server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        yield f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture(scope="module")
def ended(place, address):
    """How each section ended; each goes on where the one before it stopped."""
    kept = {name: os.environ[name] for name in ("LANG", "LC_ALL", "TMPDIR") if name in os.environ}
    environment = kept | {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "HOME": str(place),
        "GARIM_HOME": str(place / "home"),
        "GARIM_FEED_PASSWORD": "correct horse battery staple",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return {
        heading: subprocess.run(
            [
                "bash",
                "-c",
                BEFORE + SCRIPTS[heading].replace("https://feed.example", address) + AFTER,
            ],
            cwd=place,
            env=environment,
            capture_output=True,
            text=True,
            timeout=150,
            check=False,
        )
        for heading in RUN
    }


def test_every_procedure_has_commands():
    assert set(WANTED) <= set(RUN)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("heading", RUN)
def test_a_section_runs_as_it_stands(ended, heading):
    done = ended[heading]
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr


def test_the_guide_ends_where_it_says(ended, place):
    assert "The log is whole" in ended["Who did what"].stderr
    assert (place / "home/state/lists/feeds/school/accepted/policy.toml").is_file()
    ceremony = ended["The ceremony"]
    assert "state: fresh" in ceremony.stdout
    assert "address-" in ended["Every day, two people"].stdout
    assert "evil.example" in ended["A mistake"].stdout
