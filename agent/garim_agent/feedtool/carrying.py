"""`garim-feed policy | model`: what a school's own feed carries beside its lists.

Rules:
- The same loaders that the agent will use check it first: what an agent would refuse is not signed.
"""

from pathlib import Path

from garim_addon.decide.policy import Policy
from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool.session import Session
from garim_agent.surface import say
from garim_feed.publish import extras
from garim_models.manifest import read as read_manifest


def policy_set(session: Session, file: Path) -> int:
    """Carry a policy."""
    data = file.read_bytes()
    with session.open() as workspace:
        extras.set_policy(workspace, session.person(workspace), data, _check_policy)
    return _later()


def policy_remove(session: Session) -> int:
    """Carry no policy any more."""
    with session.open() as workspace:
        extras.remove_policy(workspace, session.person(workspace))
    return _later()


def model_set(session: Session, folder: Path) -> int:
    """Carry a model; its manifest says its name."""
    name = read_manifest(folder).name
    with session.open() as workspace:
        extras.set_model(workspace, session.person(workspace), name, folder)
    return _later()


def model_remove(session: Session, name: str) -> int:
    """Carry a model no more."""
    with session.open() as workspace:
        extras.remove_model(workspace, session.person(workspace), name)
    return _later()


def _check_policy(data: bytes) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise UsageError(N_("The policy is not a text in UTF-8.")) from None
    Policy.parse(text)


def _later() -> int:
    say(_("It takes force when it is signed and published: garim-feed sign."))
    return EXIT_NOTHING
