"""What a build is asked for, and what it answers; both travel as JSON between processes.

Rules:
- Schema-checked on both sides: a plan is made of signed documents, but a file name in it is the
  caller's, and an answer comes from a process that read hostile bytes.
- The feed name `builtin` belongs to the shipped lists.
"""

from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from garim_feed.errors import FeedError
from garim_feed.lookup.generation_file import MAX_LISTS, MAX_REVOKED, EntryId, FeedName
from garim_feed.lookup.match import Keeper
from garim_feed.wire.catalogue import MAX_SEGMENTS, ListManifest
from garim_feed.wire.documents import Document
from garim_feed.wire.fields import AuthorityName, Name

BUILTIN_FEED = "builtin"


class PlannedList(Document):
    """One list that shall be in force.

    Attributes:
        feed: Name of its feed on this machine.
        authority: Slug of the authority that signs it.
        keeper: Who that is, for people.
        manifest: The verified manifest.
        segments: Its verified segment files, in the manifest's order.
        revoked: Ids of its revoked entries.
    """

    feed: FeedName
    authority: AuthorityName
    keeper: Keeper
    manifest: ListManifest
    segments: Annotated[tuple[Path, ...], Field(max_length=MAX_SEGMENTS)]
    revoked: Annotated[tuple[EntryId, ...], Field(max_length=MAX_REVOKED)] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if len(self.segments) != len(self.manifest.segments):
            raise ValueError("segments and manifest differ in number")
        return self


class BuildPlan(Document):
    """Everything that shall be in force; what is not named goes.

    Attributes:
        lists: The lists of all feeds.
        builtin: Whether the shipped list `test` is among them.
    """

    lists: Annotated[tuple[PlannedList, ...], Field(max_length=MAX_LISTS - 1)] = ()
    builtin: bool = True

    @model_validator(mode="after")
    def _unique(self) -> Self:
        if len({(one.feed, one.manifest.name) for one in self.lists}) != len(self.lists):
            raise ValueError("a list is there twice")
        if self.builtin and any(one.feed == BUILTIN_FEED for one in self.lists):
            raise ValueError("a feed has the shipped lists' name")
        return self


class BuiltList(Document):
    """One list that is in the generation.

    Attributes:
        feed: Name of its feed.
        list: Its name.
        version: Its version; of a refused list, that of the last good one.
        entries: Number of its entries.
    """

    feed: FeedName
    list: Name
    version: int
    entries: int


class Failure(Document):
    """An error as it travels.

    Attributes:
        template: As in `FeedError`.
        params: Values of its fields.
    """

    template: str
    params: dict[str, str | int]

    @property
    def error(self) -> FeedError:
        """The error, as it was raised."""
        return FeedError(self.template, **self.params)


class Refusal(Failure):
    """One list that was not taken over; the last good one, if there is any, stays.

    Attributes:
        feed: Name of its feed.
        list: Its name.
    """

    feed: FeedName
    list: Name


class BuildResult(Document):
    """What was built.

    Attributes:
        generation: Name of the generation; not in force until `generations.swap`.
        lists: The lists that are in it.
        refused: The lists that were not taken over.
    """

    generation: str
    lists: tuple[BuiltList, ...]
    refused: tuple[Refusal, ...] = ()


def failure(error: FeedError) -> Failure:
    """Return an error as it travels."""
    return Failure(template=error.template, params=_plain(error))


def refusal(feed: str, name: str, error: FeedError) -> Refusal:
    """Return why a list was not taken over."""
    return Refusal(feed=feed, list=name, template=error.template, params=_plain(error))


def _plain(error: FeedError) -> dict[str, str | int]:
    return {k: v if isinstance(v, int) else str(v) for k, v in error.params.items()}
