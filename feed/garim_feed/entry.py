"""What a list says: its entries, and the file that they travel in.

Rules:
- An entry is a digest of content or of an address, never the content, never a plain address.
- Every entry names its list's category, who put it there and when.
- A negative entry marks a known innocent look-alike; only pictures have them.
- A file that breaks any rule (unknown field, wrong type, repeated id, featureless picture, over the
  size cap) is refused as a whole.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from garim_feed.errors import FeedError

MAX_FILE_BYTES = 4 << 20
MAX_ENTRIES = 20_000
QUALITY_FLOOR = 50
"""PDQ quality under which a picture is featureless and never matches, on either side."""
WIDE_BITS = 31
"""The field's usual PDQ bound: within it a match needs a second confirmation."""
TIGHT_BITS = 16
"""Within it a match stands alone: 10 bits that implementations may differ by, and some for JPEG."""
TIGHT_QUALITY = 80
"""PDQ quality from which on implementations agree to 10 bits; below it no match stands alone."""

type Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
type Hex128 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
type Hex256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Common(_Strict):
    """What every entry has.

    Attributes:
        id: Opaque, unique in its list.
        category: `ncii`, `illegal`, `adult`, `test`, ...
        authority: Who put it on the list.
        added: The day it was put there.
    """

    id: Name
    category: Name
    authority: Annotated[str, Field(min_length=1, max_length=120)]
    added: date


class HostEntry(_Common):
    """A host and everything below it; `digest` is keyed by the list's salt (`address.digest`)."""

    kind: Literal["host"]
    digest: Hex128


class AddressEntry(_Common):
    """One address; `digest` of its canonical form, keyed by the list's salt."""

    kind: Literal["address"]
    digest: Hex128


class DigestEntry(_Common):
    """One file, by the SHA-256 of its bytes."""

    kind: Literal["digest"]
    sha256: Hex256


class ImageEntry(_Common):
    """One picture and what looks like it, by PDQ.

    Attributes:
        pdq: The 64 hex digits of the official tools.
        quality: PDQ quality of the listed picture.
        tight: Bits within which a match stands alone.
        wide: Bits within which a match needs a second confirmation.
        negative: A known innocent look-alike: within `tight` of it no picture entry matches.
    """

    kind: Literal["image"]
    pdq: Hex256
    quality: Annotated[int, Field(ge=QUALITY_FLOOR, le=100)]
    tight: Annotated[int, Field(ge=0, le=WIDE_BITS)] = TIGHT_BITS
    wide: Annotated[int, Field(ge=0, le=WIDE_BITS)] = WIDE_BITS
    negative: bool = False

    @model_validator(mode="after")
    def _ordered(self) -> "ImageEntry":
        if self.tight > self.wide:
            raise ValueError("tight is wider than wide")
        return self


type Entry = Annotated[
    HostEntry | AddressEntry | DigestEntry | ImageEntry, Field(discriminator="kind")
]


class ListFile(_Strict):
    """One list.

    Attributes:
        format: Format of the file, 1.
        name: Name of the list.
        version: Version of the list, as its keepers count.
        salt: Public key of the list's host and address digests.
        entries: The entries.
    """

    format: Literal[1]
    name: Name
    version: Annotated[str, Field(pattern=r"^[0-9A-Za-z][0-9A-Za-z.-]{0,31}$")]
    salt: Hex128
    entries: Annotated[tuple[Entry, ...], Field(max_length=MAX_ENTRIES)]

    @model_validator(mode="after")
    def _unique(self) -> "ListFile":
        if len({entry.id for entry in self.entries}) != len(self.entries):
            raise ValueError("an entry id is repeated")
        return self


def read_list(data: bytes) -> ListFile:
    """Read a list file (JSON).

    Raises:
        FeedError: When it breaks any rule of this module.
    """
    if len(data) > MAX_FILE_BYTES:
        raise FeedError("The list is larger than {limit} bytes.", limit=MAX_FILE_BYTES)
    try:
        return ListFile.model_validate_json(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "file"
        raise FeedError(
            "The list is not valid: {where}: {problem}", where=where, problem=first["msg"]
        ) from error
