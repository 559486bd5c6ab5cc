"""Lists with real segments, for tests with the real build."""

import hashlib

import numpy as np
from tests.feed.sync.simulator import FeedSimulator

from garim_feed.keys import key64
from garim_feed.kinds import Kind, Term, day_number
from garim_feed.tables import Keys, Removals, Segment, Tables
from garim_feed.wire import names
from garim_feed.wire.catalogue import SegmentRef
from garim_feed.wire.content import content_digest
from garim_feed.wire.merge import counts, merge
from garim_feed.wire.segment import write

SALT = bytes(range(16))


def hosts_segment(feed: FeedSimulator, *hosts: str, count: int = 0, seed: int = 0) -> Segment:
    """Return a segment that blocks hosts, and `count` random ones."""
    named = [key64(Kind.HOST, host.encode(), SALT) for host in hosts]
    drawn = np.random.default_rng(seed).integers(0, 2**64, count, np.uint64)
    keys = np.unique(np.concatenate([np.array(named, np.uint64), drawn]))
    terms = np.zeros(len(keys), np.uint16)
    term = Term(day_number(feed.now().date()))
    return Segment(Tables((term,), {Kind.HOST: Keys(keys, terms)}), Removals())


def put_real_list(feed: FeedSimulator, authority: str, name: str, *segments: Segment) -> None:
    """List what the segments hold."""
    files = [write(segment) for segment in segments]
    tables, _removals = merge(segments)
    manifest = feed.put_list(authority, name, *files)
    feed.lists[authority][name] = manifest.model_copy(
        update={
            "salt": SALT.hex(),
            "entries": counts(tables),
            "content": content_digest(tables),
            "segments": tuple(
                SegmentRef(
                    file=names.segment_file(name, number),
                    entries=sum(counts(segment.added).values()),
                    removals=0,
                )
                for number, segment in enumerate(segments)
            ),
        }
    )
    assert all(hashlib.sha256(data).hexdigest() for data in files)
