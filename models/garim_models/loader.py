"""Models checked and loaded, and asked for a score.

Rules:
- The bytes that were hashed are the bytes that are loaded: the file is read once.
- A missing, changed or unloadable model is a `ModelError`, never a model that says "harmless".
- One thread a model: an inspector is one process on one core, and the pool runs one for each core.
- CPU only, no telemetry, no files besides the model's own: this runs inside the sandbox.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

# From 1.29 on onnxruntime reports to its makers unless told not to before it is imported. Nothing
# about a user leaves the machine, so it is told here, where every import of it goes through.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import onnxruntime as ort

from garim_models import manifest as manifests
from garim_models.errors import ModelError
from garim_models.manifest import File, Manifest
from garim_models.prepare import Pixels, tensor


class Model:
    """A loaded classifier.

    Attributes:
        manifest: Its description.
        variant: The file that is in use, `int8` or `float32`.
    """

    def __init__(self, manifest: Manifest, variant: str, session: ort.InferenceSession) -> None:
        self.manifest = manifest
        self.variant = variant
        self._session = session

    def unsafe(self, views: Sequence[Pixels]) -> list[float]:
        """Score pictures one by one (a batch gains nothing on one thread).

        Args:
            views: RGB pictures of shape (height, width, 3).

        Returns:
            For each the summed probability of the unsafe classes, 0..1.

        Raises:
            ModelError: When the model fails or answers with something that is no probability.
        """
        columns = self.manifest.unsafe_columns
        return [min(1.0, float(self.probabilities(view)[columns].sum())) for view in views]

    def probabilities(self, view: Pixels) -> NDArray[np.float32]:
        """Probabilities of `manifest.classes` for one RGB picture, with `unsafe`'s errors."""
        return self.run(tensor(view, self.manifest.input))

    def run(self, prepared: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probabilities for one prepared tensor of shape (1, ...); raises like `unsafe`."""
        name, spec = self.manifest.name, self.manifest
        try:
            answer = self._session.run([spec.output.name], {spec.input.name: prepared})[0]
        except Exception as error:  # onnxruntime raises its own types, which share no base but this
            raise ModelError(
                "The model '{name}' failed: {detail}", name=name, detail=error
            ) from error
        row = np.asarray(answer, np.float32).reshape(-1)
        if row.size != len(spec.classes):
            raise ModelError("The model '{name}' gave {count} values", name=name, count=row.size)
        row = _activate(row, spec.output.activation)
        if not bool(np.all((row >= -1e-6) & (row <= 1 + 1e-6))):  # NaN fails this, too
            raise ModelError("The model '{name}' gave no probabilities", name=name)
        return np.clip(row, 0.0, 1.0)


def load(name: str, *, directory: Path | None = None, variant: str = "int8") -> Model:
    """Check a model's digest and load it.

    Args:
        name: Name of the model, which is the name of its folder.
        directory: Folder with one folder a model; `None` means the shipped ones.
        variant: `int8` or `float32`; a model that has only the other one is loaded from that.

    Raises:
        ModelError: When it is missing, its bytes are not those of the manifest, or it cannot be
        loaded.
    """
    if not manifests.NAME.match(name):
        raise ModelError("'{name}' is not a model name", name=name)
    folder = (directory or manifests.WEIGHTS) / name
    manifest = manifests.read(folder)
    chosen = next(
        (key for key in manifest.variants if key == variant), next(iter(manifest.variants))
    )
    session = _session(manifest, _checked_bytes(folder, manifest.variants[chosen], name))
    return Model(manifest, chosen, session)


def _checked_bytes(folder: Path, file: File, name: str) -> bytes:
    path = folder / file.file
    try:
        with path.open("rb") as stream:
            content = stream.read(file.size + 1)
    except OSError as error:
        raise ModelError("The model '{name}' is missing: {path}", name=name, path=path) from error
    if len(content) != file.size or hashlib.sha256(content).hexdigest() != file.sha256:
        raise ModelError("The model '{name}' was changed: {path}", name=name, path=path)
    return content


def _session(manifest: Manifest, content: bytes) -> ort.InferenceSession:
    try:
        session = ort.InferenceSession(content, _options(), providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own types, which share no base but this
        raise ModelError(
            "The model '{name}' cannot be loaded: {detail}", name=manifest.name, detail=error
        ) from error
    _check_graph(manifest, session)
    return session


def _options() -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return options


def _check_graph(manifest: Manifest, session: ort.InferenceSession) -> None:
    spec = manifest.input
    pixels = [spec.height, spec.width]
    wanted = [3, *pixels] if spec.layout == "nchw" else [*pixels, 3]
    found = {one.name: one.shape for one in session.get_inputs()}
    shape = found.get(spec.name, [])
    fits = len(shape) == 4 and all(
        have == want or not isinstance(have, int)
        for have, want in zip(shape[1:], wanted, strict=True)
    )
    if len(found) != 1 or not fits:
        raise ModelError(
            "The model '{name}' has inputs {found}, not '{wanted}' with shape {shape}",
            name=manifest.name,
            found=found,
            wanted=spec.name,
            shape=wanted,
        )
    outputs = [one.name for one in session.get_outputs()]
    if manifest.output.name not in outputs:
        raise ModelError(
            "The model '{name}' has outputs {found}", name=manifest.name, found=outputs
        )


def _activate(row: NDArray[np.float32], activation: str) -> NDArray[np.float32]:
    if activation == "softmax":
        powers = np.exp(row - row.max())
        return np.asarray(powers / powers.sum(), np.float32)
    if activation == "sigmoid":
        with np.errstate(over="ignore"):
            return np.asarray(1 / (1 + np.exp(-row)), np.float32)
    return row
