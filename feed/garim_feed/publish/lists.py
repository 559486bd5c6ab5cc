"""Lists: names, titles, categories, the parameters that addresses keep.

Rules:
- A list's name is unique in the feed. Its salt is made once and never changes: every key depends
  on it.
- Titles, category and parameters may change; the change travels with the next publish.
- A list first travels with its first entries.
"""

import json
import re
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from garim_feed.errors import FeedError
from garim_feed.kinds import SALT_BYTES, Kind
from garim_feed.publish import audit
from garim_feed.publish.authorities import add_authority, authorities, edit_authority
from garim_feed.publish.persons import holder, person
from garim_feed.publish.schema import KINDS
from garim_feed.publish.workspace import Workspace
from garim_feed.wire import names
from garim_feed.wire.catalogue import ListManifest, Parameters
from garim_feed.wire.fields import Title

__all__ = ["add_authority", "authorities", "edit_authority"]

_PARAMETERS: TypeAdapter[tuple[tuple[str, ...], ...]] = TypeAdapter(
    Annotated[tuple[Parameters, ...], Field(max_length=16)]
)


@dataclass(frozen=True, slots=True)
class ListInfo:
    """One list.

    Attributes:
        number: Number in the store.
        name: Its name.
        authority: Who keeps it.
        title: Its title.
        category: `ncii`, `illegal`, `adult`, `test`, ...
        parameters: Sets of query parameters that an address entry may keep.
        salt: 16 bytes.
        published: What is published of it, or `None`.
        staged: What waits for signatures, or `None`.
    """

    number: int
    name: str
    authority: str
    title: Title
    category: str
    parameters: tuple[tuple[str, ...], ...]
    salt: bytes
    published: ListManifest | None
    staged: ListManifest | None

    @property
    def version(self) -> int:
        """Version published last, 0 for none."""
        return self.published.version if self.published else 0


def lists(workspace: Workspace) -> list[ListInfo]:
    """Return every list, by name."""
    rows = workspace.store.execute(f"{_SELECT} ORDER BY name").fetchall()
    return [_info(row) for row in rows]


def list_info(workspace: Workspace, name: str) -> ListInfo:
    """Return one list.

    Raises:
        FeedError: No such list.
    """
    row = workspace.row(f"{_SELECT} WHERE name = ?", name)
    if row is None:
        raise FeedError("There is no list {list}.", list=name)
    return _info(row)


def count(workspace: Workspace, name: str) -> dict[Kind, int]:
    """Return how many approved entries of each kind a list has.

    Raises:
        FeedError: No such list.
    """
    info = list_info(workspace, name)
    if info.published is None:
        query = "SELECT kind, count(*) FROM entry WHERE list = ? GROUP BY kind"
        return {KINDS[kind]: entries for kind, entries in _rows(workspace, query, info)}
    # What is published is counted already: a large list is not counted again for a small change.
    counts = Counter({Kind(kind): entries for kind, entries in info.published.entries.items()})
    for kind, more in _rows(workspace, _DIFFERENCE, info):
        counts[KINDS[kind]] += more
    return {kind: entries for kind, entries in counts.items() if entries}


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
        FeedError: The name is taken or not a slug, unknown authority, or `by` is not one of its
            people.
    """
    with workspace.changing() as store:
        person(workspace, by)
        if not workspace.row("SELECT 1 FROM authority WHERE slug = ?", authority):
            raise FeedError("There is no authority {authority}.", authority=authority)
        actor = holder(workspace, by, authority)
        if not names.is_name(name):
            raise FeedError("{name} cannot be a list's name: a-z, 0-9 and hyphens only.", name=name)
        if workspace.row("SELECT 1 FROM list WHERE name = ?", name):
            raise FeedError("There is a list {list} already.", list=name)
        store.execute(
            "INSERT INTO list (name, authority, title_ko, title_en, category, parameters, salt)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                name,
                authority,
                title.ko,
                title.en,
                _category(category),
                _parameters(parameters),
                secrets.token_bytes(SALT_BYTES),
            ),
        )
        audit.record(workspace, actor.name, "list add", list=name, authority=authority)


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
    with workspace.changing() as store:
        info = list_info(workspace, name)
        actor = holder(workspace, by, info.authority)
        title = title or info.title
        store.execute(
            "UPDATE list SET title_ko = ?, title_en = ?, category = ?, parameters = ? WHERE id = ?",
            (
                title.ko,
                title.en,
                _category(info.category if category is None else category),
                _parameters(info.parameters if parameters is None else parameters),
                info.number,
            ),
        )
        audit.record(workspace, actor.name, "list edit", list=name)


_DIFFERENCE = (
    "SELECT p.kind, sum(e.line IS NOT NULL) - sum(p.published <> 0) FROM pending p"
    " LEFT JOIN entry e ON e.list = p.list AND e.kind = p.kind AND e.key = p.key"
    " WHERE p.list = ? GROUP BY p.kind"
)
_SELECT = (
    "SELECT id, name, authority, title_ko, title_en, category, parameters, salt, published, staged"
    " FROM list"
)


def _info(row: Any) -> ListInfo:  # noqa: ANN401 - a row
    number, name, authority, ko, en, category, parameters, salt, published, staged = row
    return ListInfo(
        number,
        name,
        authority,
        Title(ko=ko, en=en),
        category,
        tuple(tuple(one) for one in json.loads(parameters)),
        salt,
        published and ListManifest.model_validate_json(published),
        staged and ListManifest.model_validate_json(staged),
    )


def _rows(workspace: Workspace, query: str, info: ListInfo) -> list[tuple[int, int]]:
    return workspace.store.execute(query, (info.number,)).fetchall()


def _category(category: str) -> str:
    if not re.fullmatch(names.SHORT, category):
        raise FeedError(
            "{category} cannot be a category: a-z, 0-9 and hyphens only.", category=category
        )
    return category


def _parameters(sets: Sequence[Sequence[str]]) -> str:
    distinct = sorted({tuple(sorted(set(one))) for one in sets})
    try:
        _PARAMETERS.validate_python(tuple(distinct), strict=True)
    except ValidationError as error:
        raise FeedError(
            "These are not sets of query parameters: at most 16 sets of 8 names."
        ) from error
    return json.dumps(distinct)
