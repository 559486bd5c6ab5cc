"""Makes one version of a list after another, quickly: the publishing library in this process."""

import secrets
from pathlib import Path

from garim_feed.kinds import Kind
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.generations import current, generation_path
from garim_feed.publish import ceremony, drafts, lists, proposals, publishing, staging
from garim_feed.publish.items import Item
from garim_feed.publish.signing_keys import new_key, open_signer
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.description import Authority
from garim_feed.wire.fields import Title

LIST = "mill"
PEOPLE = ("one", "two")


class Mill:
    """A feed whose list names one host, another one in each version.

    Args:
        folder: For workspace, keys and what is published.
    """

    def __init__(self, folder: Path) -> None:
        self.workspace, self.published = folder / "workspace", folder / "published"
        self.password = secrets.token_urlsafe(16)
        (folder / "keys").mkdir(parents=True)
        cards = [new_key(name, folder / "keys" / f"{name}.pem", self.password) for name in PEOPLE]
        self._signers = {card.name: open_signer(card, lambda _: self.password) for card in cards}
        keeper = Authority(slug="mill", name="Mill", uri="", appeal="")
        title = Title(ko="방앗간", en="Mill")
        settled = ceremony.Ceremony("mill", title, keeper, tuple(cards))
        with ceremony.init(self.workspace, settled) as at:
            lists.add_list(at, PEOPLE[0], "mill", LIST, title=title, category="test")
        self.version = 0

    @property
    def root(self) -> bytes:
        """The root file."""
        return (self.published / "metadata" / "1.root.json").read_bytes()

    def prepare(self) -> None:
        """Bring another version to where only the publish is missing."""
        one, two = PEOPLE
        with Workspace.open(self.workspace) as at:
            if self.version:
                drafts.remove(at, one, LIST, [_item(self.version)])
            self.version += 1
            drafts.add(at, one, LIST, [_item(self.version)])
            proposal = proposals.propose(at, one, LIST, reason="next", signer=self._signers[one])
            proposals.approve(at, two, proposal.number, signer=self._signers[two])
            staging.stage(at, one)
            for person, signer in self._signers.items():
                staging.sign(at, person, signer)

    def publish(self) -> None:
        """Publish what is prepared, or bring the folder up to what was."""
        with Workspace.open(self.workspace) as at:
            publishing.publish(at, PEOPLE[0], self.published)

    def next(self) -> None:
        """Prepare and publish another version."""
        self.prepare()
        self.publish()


def _item(version: int) -> Item:
    return Item(Kind.HOST, _host(version))


def _host(version: int) -> str:
    return f"v{version}.mill.example"


def versions(root: Path, upto: int) -> list[int]:
    """Which versions' hosts the index in force names: exactly one, if nothing is mixed."""
    name = current(root)
    if not name:
        return []
    index = Generation(generation_path(root, name))
    return [v for v in range(1, upto + 1) if index.host(_host(v))]
