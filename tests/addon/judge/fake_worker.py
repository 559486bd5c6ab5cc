"""An inspector process for the pool's tests: the real loop, an inspector that misbehaves.

Started as `python fake_worker.py MODE [FILE]`; a body is a command.
"""

import os
import signal
import sys
import time
from pathlib import Path

from garim_addon.judge import protocol, worker
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.greeting import Failed
from garim_addon.judge.memory import Meter
from garim_addon.verdict import FailureCause, Inspection


def wait_for(path):
    while not Path(path).exists():
        time.sleep(0.01)


class Fake:
    model_versions = ("fake/1/int8",)
    model_failure = None

    def __init__(self, writer, generation="", lost=()):
        self._writer = writer
        self._held = []
        self._lists, self._lost = generation, lost

    def judge(self, body, encoding, lists):
        if lists not in self._lost:
            self._lists = lists
        command, _, argument = body.decode().partition(" ")
        getattr(self, command.replace("-", "_"), self.ok)(argument)
        return Inspection(
            kind="image",
            width=self.jobs(),
            detail=str(os.getpid()),
            format=encoding,
            lists=self._lists,
        )

    def jobs(self):
        self._jobs = getattr(self, "_jobs", 0) + 1
        return self._jobs

    def ok(self, _argument):
        """Nothing special."""

    def hang(self, path):
        Path(path).touch()
        time.sleep(600)

    def wait(self, path):
        Path(f"{path}.began").touch()
        wait_for(path)

    def crash(self, _argument):
        os.kill(os.getpid(), signal.SIGSEGV)

    def exit(self, _argument):
        os._exit(3)

    def error(self, _argument):
        raise RuntimeError("secret of the picture")

    def memory(self, _argument):
        raise MemoryError

    def grow(self, megabytes):
        self._held.append(b"x" * (int(megabytes) << 20))

    def garbage(self, _argument):
        self._writer.write(b"\xff" * 3_000_000)
        self._writer.flush()

    def huge_header(self, _argument):
        self._writer.write(b"\x7f\xff\xff\xff")
        self._writer.flush()
        time.sleep(600)

    def huge_payload(self, _argument):
        self._writer.write(b"\x00\x00\x00\x02{}" + b"\x7f" * 8)
        self._writer.flush()
        time.sleep(600)

    def forged(self, _argument):
        header = {"op": "inspection", "id": 999, "rss": 1}
        protocol.write_sync(self._writer, header, Inspection().to_json().encode())

    def unreadable(self, _argument):
        header = {"op": "inspection", "id": self.jobs(), "rss": 1}
        protocol.write_sync(self._writer, header, b'{"kind": ["not", "a", "text"]}')


def render(spec, original):
    if spec["word"] == "fail":
        raise RuntimeError
    return spec["word"].encode() + original


def main():
    mode, *rest = sys.argv[1:]
    reader, writer = os.fdopen(0, "rb"), os.fdopen(1, "wb")
    first = protocol.read_sync(reader)
    if first is None:
        return
    generation = WorkerConfig.from_json(first.payload).generation
    match mode:
        case "die":
            print("no such library", file=sys.stderr)
            sys.exit(7)
        case "mute":
            time.sleep(600)
        case "babble":
            writer.write(b"Traceback (most recent call last)")
            writer.flush()
            time.sleep(600)
        case "missing" if not Path(rest[0]).exists():
            failed = Failed(FailureCause.MODEL_MISSING, "The model is gone.")
            protocol.write_sync(writer, failed.header())
            return
        case "slow":
            wait_for(rest[0])
    # In mode "closed" it can open no lists but those that it was started with.
    fake = Fake(writer, generation, {"g2", "g3"} - {generation} if mode == "closed" else ())
    if mode == "degraded" and not Path(rest[0]).exists():
        fake.model_failure = RuntimeError("no model")
    worker.serve(reader, writer, fake, render, meter=Meter())


if __name__ == "__main__":
    main()
