"""The inspector of `garim-feed`: `python -m garim_agent.feedtool.inspector`, fed by `hashing.py`.

Rules:
- It is the agent's own inspector process, sandbox and all; only what it is asked for differs: of a
  torrent file it tells the info-hashes, which the agent only looks up and never tells.
- It opens no lists: what is hashed here is about to become a list.
"""

import sys
from typing import Any

from garim_addon.judge import worker
from garim_addon.judge.config import WorkerConfig
from garim_addon.verdict import Inspection

TORRENT = "torrent"
MAX_INFOS = 4
"""Info-hashes of one file that are told; a torrent file has one or two."""


class Hashing:
    """Tells what lists say of a body."""

    model_versions: tuple[str, ...] = ()
    model_failure: Exception | None = None

    def __init__(self, config: WorkerConfig) -> None:
        from garim_addon.judge.inspect import Inspector  # noqa: PLC0415 - after the pipes are taken

        self._inspector = Inspector(config)

    def judge(self, body: bytes, encoding: str, lists: str) -> Inspection:
        """Inspect one body."""
        from garim_addon.media import torrent  # noqa: PLC0415 - after the pipes are taken

        if not torrent.looks_like(body[: torrent.HEAD_BYTES]):
            return self._inspector.judge(body, encoding, lists)
        found = dict.fromkeys(torrent.info_hashes(body))
        words = [f"{1 if len(digest) == 20 else 2}:{digest.hex()}" for digest in found]
        return Inspection(kind=TORRENT, detail=" ".join(words[:MAX_INFOS]), lists=lists)


def _build(config: WorkerConfig) -> tuple[worker.Inspects, worker.Render]:
    return Hashing(config), _nothing


def _nothing(_spec: dict[str, Any], _original: bytes) -> bytes:
    return b""


if __name__ == "__main__":
    sys.exit(worker.main(_build))
