"""A feed and its server in memory, for attacks and accidents of every kind.

`FeedSimulator` holds a feed's keys, metadata and files, and signs like its keepers would; what it
holds can be bent in any way before `publish` or `write`. `Server` serves its files as a
`sync.source.Source`: it keeps a log, and a hook can answer in its place.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)

from garim_feed.sync.source import Reply
from garim_feed.wire import names
from garim_feed.wire.catalogue import Catalogue, ListManifest, SegmentRef, write_catalogue
from garim_feed.wire.description import Authority, FeedDescription, write_description
from garim_feed.wire.fields import Title
from garim_feed.wire.revocations import Revocation, Revocations, write_revocations

DAY = timedelta(days=1)
ENDS = {"root": 365 * DAY, "targets": 90 * DAY, "snapshot": 7 * DAY, "timestamp": DAY}
AUTHORITY_ENDS, REVOKE_ENDS = 90 * DAY, 30 * DAY
ONLINE = ("snapshot", "timestamp")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class FeedSimulator:
    """A feed. Keys: root, targets and each authority 2 of 3, everything else 1 of 1."""

    def __init__(self, *authorities: str, offset: timedelta = timedelta()) -> None:
        self.offset = offset
        self.files: dict[str, bytes] = {}
        self.ends = dict(ENDS)
        self.signers: dict[str, list[CryptoSigner]] = {}
        self.lists: dict[str, dict[str, ListManifest]] = {}
        self.revoked: dict[str, list[Revocation]] = {}
        self.segments: dict[str, bytes] = {}
        self.description = FeedDescription(
            format=1, name="national", title=Title(ko="시험", en="Trial"), authorities=()
        )
        self.root = Root(consistent_snapshot=True)
        self.targets = Targets()
        self.targets.delegations = Delegations({}, {})
        self.snapshot = Snapshot()
        self.timestamp = Timestamp()
        self.roles: dict[str, Targets] = {}
        for role, count in {"root": 3, "targets": 3, "snapshot": 1, "timestamp": 1}.items():
            self.new_keys(role, count)
        for authority in authorities or ("kmcc",):
            self.add_authority(authority)
        self.publish()
        self.root_file = self.files["metadata/1.root.json"]

    # Keys and roles

    def now(self) -> datetime:
        return (datetime.now(UTC) + self.offset).replace(microsecond=0)

    def new_keys(self, role: str, count: int) -> None:
        """Give a role new keys, with a threshold of 2 where there are 3."""
        made = [CryptoSigner.generate_ed25519() for _ in range(count)]
        holder = self.root if role in self.root.roles else self.targets
        for keyid in list(holder.get_delegated_role(role).keyids):
            holder.revoke_key(keyid, role)
        for signer in made:
            holder.add_key(signer.public_key, role)
        holder.get_delegated_role(role).threshold = 2 if count == 3 else 1
        self.signers[role] = made

    def delegate(self, role: str, *paths: str, keys: int = 3) -> None:
        """Let a role sign paths."""
        assert self.targets.delegations is not None
        assert self.targets.delegations.roles is not None
        self.targets.delegations.roles[role] = DelegatedRole(
            role, [], 1, terminating=True, paths=list(paths)
        )
        self.new_keys(role, keys)
        self.roles[role] = Targets()

    def add_authority(self, slug: str) -> None:
        self.delegate(slug, f"lists/{slug}/*")
        self.delegate(names.revoke_role(slug), f"revoked/{slug}/*", keys=1)
        self.lists[slug], self.revoked[slug] = {}, []
        made = Authority(
            slug=slug, name=f"Authority {slug}", uri=f"https://{slug}.example/",
            appeal=f"mailto:appeal@{slug}.example",
        )  # fmt: skip
        self.description = self.description.model_copy(
            update={"authorities": (*self.description.authorities, made)}
        )

    # What it lists

    def put_list(
        self, authority: str, name: str, *segments: bytes, entries: int = 10, version: int = 0
    ) -> ListManifest:
        """List something; a segment is named by its place in the list."""
        old = self.lists[authority].get(name)
        manifest = ListManifest(
            name=name,
            title=Title(ko="목록", en="List"),
            category="test",
            salt="00" * 16,
            version=version or (old.version + 1 if old else 1),
            published=self.now(),
            parameters=(),
            segments=tuple(
                SegmentRef(file=names.segment_file(name, number), entries=1, removals=0)
                for number in range(len(segments))
            ),
            entries={"host": entries},
            content=sha256(b"".join(segments)),
        )
        self.lists[authority][name] = manifest
        for number, data in enumerate(segments):
            path = names.segment_path(authority, names.segment_file(name, number))
            self.segments[path] = data
        return manifest

    def revoke(self, authority: str, list_: str, *entries: str) -> None:
        self.revoked[authority] += [
            Revocation(list=list_, entry=entry, at=self.now()) for entry in entries
        ]

    # Publishing

    def publish(self, **signatures: int) -> None:
        """Sign and put out everything; `signatures` says how many sign a role (`_` for `-`)."""
        for slug in self.lists:
            self.fill_authority(slug)
        self.put_target(self.targets, names.FEED, write_description(self.description))
        for role, signed in self.roles.items():
            signed.expires = self.now() + (
                REVOKE_ENDS if role.endswith(names.REVOKE) else AUTHORITY_ENDS
            )
            if role in self.ends:
                signed.expires = self.now() + self.ends[role]
            self.bump(role, signed)
        self.bump("targets", self.targets)
        self.snapshot.version += 1
        self.timestamp.version += 1
        if "metadata/1.root.json" not in self.files:
            self.write("root")
        for role in (*self.roles, "targets", "snapshot", "timestamp"):
            self.write(role, signatures.get(role.replace("-", "_")))

    def fill_authority(self, slug: str) -> None:
        """Make the documents of an authority."""
        catalogue = Catalogue(format=1, authority=slug, lists=tuple(self.lists[slug].values()))
        role = self.roles[slug]
        role.targets = {}
        self.put_target(role, names.catalogue_path(slug), write_catalogue(catalogue))
        for path, data in self.segments.items():
            if path.startswith(f"lists/{slug}/"):
                self.put_target(role, path, data)
        self.roles[names.revoke_role(slug)].targets = {}
        if self.revoked[slug]:
            gone = Revocations(format=1, authority=slug, entries=tuple(self.revoked[slug]))
            self.put_target(
                self.roles[names.revoke_role(slug)],
                names.revocations_path(slug),
                write_revocations(gone),
            )

    def put_target(self, signed: Targets, path: str, data: bytes) -> None:
        """Put a target into a role and on the server."""
        info = TargetFile.from_data(path, data, ["sha256"])
        signed.targets[path] = info
        folder, slash, base = path.rpartition("/")
        self.files[f"targets/{folder}{slash}{sha256(data)}.{base}"] = data

    def bump(self, role: str, signed: Targets) -> None:
        """Raise a role's version; `snapshot` then names it."""
        signed.version += 1
        self.snapshot.meta[f"{role}.json"] = MetaFile(signed.version)

    def signed(self, role: str):
        return {
            "root": self.root,
            "targets": self.targets,
            "snapshot": self.snapshot,
            "timestamp": self.timestamp,
        }.get(role) or self.roles[role]

    def sign(self, role: str, count: int | None = None, *, by: str = "") -> bytes:
        """Return a role's metadata signed by `count` of its keys (all that it needs by default)."""
        metadata = Metadata(self.signed(role))
        signers = self.signers[by or role]
        holder = self.root if role in self.root.roles else self.targets
        needed = holder.get_delegated_role(role).threshold
        for signer in signers[: needed if count is None else count]:
            metadata.sign(signer, append=True)
        return metadata.to_bytes()

    def write(self, role: str, count: int | None = None, *, by: str = "") -> None:
        """Sign a role and put it on the server as its version."""
        signed = self.signed(role)
        if role in self.ends and role not in self.roles:
            signed.expires = self.now() + self.ends[role]
        if role == "timestamp":
            self.timestamp.snapshot_meta = MetaFile(self.snapshot.version)
        path = "timestamp.json" if role == "timestamp" else f"{signed.version}.{role}.json"
        self.files[f"metadata/{path}"] = self.sign(role, count, by=by)

    def new_root(self, change: Callable[[], None], *, old: int = 2, new: int = 2) -> None:
        """Publish the next root after a change to it, signed by keys of the old and the new one."""
        before = self.signers["root"]
        change()
        self.root.version += 1
        self.root.expires = self.now() + self.ends["root"]
        metadata = Metadata(self.root)
        for signer in before[:old] + self.signers["root"][:new]:
            metadata.sign(signer, append=True)
        self.files[f"metadata/{self.root.version}.root.json"] = metadata.to_bytes()

    def drop_root(self, version: int) -> None:
        del self.files[f"metadata/{version}.root.json"]


