"""The verdict cache: what was found in a body, so that no body is inspected twice.

Rules:
- The key is the SHA-256 of the body and the epoch (versions of models and lists): a new list or
  model makes all older findings unreachable at once.
- A failed inspection is never kept, so that a crash or a timeout cannot become "clean".
- Looking up and keeping never raise and never wait: whatever the disk does is counted, and a miss.
- Holds digests only: no address, no picture. Addresses come as keyed digests made by the caller.
- What is read back is checked like what comes from an inspector.
"""

import contextlib
import hashlib
import sqlite3
import time
from collections import OrderedDict
from pathlib import Path

from garim_addon.judge.cache_file import is_broken, open_reader
from garim_addon.judge.cache_writer import CacheStats, CacheWriter
from garim_addon.verdict import Inspection

_KEEP = "INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?)"
_KEEP_VALIDATOR = "INSERT OR REPLACE INTO validators VALUES (?, ?, ?)"
_TOUCH = "UPDATE verdicts SET used = ? WHERE key = ?"
_FIND = "SELECT inspection FROM verdicts WHERE key = ?"
_FIND_VALIDATOR = "SELECT sha256 FROM validators WHERE key = ?"


class _Recent[V]:
    """A bounded map; the least recently used goes first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: OrderedDict[bytes, V] = OrderedDict()

    def get(self, key: bytes) -> V | None:
        value = self._items.get(key)
        if value is not None:
            self._items.move_to_end(key)
        return value

    def put(self, key: bytes, value: V) -> None:
        self._items[key] = value
        self._items.move_to_end(key)
        if len(self._items) > self._limit:
            self._items.popitem(last=False)


class VerdictCache:
    """Findings by body, and which body an address had under a validator. For one thread.

    Args:
        path: The file; it and its folder are made where they are missing.
        epoch: Versions of models and lists (`Inspections.epoch`).
        max_rows: Rows that are kept on disk, of each kind.
        max_bytes: Size of the file.
        memory_rows: Rows that are kept in memory in front of it, of each kind.
        queue_limit: Writes that may wait; over it they are dropped and counted.
    """

    def __init__(
        self,
        path: Path,
        *,
        epoch: str = "",
        max_rows: int = 200_000,
        max_bytes: int = 256 << 20,
        memory_rows: int = 4096,
        queue_limit: int = 4096,
    ) -> None:
        self._path = path
        self.epoch = epoch
        self.stats = CacheStats()
        self._verdicts: _Recent[Inspection] = _Recent(memory_rows)
        self._validators: _Recent[bytes] = _Recent(memory_rows)
        self._writer = CacheWriter(
            path, self.stats, max_rows=max_rows, max_bytes=max_bytes, queue_limit=queue_limit
        )
        self._reader: sqlite3.Connection | None = None
        self._generation = -1

    @property
    def epoch(self) -> str:
        """Versions of models and lists that findings are looked up and kept under."""
        return self._epoch

    @epoch.setter
    def epoch(self, epoch: str) -> None:
        self._epoch = epoch
        self._epoch_digest = hashlib.sha256(epoch.encode()).digest()[:16]

    def get(self, sha256: bytes) -> Inspection | None:
        """Return what was found in a body under the current epoch, or `None`.

        Args:
            sha256: SHA-256 of the body, 32 bytes.
        """
        key = sha256 + self._epoch_digest
        found = self._verdicts.get(key)
        if found is not None:
            self.stats.memory_hits += 1
            return found
        found = self._read_verdict(key)
        if found is None:
            self.stats.misses += 1
            return None
        self.stats.disk_hits += 1
        self._verdicts.put(key, found)
        self._writer.submit(_TOUCH, (_now(), key))
        return found

    def put(self, sha256: bytes, inspection: Inspection) -> bool:
        """Keep what was found in a body; `False` when it is a failure, which is never kept.

        Args:
            sha256: SHA-256 of the body, 32 bytes.
            inspection: What was found.
        """
        if inspection.failure is not None:
            self.stats.refused += 1
            return False
        key = sha256 + self._epoch_digest
        self._verdicts.put(key, inspection)
        self._writer.submit(_KEEP, (key, inspection.to_json(), _now()))
        return True

    def remember_validator(self, address_key: bytes, validator: str, sha256: bytes) -> None:
        """Keep which body an address had under a validator.

        Args:
            address_key: Keyed digest of the address.
            validator: ETag or Last-Modified as sent.
            sha256: SHA-256 of the body, 32 bytes.
        """
        key = _validator_key(address_key, validator)
        if self._validators.get(key) != sha256:
            self._validators.put(key, sha256)
            self._writer.submit(_KEEP_VALIDATOR, (key, sha256, _now()))

    def knows_validator(self, address_key: bytes, validator: str) -> bytes | None:
        """Return the SHA-256 of the body that the browser may still have, if it was judged.

        Args:
            address_key: Keyed digest of the address.
            validator: ETag or Last-Modified as the browser sends it back.

        Returns:
            32 bytes when there is a finding for that body under the current epoch, else `None`.
        """
        key = _validator_key(address_key, validator)
        sha256 = self._validators.get(key)
        if sha256 is None:
            read = self._read(_FIND_VALIDATOR, key)
            if not isinstance(read, bytes) or len(read) != 32:
                return None
            sha256 = read
            self._validators.put(key, sha256)
        return sha256 if self.get(sha256) is not None else None

    def flush(self, patience: float = 10.0) -> bool:
        """Wait until what was kept is on disk or given up; `False` when that took too long."""
        return self._writer.flush(patience)

    def close(self) -> None:
        """Write what waits and close the file."""
        self._writer.close()
        self._close_reader()

    def _read_verdict(self, key: bytes) -> Inspection | None:
        text = self._read(_FIND, key)
        if not isinstance(text, str):
            return None
        try:
            found = Inspection.from_json(text)
        except (ValueError, TypeError, RecursionError):
            self.stats.unreadable += 1
            return None
        return found if found.failure is None else None

    def _read(self, statement: str, key: bytes) -> object:
        try:
            if self._reader is None or self._generation != self._writer.generation:
                self._close_reader()
                self._generation = self._writer.generation
                self._reader = open_reader(self._path)
            row = self._reader.execute(statement, (key,)).fetchone()
        except sqlite3.Error as error:
            self.stats.read_errors += 1
            self._close_reader()
            if is_broken(error):
                self._writer.begin_anew(self._generation)
            return None
        return None if row is None else row[0]

    def _close_reader(self) -> None:
        reader, self._reader = self._reader, None
        if reader is not None:
            with contextlib.suppress(sqlite3.Error):
                reader.close()


def _validator_key(address_key: bytes, validator: str) -> bytes:
    return address_key + hashlib.sha256(validator.encode("utf-8", "surrogateescape")).digest()[:16]


def _now() -> int:
    return int(time.time())
