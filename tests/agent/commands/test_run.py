"""`garim run` as the program that people start."""

import asyncio
import re
import signal
import socket
import subprocess
import sys

import pytest

from garim_agent.commands import run as command
from garim_agent.errors import UsageError

PROGRAM = [sys.executable, "-c", "from garim_agent.main import main; main()", "--lang", "en", "run"]


@pytest.fixture(autouse=True)
def _own_home(garim_home):
    pass


def ended(*arguments):
    """Start it with what makes it end by itself."""
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def one_sentence(done, words):
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert re.search(words, done.stderr)


def test_a_taken_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        one_sentence(ended("--port", str(port)), f"Port {port} .* is taken .* --port")


def test_a_taken_metrics_port_is_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        one_sentence(ended("--port", "0", "--metrics-port", port), f"Port {port} for metrics")


def test_a_wrong_policy_is_one_sentence(tmp_path):
    policy = tmp_path / "p.toml"
    policy.write_text("profile = 'home'\n[limits]\nworkers = 'many'\n")
    one_sentence(ended("--policy", str(policy)), r"p\.toml: limits\.workers is")


def test_what_is_no_certificate_is_one_sentence(tmp_path):
    file = tmp_path / "no.pem"
    file.write_text("no certificate")
    one_sentence(ended("--port", "0", "--extra-ca", str(file)), "garim: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_greets_serves_and_ends_cleanly(garim_home, number):
    process = await asyncio.create_subprocess_exec(
        *PROGRAM, "--port", "0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    greeting = b""
    async with asyncio.timeout(90):
        while b"Ctrl-C" not in greeting:
            line = await process.stderr.readline()
            assert line, greeting
            greeting += line
        port = re.search(rb"Garim listens on 127\.0\.0\.1:(\d+)\.", greeting)[1].decode()
        assert f"--proxy-server=http://127.0.0.1:{port}".encode() in greeting
        assert b"No feed is followed: only the built-in list is in force." in greeting
        certificate = re.search(rb"root certificate: (.+)\n", greeting)[1].decode()
        assert certificate.startswith(str(garim_home))
        reader, writer = await asyncio.open_connection("127.0.0.1", int(port))
        writer.write(b"GET http://blocked.garim.test/ HTTP/1.1\r\nHost: blocked.garim.test\r\n\r\n")
        assert (await reader.readuntil(b"\r\n")).startswith(b"HTTP/1.1 451 ")
        writer.close()
        await writer.wait_closed()
        process.send_signal(number)
        out, err = await process.communicate()
    assert (process.returncode, out) == (0, b"")
    assert b"Traceback" not in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize(
    ("port", "metrics", "name"),
    [(-1, 0, "--port"), (65_536, 0, "--port"), (0, -1, "--metrics-port"), (0, 65_536, "--metrics")],
)
def test_a_port_is_a_port(port, metrics, name):
    with pytest.raises(UsageError, match=f"{name}.* must be between 0 and 65535"):
        command.run("127.0.0.1", port, None, None, metrics)


@pytest.mark.parametrize("which", ["policy", "extra_ca"])
def test_a_folder_is_not_a_file(tmp_path, which):
    files = {"policy": None, "extra_ca": None} | {which: tmp_path}
    with pytest.raises(UsageError, match="is not a file"):
        command.run("127.0.0.1", 0, files["policy"], files["extra_ca"], 0)
