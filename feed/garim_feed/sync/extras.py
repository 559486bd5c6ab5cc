"""What a school's own feed may carry besides lists: its policy and its models.

Rules:
- Taken only if the administrator said so when the feed was added, and only after a checker that the
  caller gives accepted all of it: whole or not at all.
- Signed by roles of their own, at fixed paths; names become paths only when they are plain.
- What is not carried any more, or not wanted any more, goes.

Weakness: two renames put a new folder in place, so for an instant there is none; a kill between
them is mended by the next look. Readers take a missing folder for "not now".
"""

import contextlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from tuf.api.metadata import TargetFile

from garim_feed.errors import FeedError
from garim_feed.sync import files
from garim_feed.sync.config import FeedConfig
from garim_feed.sync.contents import segment_place
from garim_feed.sync.gathering import Gathering
from garim_feed.sync.layout import FeedFolder
from garim_feed.wire import names

type Checker = Callable[[Path], None]
"""Accepts a folder with `policy.toml` and `models/<name>/<files>`, or raises `FeedError`."""

POLICY_ROLE, MODELS_ROLE = "policy", "models"
POLICY_CAP, MODELS_CAP = 1 << 20, 1 << 30
MAX_MODEL_FILES = 512
_MODEL = re.compile(r"models/([a-z0-9][a-z0-9_-]{0,63})/([A-Za-z0-9][A-Za-z0-9._-]{0,99})")
_PROBE = "models/none/none"


def gather_extras(
    look: Gathering, config: FeedConfig, folder: FeedFolder, checker: Checker | None
) -> None:
    """Get what a feed carries besides lists, and put it in place if it is accepted.

    Args:
        look: The look; its `extras` are set.
        config: What the administrator said of the feed.
        folder: The feed's folder.
        checker: Accepts or refuses it; `None`: nobody can, so nothing is taken.

    Raises:
        RepositoryError: When it is not signed well enough.
        DownloadError: When it cannot be got.
        FeedError: When it is not accepted.
        OSError: When it cannot be kept.
    """
    _mend(folder.accepted)
    found = _carried(look, config)
    wanted = {path: info.hashes.get("sha256", "") for path, info in found.items()}
    if wanted == dict(look.before.extras) and folder.accepted.is_dir() == bool(wanted):
        look.extras = wanted
        return
    if wanted and checker is None:
        raise FeedError("The policy and models of {feed} cannot be checked here; they are left.",
                        feed=look.feed)  # fmt: skip
    look.contents.want(list(found.values()))
    for path, info in found.items():
        look.contents.large(info, POLICY_CAP if path == names.POLICY else MODELS_CAP)
    _put(folder, wanted, checker)
    look.extras = wanted


def _carried(look: Gathering, config: FeedConfig) -> dict[str, TargetFile]:
    """Return what the feed carries and the administrator takes."""
    found: dict[str, TargetFile] = {}
    policy = look.role(POLICY_ROLE, names.POLICY) if config.policy else None
    if policy and names.POLICY in policy.targets:
        found[names.POLICY] = policy.targets[names.POLICY]
    models = look.role(MODELS_ROLE, _PROBE) if config.models else None
    if models:
        named = {path: info for path, info in models.targets.items() if _MODEL.fullmatch(path)}
        total = sum(info.length for info in named.values())
        if len(named) > MAX_MODEL_FILES or total > MODELS_CAP:
            raise FeedError("The models of {feed} are too large; they are left.", feed=look.feed)
        found |= named
    return found


def _put(folder: FeedFolder, wanted: Mapping[str, str], checker: Checker | None) -> None:
    """Put files in place, whole or not at all.

    Raises:
        FeedError: When the checker refuses them.
        OSError: When they cannot be written.
    """
    new, old = _beside(folder.accepted)
    for place in (new, old):
        shutil.rmtree(place, ignore_errors=True)
    if wanted and checker is not None:
        for path, digest in wanted.items():
            place = new / ("policy.toml" if path == names.POLICY else path)
            _copy(segment_place(folder, digest), place)
        try:
            checker(new)
        except FeedError:
            shutil.rmtree(new, ignore_errors=True)
            raise
        files.flush_tree(new)
    if folder.accepted.is_dir():
        folder.accepted.rename(old)
    if new.is_dir():
        new.rename(folder.accepted)
    files.flush_folder(folder.path)
    shutil.rmtree(old, ignore_errors=True)


def _copy(source: Path, place: Path) -> None:
    files.folder(place.parent)
    with contextlib.suppress(OSError):
        os.link(source, place)
        return
    shutil.copyfile(source, place)


def _mend(accepted: Path) -> None:
    """Undo a change that a kill cut in two."""
    _new, old = _beside(accepted)
    if old.is_dir() and not accepted.exists():
        old.rename(accepted)


def _beside(accepted: Path) -> tuple[Path, Path]:
    return accepted.with_name("accepted.new"), accepted.with_name("accepted.old")
