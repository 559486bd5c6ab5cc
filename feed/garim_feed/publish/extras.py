"""What a school's own feed may carry beside lists: its policy and its models.

Rules:
- They travel as targets of roles `policy` and `models`, which exist only in a feed that uses them.
- They take force by the signatures of the stage that carries them.
- Policy is UTF-8 TOML of at most 1 MiB; a model is a folder of at most 64 files, 1 GiB in sum.
"""

from collections.abc import Callable
from pathlib import Path

from garim_feed.publish.workspace import Workspace


def set_policy(
    workspace: Workspace, who: str, data: bytes, check: Callable[[bytes], None] | None = None
) -> None:
    """Set the policy that the feed carries.

    Args:
        workspace: The workspace.
        who: One of the people of role `policy`.
        data: The file.
        check: The agent's own loader, which raises on anything that it would refuse.

    Raises:
        FeedError: Not one of the people, too large, or not TOML.
    """
    raise NotImplementedError


def set_model(workspace: Workspace, who: str, model: str, folder: Path) -> None:
    """Set the files of a model.

    Raises:
        FeedError: Not one of the people, the name is not a slug, or too many or too large files.
    """
    raise NotImplementedError


def remove_policy(workspace: Workspace, who: str) -> None:
    """Carry no policy any more.

    Raises:
        FeedError: There is none.
    """
    raise NotImplementedError


def remove_model(workspace: Workspace, who: str, model: str) -> None:
    """Carry a model no more.

    Raises:
        FeedError: There is none of that name.
    """
    raise NotImplementedError
