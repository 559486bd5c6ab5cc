"""The first message of an inspector process: it can work, or why it cannot.

Rules:
- It is checked like every message, although no hostile byte was decoded before it.
"""

from dataclasses import dataclass
from typing import Any

from garim_addon.judge.protocol import MAX_TEXT, Frame, ProtocolError
from garim_addon.judge.sandbox_report import SandboxPart
from garim_addon.verdict import FailureCause

_MAX_ITEMS = 32


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker's first message when it can work.

    Attributes:
        models: Name, version and variant of each loaded model.
        degraded: Why no classifier runs although one should; `""` when all is well.
        rss: Resident memory in bytes.
        sandbox: What the worker gave up, part by part.
    """

    models: tuple[str, ...]
    degraded: str
    rss: int
    sandbox: tuple[SandboxPart, ...]

    def header(self) -> dict[str, Any]:
        """Return the message as a header; `hello` reads it back."""
        parts = [[part.name, part.active, part.detail] for part in self.sandbox]
        return {
            "op": "ready",
            "models": self.models,
            "degraded": self.degraded[:MAX_TEXT],
            "rss": self.rss,
            "sandbox": parts,
        }


@dataclass(frozen=True, slots=True)
class Failed:
    """A worker's first and last message when it cannot work.

    Attributes:
        cause: What policy's fail matrix is asked with.
        detail: One sentence for the log.
    """

    cause: FailureCause
    detail: str

    def header(self) -> dict[str, Any]:
        """Return the message as a header; `hello` reads it back."""
        return {"op": "failed", "cause": self.cause, "detail": self.detail[:MAX_TEXT]}


def hello(frame: Frame) -> Ready | Failed:
    """Read a worker's first message.

    Raises:
        ProtocolError: When it is neither a `ready` nor a `failed` in full.
    """
    match frame.header.get("op"):
        case "ready":
            return Ready(
                models=_models(frame),
                degraded=frame.text("degraded"),
                rss=frame.number("rss"),
                sandbox=tuple(_part(item) for item in _items(frame, "sandbox")),
            )
        case "failed":
            try:
                cause = FailureCause(frame.text("cause"))
            except ValueError as error:
                raise ProtocolError("cause is not known") from error
            return Failed(cause, frame.text("detail"))
    raise ProtocolError("the first message is neither ready nor failed")


def _items(frame: Frame, name: str) -> list[object]:
    raw = frame.header.get(name)
    if not isinstance(raw, list) or len(raw) > _MAX_ITEMS:
        raise ProtocolError(f"{name} is not a short list")
    return raw


def _models(frame: Frame) -> tuple[str, ...]:
    return tuple(Frame({"model": item}).text("model") for item in _items(frame, "models"))


def _part(raw: object) -> SandboxPart:
    match raw:
        case [str(name), bool(active), str(detail)] if len(name) + len(detail) <= MAX_TEXT:
            return SandboxPart(name, active, detail)
    raise ProtocolError("a sandbox part is not name, active, detail")
