"""The verdict cache's writing thread.

Rules:
- Whoever keeps something never waits for the disk: a bounded queue, and over it the write is
  dropped and counted.
- What waits is written in one transaction.
- Nothing that the disk does ends the thread.
"""

import queue
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from garim_addon.judge.cache_file import CacheFile, Statement, is_broken

_BATCH = 512


@dataclass(slots=True)
class CacheStats:
    """Counters of a cache.

    Attributes:
        memory_hits: Findings that were in memory.
        disk_hits: Findings that were on disk.
        misses: Findings that were nowhere.
        refused: Failed inspections that someone wanted to keep.
        written: Writes that are on disk.
        dropped: Writes that found the queue full.
        write_errors: Batches that the disk did not take.
        read_errors: Look-ups that the disk did not answer.
        unreadable: Rows that were no valid finding.
        evicted: Rows that had to go.
        recreated: How often the file was begun anew.
    """

    memory_hits: int = 0
    disk_hits: int = 0
    misses: int = 0
    refused: int = 0
    written: int = 0
    dropped: int = 0
    write_errors: int = 0
    read_errors: int = 0
    unreadable: int = 0
    evicted: int = 0
    recreated: int = 0


@dataclass(frozen=True, slots=True)
class _Anew:
    """An order: begin the file anew, unless that was done since."""

    generation: int


type _Item = Statement | threading.Event | _Anew | None


class CacheWriter:
    """Owns the thread and the writing side of the file.

    Attributes:
        generation: Grows whenever the file is another one, so that readers open it again.
    """

    def __init__(
        self, path: Path, stats: CacheStats, *, max_rows: int, max_bytes: int, queue_limit: int
    ) -> None:
        self._file = CacheFile(path, max_rows=max_rows, max_bytes=max_bytes)
        self._stats = stats
        self._waiting: queue.Queue[_Item] = queue.Queue(queue_limit)
        self._closed = False
        self.generation = 0
        self._write([])
        self._thread = threading.Thread(target=self._run, name="verdict-cache", daemon=True)
        self._thread.start()

    def submit(self, statement: str, values: tuple[Any, ...]) -> None:
        """Have a statement executed some time; dropped when too many wait."""
        self._offer((statement, values))

    def begin_anew(self, generation: int) -> None:
        """Have the file of this generation moved aside, because it cannot be read."""
        self._offer(_Anew(generation))

    def flush(self, patience: float) -> bool:
        """Wait until everything submitted so far was executed or given up."""
        reached = threading.Event()
        if self._closed:
            return True
        try:
            self._waiting.put(reached, timeout=patience)
        except queue.Full:
            return False
        return reached.wait(patience)

    def close(self) -> None:
        """Execute what waits, end the thread, close the file. May be called again."""
        if not self._closed:
            self._closed = True
            self._waiting.put(None)
            self._thread.join()
            self._file.close()

    def _offer(self, item: _Item) -> None:
        try:
            if not self._closed:
                self._waiting.put_nowait(item)
        except queue.Full:
            self._stats.dropped += 1

    def _run(self) -> None:
        running = True
        while running:
            batch: list[Statement] = []
            reached: list[threading.Event] = []
            for item in self._some():
                match item:
                    case None:
                        running = False
                    case threading.Event():
                        reached.append(item)
                    case _Anew():
                        if item.generation == self.generation:
                            self._begin_anew()
                    case _:
                        batch.append(item)
            if batch:
                self._write(batch)
            for event in reached:
                event.set()

    def _some(self) -> Iterator[_Item]:
        """Wait for one item, then yield it and what else is there."""
        yield self._waiting.get()
        for _ in range(_BATCH):
            try:
                yield self._waiting.get_nowait()
            except queue.Empty:
                return

    def _write(self, batch: list[Statement]) -> None:
        try:
            self._file.write(batch)
            self._stats.written += len(batch)
        except (sqlite3.Error, OSError) as error:
            self._stats.write_errors += 1
            if isinstance(error, sqlite3.Error) and is_broken(error):
                self._begin_anew()
            else:
                self._file.close()
        self._stats.evicted = self._file.evicted

    def _begin_anew(self) -> None:
        self._file.begin_anew()
        self._stats.recreated = self._file.recreated
        try:
            self._file.write([])
        except (sqlite3.Error, OSError):
            self._stats.write_errors += 1
        self.generation += 1
