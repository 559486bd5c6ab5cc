"""What a school's own feed may carry beside lists: its policy and its models.

Rules:
- They travel as targets of roles `policy` and `models`, which exist only in a feed that uses them;
  at first the people of `targets` sign them, with as many signatures.
- They take force by the signatures of the stage that carries them.
- Policy is UTF-8 TOML of at most 1 MiB; a model is a folder of at most 64 files, 1 GiB in all.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from tuf.api.metadata import TargetFile

from garim_feed.errors import FeedError
from garim_feed.publish import audit, folders, roles, stocking
from garim_feed.publish.persons import Person, holder
from garim_feed.publish.roles import AUTHORITY, DAYS, MODELS, POLICY, TARGETS, make_role
from garim_feed.publish.workspace import Workspace
from garim_feed.wire import names

MAX_POLICY = 1 << 20
MAX_FILES = 64
MAX_MODEL = 1 << 30
_MODEL = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


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
    if len(data) > MAX_POLICY:
        raise FeedError("A policy has at most {size} bytes.", size=MAX_POLICY)
    try:
        tomllib.loads(data.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise FeedError("This is not a policy ({error}).", error=error) from error
    if check is not None:
        check(data)
    with workspace.changing():
        one = _may(workspace, who, POLICY)
        target = stocking.put(workspace, names.POLICY, data)
        _carry(workspace, target)
        audit.record(workspace, one.name, "policy set", sha256=target.hashes["sha256"])


def set_model(workspace: Workspace, who: str, model: str, folder: Path) -> None:
    """Set the files of a model.

    Raises:
        FeedError: Not one of the people, the name is not a slug, or too many or too large files.
    """
    files = sorted(path for path in folder.iterdir() if path.is_file())
    plain = _MODEL.fullmatch(model) and all(_FILE.fullmatch(file.name) for file in files)
    if not plain or not 0 < len(files) <= MAX_FILES:
        raise FeedError("{path} is not a folder of model files with plain names.", path=folder)
    if sum(file.stat().st_size for file in files) > MAX_MODEL:
        raise FeedError("A model has at most {size} bytes.", size=MAX_MODEL)
    with workspace.changing():
        one = _may(workspace, who, MODELS)
        _drop(workspace, f"{MODELS}/{model}/")
        for file in files:
            _carry(workspace, _stocked(workspace, f"{MODELS}/{model}/{file.name}", file))
        audit.record(workspace, one.name, "model set", model=model, files=len(files))


def remove_policy(workspace: Workspace, who: str) -> None:
    """Carry no policy any more.

    Raises:
        FeedError: There is none.
    """
    with workspace.changing():
        one = _may(workspace, who, POLICY)
        if not _drop(workspace, names.POLICY):
            raise FeedError("This feed carries no policy.")
        audit.record(workspace, one.name, "policy remove")


def remove_model(workspace: Workspace, who: str, model: str) -> None:
    """Carry a model no more.

    Raises:
        FeedError: There is none of that name.
    """
    with workspace.changing():
        one = _may(workspace, who, MODELS)
        if not _drop(workspace, f"{MODELS}/{model}/"):
            raise FeedError("This feed carries no model {model}.", model=model)
        audit.record(workspace, one.name, "model remove", model=model)


def carried(workspace: Workspace) -> list[str]:
    """Return the target paths of what the feed carries beside lists, as it will be published."""
    return [path for (path,) in workspace.store.execute("SELECT path FROM carried ORDER BY path")]


def _may(workspace: Workspace, who: str, role: str) -> Person:
    """Return a person of the role, which is made if there is none."""
    if not workspace.row("SELECT 1 FROM role WHERE name = ?", role):
        feed = roles.role(workspace, TARGETS)
        make_role(workspace, role, feed.threshold, DAYS[AUTHORITY], feed.people)
    return holder(workspace, who, role)


def _stocked(workspace: Workspace, path: str, file: Path) -> TargetFile:
    target = TargetFile.from_file(path, str(file), ["sha256"])
    place = stocking.where(workspace.targets, target)
    if not place.exists():
        folders.make(place.parent)
        folders.copy(file, place)
        folders.flush_folder(place.parent)
    return target


def _carry(workspace: Workspace, target: TargetFile) -> None:
    workspace.store.execute(
        "INSERT OR REPLACE INTO carried VALUES (?, ?, ?)",
        (target.path, target.hashes["sha256"], target.length),
    )


def _drop(workspace: Workspace, start: str) -> int:
    """Carry what begins with a path no more; return how many files that are."""
    return workspace.store.execute(
        "DELETE FROM carried WHERE substr(path, 1, ?) = ?", (len(start), start)
    ).rowcount
