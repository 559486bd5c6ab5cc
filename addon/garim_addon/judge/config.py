"""What an inspector process is told at its start.

Rules:
- It travels as JSON in the first frame, never on the command line (other users can read that).
- It names folders and numbers, never code: nothing in it is imported or run.
- The worker trusts it (the proxy wrote it), yet a wrong type is a clear `ValueError`, so that a
  version mismatch between proxy and worker is seen at the start and not at the first picture.
"""

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from garim_addon.media.limits import Limits

_STAGES = frozenset({1, 2})


@dataclass(frozen=True, slots=True)
class WorkerConfig:
    """Settings of one inspector process.

    Attributes:
        models: Folder with an operator's own models, or `None` for the shipped ones.
        variants: Which file of a model to run (`int8`, `float32`), by model name.
        stages: Classifier stages to load, of 1 and 2; empty means lists only.
        limits: Caps on what is decoded.
        memory: Bytes that jobs may take on top of what the loaded worker has.
        lists: Folder of the lists' generations, or `None` when there never are any.
        generation: Name of the generation to open at the start, or `""` for none.
        builtin_list: Whether the shipped list counts while no generation is named.
        nice: How much the worker's priority is lowered, 0..19.
        sandbox: Whether the worker gives up system calls, files and privileges.
    """

    models: Path | None = None
    variants: dict[str, str] = field(default_factory=dict)
    stages: tuple[int, ...] = (1, 2)
    limits: Limits = field(default_factory=Limits)
    memory: int = 1 << 30
    lists: Path | None = None
    generation: str = ""
    builtin_list: bool = True
    nice: int = 10
    sandbox: bool = True

    def __post_init__(self) -> None:
        """Refuse values that no worker could work with.

        Raises:
            ValueError: When a figure is out of its range.
        """
        if not set(self.stages) <= _STAGES:
            raise ValueError("worker config: stages are 1 and 2")
        if self.memory < 64 << 20:
            raise ValueError("worker config: memory is under 64 MiB")
        if not 0 <= self.nice <= 19:
            raise ValueError("worker config: nice is not 0..19")

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders that the worker may go on reading after it gave up all others."""
        return tuple(path for path in (self.models, self.lists) if path is not None)

    def to_json(self) -> bytes:
        """Serialize; `from_json` reads it back unchanged."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values["limits"] = asdict(self.limits)
        values["models"] = None if self.models is None else str(self.models)
        values["lists"] = None if self.lists is None else str(self.lists)
        return json.dumps(values, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "WorkerConfig":
        """Read the settings back.

        Raises:
            ValueError: When a setting is missing, unknown or of the wrong type.
        """
        raw = json.loads(text)
        names = {f.name for f in fields(cls)}
        if not isinstance(raw, dict) or set(raw) != names:
            raise ValueError("worker config: settings are missing or unknown")
        try:
            raw["limits"] = _limits(raw["limits"])
            raw["models"], raw["lists"] = _folder(raw["models"]), _folder(raw["lists"])
            raw["stages"] = tuple(int(stage) for stage in raw["stages"])
            _plain(raw)
            raw["variants"] = {str(k): str(v) for k, v in raw["variants"].items()}
            return cls(**raw)
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError("worker config: a setting is of the wrong type") from error


def _folder(raw: object) -> Path | None:
    if raw is None:
        return None
    if not isinstance(raw, str):
        raise TypeError("not a folder")
    return Path(raw)


def _plain(raw: dict[str, Any]) -> None:
    if not isinstance(raw["generation"], str) or not isinstance(raw["builtin_list"], bool):
        raise TypeError("not a name, or neither true nor false")


def _limits(raw: dict[str, Any]) -> Limits:
    for name, usual in asdict(Limits()).items():
        if type(raw[name]) is not type(usual) or raw[name] < 0:
            raise ValueError(f"worker config: limit {name} is not a size")
    return Limits(**raw)
