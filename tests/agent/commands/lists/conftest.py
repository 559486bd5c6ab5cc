import shutil
import sys

import pytest

garim = sys.modules["feed_house"].garim


@pytest.fixture(autouse=True)
def _own_home(garim_home):
    pass


@pytest.fixture
def call():
    """Run `garim lists ...`."""
    return lambda *arguments, **more: garim("lists", *arguments, **more)


@pytest.fixture
def run(call):
    """Run it, and expect that it works; return what it printed."""

    def run(*arguments, code=0, **more):
        done = call(*arguments, **more)
        assert done.exit_code == code, done.output
        return done.stdout

    return run


@pytest.fixture
def refused(call):
    """Run it, and expect one sentence; return it."""

    def refused(*arguments, **more):
        done = call(*arguments, **more)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        assert len(done.stderr.splitlines()) == 1, done.stderr
        return done.stderr.removeprefix("garim: ").strip()

    return refused


@pytest.fixture(scope="session")
def following(tmp_path_factory, published_feed):
    """A machine that follows a feed, by its folder; made once, since a build takes a process."""
    home = tmp_path_factory.mktemp("following") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GARIM_HOME", str(home))
        root = ("--root", published_feed.root, "--name", "national", "--yes")
        done = garim("lists", "add", published_feed.published, *root)
        assert done.exit_code == 0, done.output
    return home


@pytest.fixture
def followed(garim_home, following, published_feed, feed):
    """A machine of its own that follows a copy of that feed."""
    shutil.copytree(following, garim_home)
    config = garim_home / "state" / "lists" / "feeds" / "national" / "feed.json"
    text = config.read_text().replace(str(published_feed.published), str(feed.published))
    config.write_text(text)
    return feed
