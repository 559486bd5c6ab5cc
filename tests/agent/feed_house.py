"""A feed with three people, made and driven by `garim-feed` itself, for tests of both programs.

It is made once a run and copied for each test; keys stay where they were made.
"""

import shutil
from dataclasses import dataclass, field
from pathlib import Path

from typer.testing import CliRunner

from garim_agent import cli
from garim_agent.feedtool.app import app

PASSWORD = "correct horse battery staple"
PEOPLE = ("minji", "jun", "sora")


@dataclass
class House:
    """A workspace, the folder it is published in, and the cards of its people."""

    folder: Path
    keys: Path
    environment: dict[str, str] = field(default_factory=lambda: {"GARIM_FEED_PASSWORD": PASSWORD})

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def published(self) -> Path:
        return self.folder / "published"

    @property
    def root(self) -> Path:
        return self.published / "metadata" / "1.root.json"

    def card(self, name: str) -> Path:
        return self.keys / f"{name}.card"

    def call(self, *arguments, who="", text=None):
        """Run `garim-feed` in this process."""
        own = ["--lang", "en", "-C", str(self.workspace), *(["--as", who] if who else [])]
        words = [str(each) for each in arguments]
        return CliRunner().invoke(
            app, own + words, input=text, env=self.environment, catch_exceptions=False
        )

    def run(self, *arguments, who="minji", text=None):
        """Run it, and expect that it works; return what it printed."""
        done = self.call(*arguments, who=who, text=text)
        assert done.exit_code == 0, done.stderr
        return done.stdout

    def refused(self, *arguments, who="minji", text=None):
        """Run it, and expect one sentence and exit code 2; return the sentence."""
        done = self.call(*arguments, who=who, text=text)
        assert done.exit_code == 2, done.output
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        lines = done.stderr.splitlines()
        assert lines[-1].startswith("garim-feed: "), done.stderr
        return lines[-1].removeprefix("garim-feed: ")

    def decide(self, reason="they are bad", proposer="minji", approver="jun", name="ncii"):
        """Propose a draft and have it approved."""
        number = self.run("propose", "--list", name, "-m", reason, who=proposer).strip()
        self.run("approve", number, "--yes", who=approver)

    def sign_and_publish(self, signers=("minji", "jun")):
        for who in signers:
            self.run("sign", who=who)
        self.run("publish", self.published)

    def release(self, *things, name="ncii"):
        """Add things and see them published."""
        self.run("add", "--list", name, *things)
        self.decide(name=name)
        self.sign_and_publish()

    def copy(self, folder: Path) -> "House":
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return House(folder, self.keys)


def new(folder: Path) -> House:
    """Make people and a feed with the empty list `ncii`; nothing is published yet."""
    house = House(folder / "feed", folder / "keys")
    house.keys.mkdir(mode=0o700, parents=True)
    house.folder.mkdir(mode=0o700)
    for name in PEOPLE:
        house.run("key", "new", name, "--out", house.keys, who="")
    cards = [word for name in PEOPLE for word in ("--card", house.card(name))]
    house.run(
        *("init", "national", *cards, "--title", "National list", "--title-ko", "국가 목록"),
        *("--authority", "kcsc", "--authority-name", "Media Commission"),
        *("--appeal", "mailto:appeal@kcsc.example"),
        who="",
    )
    house.run("list", "new", "ncii", "--category", "ncii", "--params", "id,no")
    return house


def garim(*arguments, text=None):
    """Run `garim` in this process."""
    words = [str(each) for each in arguments]
    return CliRunner().invoke(cli.app, ["--lang", "en", *words], input=text, catch_exceptions=False)
