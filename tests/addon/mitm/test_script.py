"""The shield under a real mitmdump."""

import http.server
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from functools import partial
from pathlib import Path

import pytest

from garim_models.testmedia import LISTED

SCRIPT = Path(__file__).parents[3] / "addon" / "garim_addon" / "mitm" / "script.py"
MITMDUMP = Path(sys.executable).with_name("mitmdump")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(home, port, *options):
    base = [str(MITMDUMP), "-q", "-s", str(SCRIPT), "--listen-host", "127.0.0.1", "-p", str(port)]
    sets = [f"garim_home={home / 'garim'}", f"confdir={home / 'conf'}", *options]
    return [*base, *(word for one in sets for word in ("--set", one))]


@pytest.fixture
def origin():
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    handler = partial(Quiet, directory=str(LISTED.parent))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(address, port, patience=60.0):
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({"http": f"http://127.0.0.1:{port}"})
    )
    until = time.monotonic() + patience
    while True:
        try:
            with opener.open(address, timeout=20) as answer:
                return answer.headers, answer.read()
        except urllib.error.HTTPError:
            raise
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def test_a_listed_picture_is_replaced_under_mitmdump(tmp_path, origin):
    (tmp_path / "garim").mkdir()
    # A school's policy, so that nothing passes while the inspectors are still starting.
    policy = 'profile = "school"\n[limits]\ndeadline_ms = 30000\n'
    (tmp_path / "garim" / "policy.toml").write_text(policy)
    port = free_port()
    with subprocess.Popen(command(tmp_path, port), stdout=subprocess.PIPE) as proxy:
        try:
            headers, body = fetch(f"{origin}/listed.png", port)
            _, page = fetch(f"{origin}/", port)
        finally:
            proxy.terminate()
            proxy.wait(timeout=30)
    assert headers["cache-control"] == "no-store"
    assert body.startswith(b"\x89PNG")
    assert body != LISTED.read_bytes()
    assert b"listed.png" in page


@pytest.mark.parametrize(
    ("option", "word"),
    [("ssl_insecure=true", b"ssl_insecure"), ("ignore_hosts=x", b"ignore_hosts")],
)
def test_what_must_never_be_on_ends_the_start(tmp_path, option, word):
    done = subprocess.run(
        command(tmp_path, free_port(), option),
        capture_output=True,
        timeout=60,
        check=False,
        env={**os.environ, "LANGUAGE": "en"},
    )
    assert done.returncode != 0
    assert word in done.stdout + done.stderr


def test_a_bad_policy_ends_the_start_with_its_sentence(tmp_path):
    (tmp_path / "garim").mkdir()
    (tmp_path / "garim" / "policy.toml").write_text('profile = "office"\n')
    done = subprocess.run(
        command(tmp_path, free_port()), capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert b"policy.toml" in done.stdout + done.stderr
