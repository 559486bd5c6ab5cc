"""The demonstration's own feed: the list `test`, published by the administrators' tools and synced.

Rules:
- Made anew each time, signed by two made-up people, served on loopback, verified like any other.
- The agent of the demonstration runs without the shipped list: what it blocks came by this feed.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from garim_addon.text import N_
from garim_agent.errors import UsageError
from garim_feed.publish.serve import server
from garim_feed.publish.trial import Trial, official_items, publish_trial
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import update
from garim_feed.wire.description import Authority
from garim_models.testmedia import LISTED, LISTED_JPEG

NAME = "demo"
KEEPER = Authority(slug="garim", name="Garim demonstration", uri="", appeal="")


def publish(folder: Path, pdq: str, quality: int) -> bytes:
    """Publish the list `test` into `folder/published`; returns the feed's root file.

    Args:
        folder: A folder for everything that belongs to the feed.
        pdq: PDQ of the official test picture, in hex.
        quality: Its PDQ quality.
    """
    folder.mkdir(mode=0o700, parents=True)
    files = [sha256(path.read_bytes()).hexdigest() for path in (LISTED, LISTED_JPEG)]
    trial = Trial(NAME, KEEPER, official_items(files, pdq, quality))
    return publish_trial(trial, folder / "workspace", folder / "published")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder/published` on loopback; yields its base address."""
    with server(folder / "published") as listening:
        thread = threading.Thread(target=listening.serve_forever, name="demo-feed", daemon=True)
        thread.start()
        try:
            host, port = listening.server_address[:2]
            yield f"http://{host if isinstance(host, str) else host.decode()}:{port}"
        finally:
            listening.shutdown()
            thread.join()


def sync(lists: Path, url: str, root: bytes) -> None:
    """Follow the feed and put its list into force.

    Raises:
        UsageError: When the list did not come into force; says why.
    """
    store = ListStore(lists)
    store.leave_out_shipped()
    store.add(NAME, url, root)
    (status,) = update(store).feeds
    if not status.lists:
        raise UsageError(
            N_("The demonstration's list did not come into force: {problem}"),
            problem=status.problem or "",
        )
