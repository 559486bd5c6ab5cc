"""Which file of a model is faster on this processor: measured once, remembered in a small file.

Rules:
- Int8 is usually faster and is used until measured; on some processors float32 is.
- What is remembered holds for one processor, one build of the model and one version of onnxruntime.
- A state file that cannot be read is forgotten, never an error: the only loss is speed.
- numpy and onnxruntime are imported only to measure: the proxy reads a preference without them.
"""

import importlib.metadata
import json
import os
import platform
import tempfile
import time
from pathlib import Path

from garim_models import manifest as manifests
from garim_models.errors import ModelError
from garim_models.manifest import Manifest

DEFAULT = "int8"
ROUNDS = 9
_WARM_UP = 2
_MAX_STATE_BYTES = 64 * 1024


def preferred(manifest: Manifest, state: Path) -> str:
    """Return the variant that was measured to be the fastest here, or `int8` if none was.

    Args:
        manifest: The model's manifest.
        state: The state file; it need not exist.
    """
    choice = _read(state).get(_key(manifest))
    return choice if choice in manifest.variants else DEFAULT


def measure(name: str, *, directory: Path | None = None, rounds: int = ROUNDS) -> dict[str, float]:
    """Measure every variant of a model on one thread.

    Args:
        name: Name of the model.
        directory: Folder of models; `None` means the shipped ones.
        rounds: Runs a variant; the variants take turns, so that other load hits all alike.

    Returns:
        Least milliseconds for one picture, preparation excluded, by variant: other load on the
        machine only ever adds to it.

    Raises:
        ModelError: When a variant cannot be loaded.
    """
    import numpy as np  # noqa: PLC0415 - see the module's rules

    from garim_models import loader  # noqa: PLC0415

    manifest = manifests.read((directory or manifests.WEIGHTS) / name)
    models = [loader.load(name, directory=directory, variant=key) for key in manifest.variants]
    spec = manifest.input
    sides = [spec.height, spec.width]
    shape = (1, 3, *sides) if spec.layout == "nchw" else (1, *sides, 3)
    picture = np.random.default_rng(0).random(shape, np.float32)
    times: dict[str, list[float]] = {model.variant: [] for model in models}
    for turn in range(_WARM_UP + rounds):
        for model in models:
            started = time.perf_counter()
            model.run(picture)
            if turn >= _WARM_UP:
                times[model.variant].append((time.perf_counter() - started) * 1000)
    return {variant: min(values) for variant, values in times.items()}


def remember(manifest: Manifest, milliseconds: dict[str, float], state: Path) -> str:
    """Keep the fastest variant of a measurement in the state file; return that variant.

    Args:
        manifest: The model's manifest.
        milliseconds: What `measure` returned.
        state: The state file; it is replaced as a whole, so that a crash leaves the old or the new.

    Raises:
        OSError: When the file cannot be written.
        ModelError: When nothing was measured.
    """
    if not milliseconds:
        raise ModelError("The model '{name}' was not measured", name=manifest.name)
    fastest = min(milliseconds, key=lambda variant: milliseconds[variant])
    content = _read(state) | {_key(manifest): fastest}
    state.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=state.parent, delete=False) as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(state)
    return fastest


def processor() -> str:
    """Name this machine's processor, as exactly as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    facts = dict.fromkeys(
        line.split(":", 1)[1].strip()
        for line in lines
        if line.split(":", 1)[0].strip() in {"model name", "model", "cpu family", "CPU part"}
    )
    return " / ".join(facts) or f"{platform.machine()} {platform.processor()}".strip()


def _key(manifest: Manifest) -> str:
    digests = "+".join(sorted(file.sha256[:16] for file in manifest.variants.values()))
    runtime = importlib.metadata.version("onnxruntime")
    return f"{processor()} | {manifest.name} {manifest.version} {digests} | onnxruntime {runtime}"


def _read(state: Path) -> dict[str, str]:
    try:
        if state.stat().st_size > _MAX_STATE_BYTES:
            return {}
        content = json.loads(state.read_text())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(content, dict):
        return {}
    return {key: value for key, value in content.items() if isinstance(value, str)}
