"""An inspector process: `python -m garim_addon.judge.worker`, started and fed by `judge.pool`.

Rules:
- It decodes hostile bytes, so it holds no secret, and before the first job it gives up what it does
  not need (`judge.sandbox`). It says so in its `ready` message, part by part.
- Frames own the two pipes; standard output and error lead nowhere, because a library that prints
  would otherwise break the framing or fill a log.
- No job ends it on purpose: an exception is a failed `Inspection` and the loop goes on. Details
  name the kind of an exception and never its text, which may quote the picture.
- It ends when its input ends, so it never outlives the proxy by more than one job; on Linux the
  kernel kills it with the proxy even in mid-job.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Protocol

from garim_addon.judge import protocol, sandbox
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.greeting import Failed, Ready
from garim_addon.judge.memory import Meter
from garim_addon.judge.protocol import Frame
from garim_addon.judge.sandbox_report import SandboxPart
from garim_addon.media.errors import MediaError
from garim_addon.verdict import FailureCause, Inspection
from garim_models.errors import ModelError


class Inspects(Protocol):
    """What `serve` needs of `judge.inspect.Inspector`."""

    @property
    def model_versions(self) -> tuple[str, ...]:
        """Name, version and variant of each loaded model."""

    @property
    def model_failure(self) -> Exception | None:
        """Why no classifier runs although one should."""

    def judge(self, body: bytes, encoding: str, lists: str) -> Inspection:
        """Inspect one body with the lists of the generation `lists`."""


type Render = Callable[[dict[str, Any], bytes], bytes]
"""Makes a placeholder from a `PlaceholderSpec` as a dict and the original (or nothing)."""


def serve(
    reader: BinaryIO,
    writer: BinaryIO,
    inspector: Inspects,
    render: Render,
    *,
    meter: Meter,
    parts: tuple[SandboxPart, ...] = (),
) -> None:
    """Say `ready`, then answer jobs until the reader ends.

    Args:
        reader: Frames from the proxy.
        writer: Frames to the proxy.
        inspector: Judges bodies.
        render: Makes placeholders.
        meter: Measures this process.
        parts: The sandbox report.

    Raises:
        ProtocolError: When the proxy sends garbage; the process ends.
        EOFError: When the proxy goes away inside a frame; the process ends.
        OSError: When the proxy no longer reads; the process ends.
    """
    protocol.write_sync(writer, _ready(inspector, meter, parts).header())
    while (frame := protocol.read_sync(reader)) is not None:
        op, payload = _answer(frame, inspector, render)
        header = {"op": op, "id": frame.number("id"), "rss": meter.rss()}
        protocol.write_sync(writer, header, payload)


def main(build: Callable[[WorkerConfig], tuple[Inspects, Render]]) -> int:
    """Run one inspector process.

    Args:
        build: Makes what does the work; runs before anything is given up.

    Returns:
        Exit status: 0 when the proxy closed the pipe, 1 when the worker could not start or the pipe
        broke.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the proxy's to handle
    sandbox.die_with_parent()
    reader, writer = _take_pipes()
    try:
        first = protocol.read_sync(reader)
        if first is None:
            return 0
        config = WorkerConfig.from_json(first.payload)
        sandbox.prepare()
        inspector, render = build(config)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the pool must hear of it
        protocol.write_sync(writer, _start_failure(error).header())
        return 1
    _silence(2)  # the last that needs a file; a start that fails may still speak
    meter = Meter()
    parts = sandbox.apply(config) if config.sandbox else sandbox.switched_off()
    try:
        serve(reader, writer, inspector, render, meter=meter, parts=parts)
    except (protocol.ProtocolError, EOFError, OSError):
        return 1
    return 0


def _ready(inspector: Inspects, meter: Meter, parts: tuple[SandboxPart, ...]) -> Ready:
    failure = inspector.model_failure
    return Ready(
        models=inspector.model_versions,
        degraded="" if failure is None else str(failure) or type(failure).__name__,
        rss=meter.rss(),
        sandbox=parts,
    )


def _answer(frame: Frame, inspector: Inspects, render: Render) -> tuple[str, bytes]:
    match frame.header.get("op"):
        case "judge":
            found = _judge(inspector, frame)
            return "inspection", found.to_json().encode()
        case "placeholder":
            return "picture", _placeholder(render, frame)
        case "ping":
            return "pong", b""
    raise protocol.ProtocolError("the proxy asks for something unknown")


def _judge(inspector: Inspects, frame: Frame) -> Inspection:
    encoding, lists = frame.text("encoding"), frame.text("lists")
    try:
        return inspector.judge(frame.payload, encoding, lists)
    except MemoryError:
        return Inspection(failure=FailureCause.TOO_LARGE, detail="The memory limit was reached.")
    except MediaError as error:
        return Inspection(failure=error.cause, detail=error.detail)
    except Exception as error:  # noqa: BLE001 - one job must not end the process
        return Inspection(failure=FailureCause.INTERNAL, detail=type(error).__name__)


def _placeholder(render: Render, frame: Frame) -> bytes:
    try:
        return render(frame.header["spec"], frame.payload)
    except Exception:  # noqa: BLE001 - the proxy has a plain answer for "none"
        return b""


def _start_failure(error: BaseException) -> Failed:
    """Say why the inspector could not be built; no job ran yet, so the text holds no user data."""
    missing = isinstance(error, ModelError)
    cause = FailureCause.MODEL_MISSING if missing else FailureCause.INTERNAL
    return Failed(cause, f"{type(error).__name__}: {error}")


def _take_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move the protocol away from the standard descriptors, which libraries may write to."""
    reader, writer = os.dup(0), os.dup(1)
    _silence(0)
    _silence(1)
    return os.fdopen(reader, "rb"), os.fdopen(writer, "wb")


def _silence(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _build(config: WorkerConfig) -> tuple[Inspects, Render]:
    # Imported here so that the pipes are taken before a library can print.
    from garim_addon.act import placeholder  # noqa: PLC0415
    from garim_addon.act.placeholder_spec import PlaceholderSpec  # noqa: PLC0415
    from garim_addon.judge.inspect import Inspector  # noqa: PLC0415

    def render(spec: dict[str, Any], original: bytes) -> bytes:
        return placeholder.render(PlaceholderSpec.from_dict(spec), original)

    return Inspector(config), render


if __name__ == "__main__":
    sys.exit(main(_build))
