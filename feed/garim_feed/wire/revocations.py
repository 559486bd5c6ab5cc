"""The fast lane: entries that count no more, until the list itself is corrected.

Rules:
- It can only take away: an entry named here counts as absent, an unknown one means nothing.
- It is signed by one person, so it is bounded: a whole list cannot be emptied by it.
"""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from garim_feed.kinds import Kind
from garim_feed.wire import documents
from garim_feed.wire.documents import Document
from garim_feed.wire.fields import AuthorityName, Format, Moment, Name

MAX_BYTES = 2 << 20
MAX_ENTRIES = 10_000


class Revocation(Document):
    """One entry of one list of this authority.

    Attributes:
        list: Name of the list.
        entry: Id of the entry (`kinds.entry_id`).
        at: When it was taken away.
    """

    list: Name
    entry: Annotated[str, StringConstraints(pattern=rf"^({'|'.join(Kind)})-[0-9a-f]{{16}}$")]
    at: Moment


class Revocations(Document):
    """All that an authority has taken away.

    Attributes:
        format: 1.
        authority: Whose it is; `<authority>-revoke` signed it.
        entries: What.
    """

    format: Format
    authority: AuthorityName
    entries: Annotated[tuple[Revocation, ...], Field(max_length=MAX_ENTRIES)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        named = {(one.list, one.entry) for one in self.entries}
        if len(named) != len(self.entries):
            raise ValueError("an entry is there twice")
        return self


def read_revocations(data: bytes) -> Revocations:
    """Return an authority's revocations.

    Raises:
        FeedError: They are not valid.
    """
    return documents.read(Revocations, data, "revoked.json", MAX_BYTES)


def write_revocations(revocations: Revocations) -> bytes:
    """Return revocations' bytes."""
    return documents.write(revocations)
