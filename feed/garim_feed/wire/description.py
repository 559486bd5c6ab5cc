"""What a feed is and whose authorities speak in it: signed by the feed's own keys, not by theirs.

Rules:
- An authority's name for people, page and appeal come from here alone, so that no authority can
  speak in another's name.
"""

from typing import Annotated, Self

from pydantic import Field, model_validator

from garim_feed.wire import documents
from garim_feed.wire.documents import Document
from garim_feed.wire.fields import Appeal, AuthorityName, Format, Name, Page, Text, Title

MAX_BYTES = 1 << 20
MAX_AUTHORITIES = 256


class Authority(Document):
    """Who keeps lists.

    Attributes:
        slug: Its name in paths and roles.
        name: Its name for people.
        uri: Its own page, or `""`.
        appeal: Page or `mailto:` where a block can be objected to, or `""`.
    """

    slug: AuthorityName
    name: Text
    uri: Page
    appeal: Appeal


class FeedDescription(Document):
    """One feed.

    Attributes:
        format: 1.
        name: What the feed calls itself; machines may call it otherwise.
        title: Its name for people.
        authorities: Whoever has a role in it.
    """

    format: Format
    name: Name
    title: Title
    authorities: Annotated[tuple[Authority, ...], Field(max_length=MAX_AUTHORITIES)]

    @model_validator(mode="after")
    def _unique(self) -> Self:
        slugs = {authority.slug for authority in self.authorities}
        if len(slugs) != len(self.authorities):
            raise ValueError("an authority is there twice")
        return self


def read_description(data: bytes) -> FeedDescription:
    """Return a feed's description.

    Raises:
        FeedError: It is not a valid one.
    """
    return documents.read(FeedDescription, data, "feed.json", MAX_BYTES)


def write_description(description: FeedDescription) -> bytes:
    """Return a description's bytes."""
    return documents.write(description)
