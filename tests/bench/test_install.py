import pytest
from bench import install
from bench.context import Context, SkippedError


@pytest.fixture
def context(tmp_path):
    return Context(tmp_path, quick=True, tell=lambda text: None)


def test_every_package_is_pinned():
    for peer in (install.NUDENET, install.OPEN_NSFW):
        assert all(package.count("==") == 1 for package in peer.packages)
    assert all(version[0].isdigit() for version in install.NODE_PACKAGES.values())


def test_what_is_installed_is_not_installed_again(context, monkeypatch):
    monkeypatch.setattr(install, "_run", lambda *_: pytest.fail("installed again"))
    folder = context.cache / install.NUDENET.name
    folder.mkdir()
    (folder / "installed").write_text("\n".join(install.NUDENET.packages), "utf-8")
    assert install.python_peer(context, install.NUDENET) == folder / "bin" / "python"


def test_another_version_is_installed_anew(context, monkeypatch):
    asked = []
    monkeypatch.setattr(install.venv, "create", lambda folder, **_: folder.mkdir(exist_ok=True))
    monkeypatch.setattr(install, "_run", lambda command, folder: asked.append(command))
    folder = context.cache / install.NUDENET.name
    folder.mkdir()
    (folder / "installed").write_text("nudenet==0.0.1", "utf-8")
    install.python_peer(context, install.NUDENET)
    assert asked[0][-len(install.NUDENET.packages) :] == list(install.NUDENET.packages)


def test_a_failed_installation_is_said_in_a_sentence(tmp_path):
    with pytest.raises(SkippedError, match=r"sh failed: no network"):
        install._run(["sh", "-c", "echo no network >&2; exit 1"], tmp_path)
    with pytest.raises(SkippedError, match="failed"):
        install._run(["no-such-program-here"], tmp_path)
