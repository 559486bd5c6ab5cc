"""`garim-feed policy | model`: what a school's own feed carries beside its lists.

Rules:
- What an agent would refuse is not signed: the agent's own check (`garim_agent.accept`) is asked
  first, in a process of its own.
"""

import shutil
import tempfile
from pathlib import Path

from garim_addon.text import _
from garim_agent.errors import EXIT_NOTHING
from garim_agent.feedtool.session import Session
from garim_agent.folders import MODELS, POLICY
from garim_agent.surface import say
from garim_agent.sync import CHECKER
from garim_feed.publish import extras
from garim_feed.sync.checking import module_checker
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
    with tempfile.TemporaryDirectory(prefix="garim-feed-") as place:
        shutil.copytree(folder, Path(place) / MODELS / name)
        module_checker(CHECKER)(Path(place))
        with session.open() as workspace:
            who = session.person(workspace)
            extras.set_model(workspace, who, name, Path(place) / MODELS / name)
    return _later()


def model_remove(session: Session, name: str) -> int:
    """Carry a model no more."""
    with session.open() as workspace:
        extras.remove_model(workspace, session.person(workspace), name)
    return _later()


def _check_policy(data: bytes) -> None:
    with tempfile.TemporaryDirectory(prefix="garim-feed-") as place:
        (Path(place) / POLICY).write_bytes(data)
        module_checker(CHECKER)(Path(place))


def _later() -> int:
    say(_("It takes force when it is signed and published: garim-feed sign."))
    return EXIT_NOTHING
