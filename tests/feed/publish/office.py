"""An office with three people, for tests: a workspace, their keys, and what they do all day."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata

from garim_feed.kinds import Effect, Kind
from garim_feed.publish import ceremony, drafts, lists, proposals, publishing, staging
from garim_feed.publish.cards import Card
from garim_feed.publish.entries import entry_of
from garim_feed.publish.items import Frame, Item
from garim_feed.publish.publishing import Published
from garim_feed.tables import Removals, Tables
from garim_feed.wire import segment
from garim_feed.wire.description import Authority
from garim_feed.wire.fields import Title
from garim_feed.wire.merge import merge

KIM, LEE, PARK = "Kim", "Lee", "Park"
TITLE = Title(ko="목록", en="List")
KCSC = Authority(slug="kcsc", name="KCSC", uri="https://kcsc.test", appeal="mailto:a@kcsc.test")


def card(name: str, signer: CryptoSigner) -> Card:
    """Return the card of a key that lies in memory."""
    return Card(name, signer.public_key, f"file:/nowhere/{name}.pem")


def host(name: str, **facts) -> Item:
    """Return a host."""
    return Item(Kind.HOST, name, **facts)


def hosts(*numbers: int) -> list[Item]:
    """Return some hosts."""
    return [host(f"h{number}.garim.test") for number in numbers]


def image(seed: int, **facts) -> Item:
    """Return a picture."""
    pdq = (seed * 0x9E3779B97F4A7C15 % (1 << 256)).to_bytes(32, "big").hex()
    return Item(Kind.IMAGE, pdq, **{"quality": 90, **facts})


def video(seed: int, frames: int = 3) -> Item:
    """Return a video."""
    return Item(
        Kind.VIDEO,
        "",
        frames=tuple(Frame(image(seed * 100 + n).subject, 80 + n, n * 1000) for n in range(frames)),
        duration=frames * 1000,
    )


def audio(seed: int) -> Item:
    """Return a sound."""
    return Item(Kind.AUDIO, "", points=(seed, seed + 1, 7), duration=900)


def one_of_each() -> list[Item]:
    """Return an item of every kind and effect."""
    return [
        host("bad.garim.test", note="seen by a caller"),
        host("good.bad.garim.test", effect=Effect.ALLOW),
        Item(Kind.ADDRESS, "site.garim.test/board/1?no=7"),
        Item(Kind.SHA256, "ab" * 32),
        Item(Kind.SHA1, "cd" * 20),
        Item(Kind.MD5, "ef" * 16),
        Item(Kind.TORRENT, "1:" + "12" * 20),
        Item(Kind.TORRENT, "2:" + "34" * 32),
        image(1),
        image(2, effect=Effect.NEGATIVE, tight=8, wide=20),
        video(3),
        audio(4),
    ]


class Office:
    """A feed, its people and its published folder."""

    def __init__(
        self, folder: Path, names: Sequence[str] = (KIM, LEE, PARK), *, threshold: int = 2
    ) -> None:
        self.folder = folder
        self.site = folder / "site"
        self.time = datetime.now(UTC).replace(microsecond=0)
        self.signers = {name: CryptoSigner.generate_ed25519() for name in names}
        cards = tuple(card(name, signer) for name, signer in self.signers.items())
        settled = ceremony.Ceremony("korea", TITLE, KCSC, cards, threshold)
        self.workspace = ceremony.init(folder / "workspace", settled, lambda: self.time)

    def pass_time(self, **how: float) -> None:
        """Let time pass."""
        self.time += timedelta(**how)

    def make_list(self, name: str = "sites", authority: str = "kcsc", by: str = KIM) -> None:
        """Make a list."""
        lists.add_list(self.workspace, by, authority, name, title=TITLE, category="illegal")

    def propose(
        self,
        items: Iterable[Item] = (),
        *,
        remove: Iterable[Item] = (),
        name: str = "sites",
        by: str = KIM,
    ) -> int:
        """Draft and propose; return the proposal's number."""
        drafts.add(self.workspace, by, name, items)
        drafts.remove(self.workspace, by, name, remove)
        made = proposals.propose(
            self.workspace, by, name, reason="a reason", signer=self.signers[by]
        )
        return made.number

    def change(
        self,
        items: Iterable[Item] = (),
        *,
        remove: Iterable[Item] = (),
        name: str = "sites",
        by: str = KIM,
        and_by: str = LEE,
    ) -> None:
        """Propose and approve."""
        number = self.propose(items, remove=remove, name=name, by=by)
        proposals.approve(self.workspace, and_by, number, signer=self.signers[and_by])

    def sign(self, *names: str) -> None:
        """Let people sign what is staged."""
        for name in names:
            staging.sign(self.workspace, name, self.signers[name])

    def publish(self, *names: str) -> Published:
        """Stage, sign, publish."""
        staging.stage(self.workspace, KIM)
        self.sign(*(names or (KIM, LEE)))
        return publishing.publish(self.workspace, KIM, self.site)

    def entry(self, item: Item, name: str = "sites") -> str:
        """Return an item's entry id."""
        return entry_of(item, lists.list_info(self.workspace, name).salt)

    def content(self, name: str = "sites") -> tuple[Tables, Removals]:
        """Return what the published segments of a list come to."""
        info = lists.list_info(self.workspace, name)
        folder = self.site / "targets" / "lists" / info.authority
        assert info.published is not None
        files = (next(folder.glob(f"*.{one.file}")) for one in info.published.segments)
        return merge(segment.read(file.read_bytes()) for file in files)

    def metadata(self, role: str) -> Metadata:
        """Return the newest metadata of a role in the published folder."""
        place = self.site / "metadata"
        if role == "timestamp":
            return Metadata.from_file(str(place / "timestamp.json"))
        files = place.glob(f"*.{role}.json")
        return Metadata.from_file(str(max(files, key=lambda file: int(file.name.split(".")[0]))))
