"""What an authority lists: each list's name, meaning, salt and segments.

Rules:
- Category, title and salt are said once a list, never for an entry.
- A list is its segments applied in order: removals first, then additions. `entries` and `content`
  say what must come out (`merge.counts`, `merge.content_digest`); a reader checks both.
- A segment's file name begins with its list's name and is named once in a catalogue.
- `parameters` are the sets of query parameters by which the list's addresses are told apart.
"""

import re
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from garim_feed.kinds import Kind
from garim_feed.wire import documents
from garim_feed.wire.documents import Document
from garim_feed.wire.fields import (
    AuthorityName,
    Category,
    Count,
    Format,
    Moment,
    Name,
    Sha256,
    Title,
)
from garim_feed.wire.names import SEGMENT

MAX_BYTES = 2 << 20
"""Bytes of a catalogue."""
MAX_LISTS = 100
MAX_SEGMENTS = 64
MAX_VERSION = (1 << 53) - 1


def _sorted(parameters: tuple[str, ...]) -> tuple[str, ...]:
    if any(first >= second for first, second in pairwise(parameters)):
        raise ValueError("they are not sorted, or double")
    return parameters


Parameter = Annotated[str, StringConstraints(pattern=r"^[!-%'-<>-~]{1,64}$")]
"""Name of a query parameter: ASCII without blanks, `&` and `=`."""
Parameters = Annotated[
    tuple[Parameter, ...], Field(min_length=1, max_length=8), AfterValidator(_sorted)
]


class SegmentRef(Document):
    """One segment of a list.

    Attributes:
        file: Its file name; `names.segment_path` makes it a target path.
        entries: How many entries it adds or replaces.
        removals: How many it takes away.
    """

    file: Annotated[str, StringConstraints(pattern=f"^{SEGMENT}$")]
    entries: Count
    removals: Count


class ListManifest(Document):
    """One list.

    Attributes:
        name: Unique within a feed.
        title: What it is called.
        category: `ncii`, `illegal`, `adult`, `test`, ...
        salt: Key of its entries' digests, 32 hex digits.
        version: Rises with every change.
        published: When this version was made.
        parameters: Sets of query parameter names that address entries are told apart by.
        segments: In the order in which they apply.
        entries: How many entries of each kind come out; kinds without any are left out.
        content: Digest of what comes out (`merge.content_digest`).
    """

    name: Name
    title: Title
    category: Category
    salt: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
    version: Annotated[int, Field(ge=1, le=MAX_VERSION)]
    published: Moment
    parameters: Annotated[tuple[Parameters, ...], Field(max_length=16)]
    segments: Annotated[tuple[SegmentRef, ...], Field(max_length=MAX_SEGMENTS)]
    entries: dict[str, Annotated[int, Field(ge=1, le=1 << 40)]]
    content: Sha256

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not self.entries.keys() <= {kind.value for kind in Kind}:
            raise ValueError("a kind of entry is unknown")
        if len(set(self.parameters)) != len(self.parameters):
            raise ValueError("a set of parameters is there twice")
        own = re.compile(re.escape(self.name) + r"-[0-9]+\.seg")
        if not all(own.fullmatch(segment.file) for segment in self.segments):
            raise ValueError("a segment is not named after its list")
        return self


class Catalogue(Document):
    """Every list of one authority.

    Attributes:
        format: 1.
        authority: Whose it is; the role that signed it has the same name.
        lists: The lists.
    """

    format: Format
    authority: AuthorityName
    lists: Annotated[tuple[ListManifest, ...], Field(max_length=MAX_LISTS)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        names = [one.name for one in self.lists]
        files = [segment.file for one in self.lists for segment in one.segments]
        if len(set(names)) != len(names) or len(set(files)) != len(files):
            raise ValueError("a list or a segment is there twice")
        return self


def read_catalogue(data: bytes) -> Catalogue:
    """Return a catalogue.

    Raises:
        FeedError: It is not a valid one.
    """
    return documents.read(Catalogue, data, "catalogue.json", MAX_BYTES)


def write_catalogue(catalogue: Catalogue) -> bytes:
    """Return a catalogue's bytes."""
    return documents.write(catalogue)