type Hook = Callable[[str, Mapping[str, str]], Reply | None]


class Server:
    """Serves a feed's files; a `sync.source.Source`."""

    def __init__(self, feed: FeedSimulator) -> None:
        self.feed = feed
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []
        self.hook: Hook = lambda _path, _headers: None
        self.etags = True
        self.date: datetime | None = None
        self.closed = 0

    def __call__(self, _address: str) -> "Server":
        """Be the source of any address."""
        return self

    @contextmanager
    def get(self, path: str, headers: Mapping[str, str]) -> Iterator[Reply]:
        self.asked.append(path)
        self.headers.append(dict(headers))
        yield self.hook(path, headers) or self.answer(path, headers)

    def answer(self, path: str, headers: Mapping[str, str]) -> Reply:
        fields = {"date": format_datetime(self.date or self.feed.now(), usegmt=True)}
        data = self.feed.files.get(path)
        if data is None:
            return Reply(404, fields, iter(()))
        if self.etags:
            fields["etag"] = f'"{sha256(data)[:16]}"'
            if headers.get("If-None-Match") == fields["etag"]:
                return Reply(304, fields, iter(()))
        start = int(headers.get("Range", "bytes=0-")[6:-1])
        if start:
            fields["content-range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        return Reply(206 if start else 200, fields, pieces(data[start:]))

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        yield

    def close(self) -> None:
        self.closed += 1

    def took(self) -> list[str]:
        """Return what was asked since the last call."""
        asked, self.asked = self.asked, []
        return asked


def pieces(data: bytes, size: int = 8192) -> Iterator[bytes]:
    for at in range(0, len(data), size):
        yield data[at : at + size]
