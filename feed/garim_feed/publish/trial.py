"""A whole feed in one call, for the demonstration and for the list that the package ships.

Rules:
- It goes the administrators' way and no shorter one: two people with keys of their own, a proposal,
  an approval, two signatures, a publish. Nothing in it is made by hand.
- The two people are made up: their keys live in the given workspace and die with it, so nobody can
  ever sign a second version of such a feed.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from garim_feed.addresses.canonical import canonical_host
from garim_feed.addresses.expressions import subject
from garim_feed.kinds import Kind
from garim_feed.publish import ceremony, drafts, lists, proposals, publishing, staging
from garim_feed.publish.items import Item
from garim_feed.publish.signing_keys import new_key, open_signer
from garim_feed.publish.workspace import Clock, utc_now
from garim_feed.wire.description import Authority
from garim_feed.wire.fields import Title

TEST_LIST = "test"
TEST_HOST = "blocked.garim.test"
TEST_ADDRESS = "https://garim.test/blocked"
PROPOSER, APPROVER = "first person", "second person"


@dataclass(frozen=True, slots=True)
class Trial:
    """What to publish.

    Attributes:
        feed: The feed's name.
        authority: Who keeps its one list.
        items: What is on the list `test`.
    """

    feed: str
    authority: Authority
    items: tuple[Item, ...]


def official_items(files: Iterable[str], pdq: str, quality: int) -> tuple[Item, ...]:
    """Return what stands on the list `test`.

    Args:
        files: SHA-256 of the official test files, in hex.
        pdq: PDQ of the official test picture, in hex.
        quality: Its PDQ quality.
    """
    return (
        Item(Kind.HOST, canonical_host(TEST_HOST)),
        Item(Kind.ADDRESS, subject(TEST_ADDRESS)),
        *(Item(Kind.SHA256, digest) for digest in files),
        Item(Kind.IMAGE, pdq, quality=quality),
    )


def publish_trial(trial: Trial, workspace: Path, target: Path, now: Clock = utc_now) -> bytes:
    """Publish a feed.

    Args:
        trial: What to publish.
        workspace: An empty folder for its administrators' work.
        target: Folder to publish to.
        now: The clock.

    Returns:
        The root file that agents trust it by.

    Raises:
        FeedError: An item is not valid, or a folder is not empty.
        OSError: A folder cannot be written.
    """
    password = secrets.token_urlsafe(16)
    keys = workspace.with_name(workspace.name + "-keys")
    keys.mkdir(mode=0o700)
    people = {name: new_key(name, keys / f"{n}.pem", password) for n, name in enumerate(_PEOPLE)}
    signers = {name: open_signer(card, lambda _: password) for name, card in people.items()}
    settled = ceremony.Ceremony(
        feed=trial.feed,
        title=Title(ko="시험용 배포", en="Feed for trials"),
        authority=trial.authority,
        people=tuple(people.values()),
    )
    with ceremony.init(workspace, settled, now) as at:
        slug = trial.authority.slug
        title = Title(ko="시험 목록", en="Test list")
        lists.add_list(at, PROPOSER, slug, TEST_LIST, title=title, category=TEST_LIST)
        drafts.add(at, PROPOSER, TEST_LIST, trial.items)
        proposed = proposals.propose(
            at, PROPOSER, TEST_LIST, reason="shows that blocking works", signer=signers[PROPOSER]
        )
        proposals.approve(at, APPROVER, proposed.number, signer=signers[APPROVER])
        staging.stage(at, PROPOSER)
        for name, signer in signers.items():
            staging.sign(at, name, signer)
        publishing.publish(at, PROPOSER, target)
    return (target / "metadata" / "1.root.json").read_bytes()


_PEOPLE = (PROPOSER, APPROVER)
