"""`generation.json`: which lists a generation holds, and in which files.

Rules:
- Schema-checked, size-limited, and carries the digest of its own content: what is cut off, changed
  or mixed is refused. Every part is bound to it by size and checksum.
- A file's name is a plain name in the generation's own folder.
"""

import hashlib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from garim_feed.errors import FeedError
from garim_feed.lookup.match import Keeper
from garim_feed.wire import documents
from garim_feed.wire.catalogue import ListManifest
from garim_feed.wire.documents import Document
from garim_feed.wire.fields import Sha256

NAME = "generation.json"
MAX_BYTES = 64 << 20
MAX_LISTS = 1024
MAX_REVOKED = 10_000

type FeedName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
type EntryId = Annotated[str, Field(pattern=r"^[a-z0-9]{1,16}-[0-9a-f]{16}$")]


class PartRecord(Document):
    """One part of a list.

    Attributes:
        file: Its file in the generation's folder.
        size: Bytes of the file.
        crc: `IndexFile.crc`.
        segments: SHA-256 of the segment files that are in it, in order.
        entries: How many entries it has, of all kinds.
        removals: How many entries of the part before it takes away or replaces.
    """

    file: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}\.idx$")]
    size: Annotated[int, Field(ge=0)]
    crc: Annotated[int, Field(ge=0, lt=1 << 32)]
    segments: Annotated[tuple[Sha256, ...], Field(max_length=64)]
    entries: Annotated[int, Field(ge=0)]
    removals: Annotated[int, Field(ge=0)] = 0


class ListRecord(Document):
    """One list.

    Attributes:
        feed: Name of the feed on this machine.
        authority: Slug of the authority that signs it.
        keeper: Who that is, for people.
        manifest: What the authority says of the list.
        revoked: Ids of entries that were taken back by the fast lane.
        base: The large part.
        tail: What is newer than the base, or `None`.
    """

    feed: FeedName
    authority: FeedName
    keeper: Keeper
    manifest: ListManifest
    revoked: Annotated[tuple[EntryId, ...], Field(max_length=MAX_REVOKED)] = ()
    base: PartRecord
    tail: PartRecord | None = None


_LISTS = TypeAdapter(tuple[ListRecord, ...])


class GenerationFile(Document):
    """The lists of a generation.

    Attributes:
        format: 1.
        content: SHA-256 of `lists` as `content_of` writes them.
        lists: The lists.
    """

    format: Literal[1]
    content: Sha256
    lists: Annotated[tuple[ListRecord, ...], Field(max_length=MAX_LISTS)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.content != content_of(self.lists):
            raise ValueError("its content is not what it says")
        names = {(one.feed, one.manifest.name) for one in self.lists}
        if len(names) != len(self.lists):
            raise ValueError("a list is there twice")
        return self


def content_of(lists: tuple[ListRecord, ...]) -> str:
    """Return the digest (64 hex digits) of lists: changes with anything in them."""
    return hashlib.sha256(_LISTS.dump_json(lists)).hexdigest()


def read_generation(folder: Path) -> GenerationFile:
    """Read the file of a generation's folder.

    Raises:
        FeedError: When it is not there or breaks a rule.
    """
    try:
        with (folder / NAME).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FeedError("The lists in {name} cannot be read.", name=folder.name) from error
    return documents.read(GenerationFile, data, NAME, MAX_BYTES)


def write_generation(lists: tuple[ListRecord, ...]) -> bytes:
    """Return the bytes of a generation's file."""
    made = GenerationFile(format=1, content=content_of(lists), lists=lists)
    return made.model_dump_json(indent=1).encode() + b"\n"
