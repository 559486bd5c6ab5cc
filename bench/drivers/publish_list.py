"""A list of many entries, from a text file to a published feed; then a thousand changes.

`publish_list.py ENTRIES FOLDER` prints one line of JSON: what each step took and what it left.
"""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from garim_feed.convert import plain
from garim_feed.convert.rows import Sieve
from garim_feed.publish import ceremony, drafts, lists, proposals, publishing, staging
from garim_feed.publish.items import Item
from garim_feed.publish.signing_keys import new_key, open_signer
from garim_feed.publish.verify import verify
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.description import Authority
from garim_feed.wire.fields import Title

LIST = "sites"
CHANGES = 1000
_HOSTS = 12
"""Addresses a host."""
_PASSWORD = "for the bench only"
_PEOPLE = ("proposer", "approver")


class Steps:
    """What each step took: seconds, CPU seconds, and the process's highest RSS so far."""

    def __init__(self) -> None:
        self.found: dict[str, dict[str, float]] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure a step."""
        began, cpu = time.monotonic(), time.process_time()
        yield
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        self.found[name] = {
            "seconds": time.monotonic() - began,
            "cpu": time.process_time() - cpu,
            "peak_mb": peak,
        }
        taken = f"{self.found[name]['seconds']:.3g} s, {peak:.0f} MB at most"
        print(f"  {name}: {taken}", file=sys.stderr, flush=True)


def main(entries: int, root: Path) -> None:
    """Run all steps."""
    steps = Steps()
    cards = [new_key(name, root / f"{name}.pem", _PASSWORD) for name in _PEOPLE]
    signers = [open_signer(card, lambda _: _PASSWORD) for card in cards]
    settled = ceremony.Ceremony(
        "bench",
        Title(ko="측정", en="Bench"),
        Authority(slug="bench", name="Bench", uri="", appeal=""),
        tuple(cards),
    )
    with ceremony.init(root / "workspace", settled) as workspace:
        title = Title(ko="측정", en="Bench")
        lists.add_list(workspace, _PEOPLE[0], "bench", LIST, title=title, category="test")
        file, site = root / "list.txt", root / "site"
        with file.open("wb") as out:
            out.writelines(line(number) for number in range(entries))
        with steps.step("read and import"), file.open("rb") as stream:
            drafts.add(workspace, _PEOPLE[0], LIST, Sieve().items(plain.read(stream)))
        decide(workspace, signers, steps, "")
        publish(workspace, signers, steps, site, "")
        first = size(site)
        drafts.add(workspace, _PEOPLE[0], LIST, changed(range(entries, entries + CHANGES // 2)))
        drafts.remove(workspace, _PEOPLE[0], LIST, changed(range(CHANGES // 2)))
        with steps.step("changes: all steps"):
            decide(workspace, signers, steps, "changes: ")
            publish(workspace, signers, steps, site, "changes: ")
        with steps.step("verify"):
            seen = verify(site)
    facts = {
        "entries": entries,
        "steps": steps.found,
        "site_bytes": first,
        "change_bytes": size(site) - first,
        "store_bytes": size(root / "workspace"),
        "seen": seen.lists[0].entries,
        "segments": seen.lists[0].segments,
    }
    print(json.dumps(facts))


def decide(workspace: Workspace, signers: list, steps: Steps, prefix: str) -> None:
    """Propose and approve."""
    with steps.step(prefix + "propose"):
        proposal = proposals.propose(
            workspace, _PEOPLE[0], LIST, reason="measured", signer=signers[0]
        )
    with steps.step(prefix + "approve"):
        proposals.approve(workspace, _PEOPLE[1], proposal.number, signer=signers[1])


def publish(workspace: Workspace, signers: list, steps: Steps, site: Path, prefix: str) -> None:
    """Stage, sign, publish."""
    with steps.step(prefix + "build"):
        staging.stage(workspace, _PEOPLE[0])
    with steps.step(prefix + "sign and publish"):
        for name, signer in zip(_PEOPLE, signers, strict=True):
            staging.sign(workspace, name, signer)
        publishing.publish(workspace, _PEOPLE[0], site)


def line(number: int) -> bytes:
    """Return the text of an entry: an address, or now and then a host."""
    if number % _HOSTS == 0:
        return f"host{number // _HOSTS:x}.garim.test\n".encode()
    return f"http://host{number // _HOSTS:x}.garim.test/board/{number:x}?no={number}\n".encode()


def changed(numbers: range) -> Iterator[Item]:
    """Return the items of some lines."""
    for number in numbers:
        yield from plain.things(line(number).decode().strip())


def size(folder: Path) -> int:
    """Return the bytes of all files under a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
