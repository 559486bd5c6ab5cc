"""The lists that a judgement is made with: the generation that is in force, named with each job.

Rules:
- The proxy follows the lists (`Live`) and names the generation with each job; the inspector opens
  that very generation, so that all processes move to new lists together, without a restart.
- What cannot be opened leaves the inspector with the lists it has. Its answer says which they were,
  so that the pool counts it, nothing is cached under a wrong name, and a successor is raised.
- Two generations are open only while one takes the other's place.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from garim_feed.errors import FeedError
from garim_feed.lookup.match import Index


class Live(Index, Protocol):
    """Lists that change while the process runs (`garim_feed.lookup.live.LiveIndex`)."""

    @property
    def generation(self) -> str:
        """Name of the generation in force; `""` while there is none."""

    @property
    def failures(self) -> int:
        """How often a new generation could not be opened."""

    def refresh(self) -> bool:
        """Follow what is in force; return whether it is another generation now."""


class Shelf:
    """The generation that an inspector has open.

    Attributes:
        generation: Its name; `""` while it is the fallback.
        index: What is looked up.
    """

    def __init__(
        self, folder: Path | None, fallback: Index, open_generation: Callable[[Path], Index]
    ) -> None:
        """Begin with the fallback.

        Args:
            folder: Folder of the generations, or `None` when there never are any.
            fallback: What counts while no generation is named.
            open_generation: Opens one generation's folder; raises `FeedError` or `OSError`.
        """
        self._folder = folder
        self._fallback = fallback
        self._open = open_generation
        self.generation = ""
        self.index = fallback

    def take(self, generation: str) -> bool:
        """Move to a generation; return whether that is the one that is open now.

        Args:
            generation: Its name, from the proxy; `""` for the fallback.
        """
        if generation == self.generation:
            return True
        if not generation:
            self.generation, self.index = "", self._fallback
            return True
        if self._folder is None:
            return False
        try:
            found = self._open(self._folder / generation)
        except (FeedError, OSError):
            return False
        self.generation, self.index = generation, found
        return True
