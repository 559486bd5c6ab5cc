"""From approved changes to metadata that people sign.

Rules:
- A stage holds whatever differs from what is published: segments and catalogues, feed.json,
  delegations, the root; and every role that nears its end.
- Each signer adds a signature to each staged role whose key they hold, the old key's root included.
- Changes that are approved after staging wait for the next stage.
- A list that grows beyond what agents take needs one signature more than the threshold.
"""

from dataclasses import dataclass

from securesystemslib.signer import Signer

from garim_feed.publish.progress import Progress, silent
from garim_feed.publish.workspace import Workspace


@dataclass(frozen=True, slots=True)
class StagedRole:
    """One role's metadata on its way.

    Attributes:
        role: The role.
        version: Its new version.
        needed: Signatures it needs, the growth guard's extra one included.
        signed: Names of who has signed.
        can_sign: Names of who still can.
        reasons: Why it is staged, in words: `lists`, `description`, `people`, `expiry`, ...
    """

    role: str
    version: int
    needed: int
    signed: tuple[str, ...]
    can_sign: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def missing(self) -> int:
        """Signatures still needed."""
        return max(0, self.needed - len(self.signed))


@dataclass(frozen=True, slots=True)
class Stage:
    """What waits for signatures.

    Attributes:
        roles: The roles, root first.
        segments: New segment files.
        size: Their bytes.
    """

    roles: tuple[StagedRole, ...]
    segments: int
    size: int

    @property
    def complete(self) -> bool:
        """Whether nothing is missing."""
        return not any(role.missing for role in self.roles)


def stage(workspace: Workspace, who: str, *, progress: Progress = silent) -> Stage:
    """Build everything that is to be signed; an earlier stage is replaced, its signatures are lost.

    Raises:
        FeedError: Nothing to publish.
    """
    raise NotImplementedError


def staged(workspace: Workspace) -> Stage | None:
    """Return what waits for signatures, or `None`."""
    raise NotImplementedError


def unstage(workspace: Workspace, who: str) -> None:
    """Throw the stage away; the approved changes stay.

    Raises:
        FeedError: Nothing is staged.
    """
    raise NotImplementedError


def sign(workspace: Workspace, who: str, signer: Signer) -> tuple[str, ...]:
    """Sign every staged role that a person's key counts for; return the roles.

    Raises:
        FeedError: Nothing is staged, or the key counts for none of it.
    """
    raise NotImplementedError
