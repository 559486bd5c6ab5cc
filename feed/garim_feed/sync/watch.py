"""The process that keeps the lists fresh: `python -m garim_feed.sync.watch ROOT`.

Rules:
- Each feed is asked on its own schedule; one that is slow or broken never holds up the others.
- It never ends because of a feed. It ends when its standard input does, when its parent is gone, or
  when it is told to (SIGTERM); `trigger` (SIGUSR1) makes it ask all feeds at once.
"""

from pathlib import Path


def trigger(root: Path) -> bool:
    """Make the running watch of a lists folder ask all feeds at once.

    Returns:
        Whether one is running (if not: call `update.update`).
    """
    raise NotImplementedError


def main(root: Path) -> None:
    """Watch until told to end."""
    raise NotImplementedError
