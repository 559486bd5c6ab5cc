"""The metadata of a feed after TUF's client verified it: who signed what, and until when.

Rules:
- Read from the files that `tuf.ngclient` keeps, which it writes only after it verified them. Each
  role below the top is verified here once more against the verified top-level targets, and must be
  of the version that the verified snapshot names: a file that was left from an earlier day, or
  that came by another delegation, is not taken for it.
- A path counts only when the role itself lists it, and the role may sign it: no role speaks for
  another's folder, and what a role delegates further does not count.
- Two key ids with one and the same public key are one signature.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tuf.api.exceptions import (
    BadVersionNumberError,
    ExpiredMetadataError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.api.metadata import Metadata, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.ngclient import Updater

PUBLISHED = "published"
"""Where a timestamp's signer may say when it was made (ISO 8601), beside what TUF asks for."""


@dataclass(frozen=True, slots=True)
class Role:
    """A delegated role, verified.

    Attributes:
        name: Its name.
        targets: Target files by path, those that it may sign.
        signatures: Valid signatures by different keys.
        threshold: How many were needed.
        expires: Its end.
    """

    name: str
    targets: dict[str, TargetFile]
    signatures: int
    threshold: int
    expires: datetime


class Verified:
    """What a client that was refreshed holds.

    Args:
        updater: The refreshed client.
        folder: Its metadata folder.

    Raises:
        RepositoryError: When a file does not hold what it should.
        OSError: When one cannot be read.
    """

    def __init__(self, updater: Updater, folder: Path) -> None:
        self._updater = updater
        self._folder = folder
        self.root = Metadata[Root].from_bytes((folder / "root.json").read_bytes()).signed
        self.timestamp = (
            Metadata[Timestamp].from_bytes((folder / "timestamp.json").read_bytes()).signed
        )
        self.snapshot = (
            Metadata[Snapshot].from_bytes((folder / "snapshot.json").read_bytes()).signed
        )
        self.targets = Metadata[Targets].from_bytes((folder / "targets.json").read_bytes()).signed

    @property
    def published(self) -> datetime | None:
        """When the timestamp was made, if its signer says so."""
        told = self.timestamp.unrecognized_fields.get(PUBLISHED)
        with contextlib.suppress(TypeError, ValueError):
            made = datetime.fromisoformat(told)  # type: ignore[arg-type]
            return made.astimezone(UTC) if made.tzinfo else made.replace(tzinfo=UTC)
        return None

    @property
    def ends(self) -> Iterator[datetime]:
        """When each of the top roles ends."""
        for signed in (self.root, self.timestamp, self.snapshot, self.targets):
            yield signed.expires.astimezone(UTC)

    def top(self, path: str) -> TargetFile | None:
        """Return a file that the top-level targets role itself lists."""
        return self.targets.targets.get(path)

    def role(self, name: str, probe: str) -> Role | None:
        """Return a role that the top-level targets delegate to, or `None`: they do not.

        Args:
            name: The role.
            probe: A path that it may sign, there or not; asking for it makes the client load it.

        Raises:
            RepositoryError: When it is not signed well enough, has run out, or is not the version
                that belongs to this snapshot.
            DownloadError: When it cannot be got.
            OSError: When it cannot be kept.
        """
        delegations = self.targets.delegations
        if delegations is None or name not in (delegations.roles or {}):
            return None
        self._updater.get_targetinfo(probe)
        try:
            data = (self._folder / f"{name}.json").read_bytes()
        except FileNotFoundError:
            raise RepositoryError(f"another delegation stands before {name}") from None
        metadata = Metadata[Targets].from_bytes(data)
        result = self.targets.get_verification_result(
            name, metadata.signed_bytes, metadata.signatures
        )
        different = {key.keyval.get("public") for key in result.signed.values()}
        if not result.verified or len(different) < result.threshold:
            raise UnsignedMetadataError(f"{name}: {len(different)} of {result.threshold}")
        signed = metadata.signed
        self._check(name, signed)
        may = delegations.roles[name] if delegations.roles else None
        return Role(
            name=name,
            targets={
                path: info
                for path, info in signed.targets.items()
                if may is not None and may.is_delegated_path(path)
            },
            signatures=len(different),
            threshold=result.threshold,
            expires=signed.expires.astimezone(UTC),
        )

    def _check(self, name: str, signed: Targets) -> None:
        if not isinstance(signed, Targets):
            raise RepositoryError(f"{name} is not a targets role")
        meta = self.snapshot.meta.get(f"{name}.json")
        if meta is None or meta.version != signed.version:
            raise BadVersionNumberError(f"{name} is not of this snapshot")
        if signed.is_expired():
            raise ExpiredMetadataError(f"{name} has run out")

    def versions(self) -> dict[str, int]:
        """Return the versions of the top roles."""
        return {
            "root": self.root.version,
            "timestamp": self.timestamp.version,
            "snapshot": self.snapshot.version,
            "targets": self.targets.version,
        }
