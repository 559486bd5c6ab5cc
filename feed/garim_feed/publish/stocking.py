"""Files that are to be published, in the workspace: named by their content, so never overwritten.

Rules:
- A file lies where it will lie under `BASE/targets`, with its SHA-256 before its name (consistent
  snapshots). It is whole or not there.
- A file that no metadata names any more, published or staged, is deleted.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, TargetFile, Targets

from garim_feed.publish import folders
from garim_feed.publish.workspace import Workspace


def put(workspace: Workspace, path: str, data: bytes) -> TargetFile:
    """Put a file in stock; return what metadata says of it.

    Args:
        workspace: The workspace.
        path: Its target path.
        data: Its bytes.
    """
    target = TargetFile.from_data(path, data, ["sha256"])
    place = where(workspace.targets, target)
    if not place.exists():
        folders.make(place.parent)
        folders.write(place, data)
        folders.flush_folder(place.parent)
    return target


def take(workspace: Workspace, target: TargetFile) -> bytes:
    """Return a file in stock.

    Raises:
        LengthOrHashMismatchError: It is not what metadata says.
        OSError: It is gone.
    """
    data = where(workspace.targets, target).read_bytes()
    target.verify_length_and_hashes(data)
    return data


def prefixed(target: TargetFile) -> str:
    """Return the path of a file under `targets`."""
    return target.get_prefixed_paths()[0]


def where(folder: Path, target: TargetFile) -> Path:
    """Return where a file lies under a folder of targets."""
    return folder / prefixed(target)


def current(workspace: Workspace) -> dict[str, TargetFile]:
    """Return the files that published metadata names, by their path under `targets`."""
    rows = workspace.store.execute(
        "SELECT m.data FROM metadata m JOIN"
        " (SELECT role, max(version) AS version FROM metadata GROUP BY role)"
        " USING (role, version)"
    )
    return _named(data for (data,) in rows.fetchall())


def tidy(workspace: Workspace) -> None:
    """Delete what nobody names any more; in a transaction of its own, since stages write files."""
    with workspace.changing():
        _delete_unnamed(workspace)


def _delete_unnamed(workspace: Workspace) -> None:
    rows = workspace.store.execute("SELECT data FROM staged").fetchall()
    keep = current(workspace).keys() | _named(data for (data,) in rows).keys()
    rows = workspace.store.execute("SELECT path, sha256, size FROM carried").fetchall()
    keep |= {prefixed(TargetFile(size, {"sha256": of}, path)) for path, of, size in rows}
    for file in list(workspace.targets.rglob("*")):
        if file.is_file() and file.relative_to(workspace.targets).as_posix() not in keep:
            file.unlink(missing_ok=True)


def _named(metadata: Iterable[bytes]) -> dict[str, TargetFile]:
    found: dict[str, TargetFile] = {}
    for data in metadata:
        signed = Metadata[Any].from_bytes(data).signed
        if isinstance(signed, Targets):
            found |= {prefixed(target): target for target in signed.targets.values()}
    return found
