"""What changed on a list between two of its versions.

Rules:
- Versions are those that were published, 1 and up; `None` is the workspace: approved, not published.
- It is told with plain subjects, since it is for the administrators' eyes.
"""

from collections.abc import Iterator

from garim_feed.publish.proposals import Change
from garim_feed.publish.workspace import Workspace


def diff(workspace: Workspace, name: str, older: int, newer: int | None = None) -> Iterator[Change]:
    """Return the changes that lead from one version of a list to a later one.

    Args:
        workspace: The workspace.
        name: The list.
        older: A published version, 1 and up.
        newer: A later published version, or `None` for what is approved now.

    Raises:
        FeedError: No such list, or no such version.
    """
    raise NotImplementedError
