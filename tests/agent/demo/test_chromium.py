import datetime as dt
import shutil
import stat
import subprocess

import pytest

from garim_addon.mitm.authority import Root
from garim_agent.demo import chromium
from garim_agent.demo.chromium import NAMES, find_browser, trust
from garim_agent.errors import UsageError


def program(folder, name):
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


@pytest.fixture
def empty_path(tmp_path, monkeypatch):
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_it_is_found_by_any_of_its_names(empty_path, name):
    path = program(empty_path, name)
    assert find_browser() == path


def test_the_first_name_is_preferred(empty_path):
    for name in reversed(NAMES):
        program(empty_path, name)
    assert find_browser() == str(empty_path / NAMES[0])


def test_a_given_one_stands_before_those_found(empty_path, tmp_path):
    program(empty_path, "chromium")
    assert find_browser(program(tmp_path, "mine")) == str(tmp_path / "mine")


@pytest.mark.parametrize("given", ["", "/nowhere/chromium"])
def test_none_is_one_sentence(empty_path, given):
    if given:
        program(empty_path, "chromium")  # what was asked for is not silently another
    with pytest.raises(UsageError, match="install it"):
        find_browser(given)


def test_without_certutil_there_is_one_sentence(empty_path, tmp_path):
    with pytest.raises(UsageError, match="certutil is missing"):
        trust(tmp_path / "home", ())


def roots(folder, count):
    for number in range(count):
        path = folder / f"root-{number}.pem"
        path.write_bytes(Root.make(dt.datetime.now(dt.UTC)).pem)
        yield path


def test_the_profiles_own_store_trusts_the_certificates(tmp_path):
    certutil = shutil.which("certutil")
    if certutil is None:
        pytest.skip("certutil is not installed")
    files = tuple(roots(tmp_path, 2))
    home = tmp_path / "home"
    trust(home, files)
    store = home / ".pki" / "nssdb"
    assert stat.S_IMODE(store.stat().st_mode) == 0o700
    listed = subprocess.run(
        [certutil, "-d", f"sql:{store}", "-L"], capture_output=True, text=True, check=True
    ).stdout
    assert listed.count("C,,") == 2


def test_what_is_no_certificate_is_one_sentence(tmp_path):
    if shutil.which("certutil") is None:
        pytest.skip("certutil is not installed")
    file = tmp_path / "no.pem"
    file.write_text("no certificate")
    with pytest.raises(UsageError, match="certutil failed"):
        trust(tmp_path / "home", (file,))


def test_nothing_leaves_the_browser_by_another_way():
    assert "--disable-quic" in chromium.FLAGS
    assert "--disable-background-networking" in chromium.FLAGS
