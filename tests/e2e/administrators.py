"""The people who keep a feed, as they work: the real `garim-feed`, each with a key of their own."""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "correct horse battery staple"
PEOPLE = ("kim", "lee", "park")
LIST = "harm"
KEEPER = "Example Centre"
PAGE = "https://centre.example/about"
APPEAL = "mailto:appeals@centre.example"


@dataclass
class Administrators:
    """A feed's people at one machine.

    Attributes:
        folder: Workspace and keys.
        published: What a web server serves.
    """

    folder: Path
    published: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        """Their common workspace."""
        return self.folder / "workspace"

    @property
    def root(self) -> Path:
        """The root file that agents are given."""
        return self.published / "metadata" / "1.root.json"

    def run(self, *words: str | Path, who: str = PEOPLE[0], status: int = 0) -> str:
        """Run `garim-feed`; returns what it printed, and fails the test on another exit code."""
        done = subprocess.run(
            self.command(*words, who=who),
            env=self.surroundings(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = f"garim-feed {words}: {done.returncode}\n{done.stdout}{done.stderr}"
        assert done.returncode == status, said
        assert "Traceback" not in done.stderr, said
        return done.stdout

    def command(self, *words: str | Path, who: str = PEOPLE[0]) -> list[str]:
        """The command line of `garim-feed` for one of them."""
        program = str(Path(sys.executable).with_name("garim-feed"))
        fixed = [program, "--lang", "en", "--dir", str(self.workspace), "--as", who]
        return [*fixed, *map(str, words)]

    def surroundings(self) -> dict[str, str]:
        """Its environment."""
        names = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "COVERAGE_PROCESS_START")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        own = {
            "HOME": str(self.folder),
            "GARIM_FEED_PASSWORD": PASSWORD,
            "GARIM_FEED_PUBLISH": str(self.published),
        }
        return kept | own | self.environment

    def found(self, *more: str | Path) -> "Administrators":
        """Hold the ceremony and make one list."""
        self.folder.mkdir(parents=True, exist_ok=True)
        cards: list[str | Path] = []
        for person in PEOPLE:
            self.run("key", "new", person, "--out", self.folder)
            (card,) = self.folder.glob(f"{person}*card*")
            cards += ["--card", card]
        self.run(
            *("init", "national", *cards, "--title", "Example feed", "--title-ko", "예시 배포"),
            *("--authority", "centre", "--authority-name", KEEPER),
            *("--page", PAGE, "--appeal", APPEAL, *more),
        )
        self.run(
            "list", "new", LIST, "--title", "Harmful", "--category", "illegal", "--params", "id"
        )
        return self

    def list(self, *words: str | Path) -> None:
        """One adds, another approves, both sign, one publishes."""
        self.run("add", "--list", LIST, *words)
        self.release()

    def delist(self, *words: str | Path) -> None:
        """The same for a removal."""
        self.run("remove", "--list", LIST, *words)
        self.release()

    def release(self) -> None:
        """Propose, approve, sign and publish what is in the draft."""
        self.prepare()
        self.run("publish")

    def prepare(self) -> None:
        """Bring the draft to where only `publish` is missing."""
        number = self.run("propose", "--list", LIST, "--reason", "reported").strip()
        self.run("approve", number, "--yes", who=PEOPLE[1])
        self.run("sign")
        self.run("sign", who=PEOPLE[1])
