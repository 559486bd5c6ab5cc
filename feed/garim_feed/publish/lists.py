"""Authorities and their lists: names, titles, categories, the parameters that addresses keep.

Rules:
- An authority's slug names its role, its folder and nothing else; what people read is in feed.json,
  which targets' people sign.
- A list's name is unique in the feed. Its salt is made once and never changes: every key depends on it.
- Titles, category and parameters may change; the change travels with the next publish.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from garim_feed.kinds import Kind
from garim_feed.publish.workspace import Workspace
from garim_feed.wire.catalogue import Title
from garim_feed.wire.description import Authority


@dataclass(frozen=True, slots=True)
class ListInfo:
    """One list.

    Attributes:
        name: Its name.
        authority: Who keeps it.
        title: Its title.
        category: `ncii`, `illegal`, `adult`, `test`, ...
        parameters: Sets of query parameters that an address entry may keep.
        version: Version published last, 0 for none.
        salt: 16 bytes.
    """

    name: str
    authority: str
    title: Title
    category: str
    parameters: tuple[tuple[str, ...], ...]
    version: int
    salt: bytes


def authorities(workspace: Workspace) -> list[Authority]:
    """Return every authority."""
    raise NotImplementedError


def add_authority(
    workspace: Workspace, by: str, authority: Authority, people: Sequence[str], threshold: int = 2
) -> None:
    """Take in an authority with its own people.

    Raises:
        FeedError: The slug is taken or not allowed, or fewer people than signatures.
    """
    raise NotImplementedError


def edit_authority(workspace: Workspace, by: str, authority: Authority) -> None:
    """Change an authority's name, uri or appeal.

    Raises:
        FeedError: Unknown slug.
    """
    raise NotImplementedError


def lists(workspace: Workspace) -> list[ListInfo]:
    """Return every list, by name."""
    raise NotImplementedError


def list_info(workspace: Workspace, name: str) -> ListInfo:
    """Return one list.

    Raises:
        FeedError: No such list.
    """
    raise NotImplementedError


def count(workspace: Workspace, name: str) -> dict[Kind, int]:
    """Return how many approved entries of each kind a list has."""
    raise NotImplementedError


def add_list(
    workspace: Workspace,
    by: str,
    authority: str,
    name: str,
    *,
    title: Title,
    category: str,
    parameters: Sequence[Sequence[str]] = (),
) -> None:
    """Make a list.

    Raises:
        FeedError: The name is taken or not a slug, unknown authority, `by` is not one of its people.
    """
    raise NotImplementedError


def edit_list(
    workspace: Workspace,
    by: str,
    name: str,
    *,
    title: Title | None = None,
    category: str | None = None,
    parameters: Sequence[Sequence[str]] | None = None,
) -> None:
    """Change what is said of a list; what is `None` stays.

    Raises:
        FeedError: No such list, or `by` is not one of its authority's people.
    """
    raise NotImplementedError
