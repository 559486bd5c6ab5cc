"""Started by test_sandbox: goes into the sandbox with everything loaded and tries to get out.

`python sandbox_probe.py FOLDER [absent module ...]`; prints one JSON object.
"""

import io
import json
import mmap
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from garim_addon.judge import sandbox
from garim_addon.judge.config import WorkerConfig

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "ICO", "AVIF")
PARENT = os.getppid()


def tiny_model():
    kernel = numpy_helper.from_array(np.ones((4, 3, 3, 3), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["y"])],
        "tiny",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 32, 32])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [kernel],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def pictures():
    Image.init()
    noise = np.random.default_rng(1).integers(0, 255, (96, 128, 3), dtype=np.uint8)
    files = {}
    for name in FORMATS:
        file = io.BytesIO()
        Image.fromarray(noise).save(file, name)
        files[name] = file.getvalue()
    return files


def attempt(action):
    try:
        action()
    except (OSError, MemoryError) as error:
        return type(error).__name__
    return "worked"


def mapped(path, access):
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=access)[-1]


def attempts(folder):
    inside = folder / "inside.txt"
    return {
        "read inside": inside.read_bytes,
        "read outside": lambda: Path("/etc/hostname").read_bytes(),
        "list outside": lambda: list(Path("/etc").iterdir()),
        "read memory": lambda: Path(f"/proc/{PARENT}/environ").read_bytes(),
        "write inside": lambda: inside.write_bytes(b"x"),
        "write outside": lambda: (folder.parent / "outside.txt").write_bytes(b"x"),
        "delete": inside.unlink,
        "internet socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
        "datagram socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "unix socket": lambda: socket.socket(socket.AF_UNIX).close(),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "process": lambda: subprocess.run(["/bin/true"], check=True),
        "fork": lambda: os._exit(0) if os.fork() == 0 else None,
        "signal others": lambda: os.kill(PARENT, 0),
        "privileges": lambda: os.setgroups([]),
        "memory": lambda: bytearray(3 << 30),
        "map a large list": lambda: mapped(folder / "large.idx", mmap.ACCESS_READ),
        "map it as memory": lambda: mapped(folder / "large.idx", mmap.ACCESS_COPY),
        "thread": lambda: threading.Thread(target=int).start(),
    }


def main():
    folder = Path(sys.argv[1])
    for name in sys.argv[2:]:
        sys.modules[name] = None
    session, files = tiny_model(), pictures()
    threads = len(list(Path("/proc/self/task").iterdir()))
    sandbox.prepare()
    parts = sandbox.apply(WorkerConfig(models=folder))
    sizes = {n: Image.open(io.BytesIO(b)).convert("RGB").resize((32, 32)) for n, b in files.items()}
    pixels = np.asarray(sizes["JPEG"], np.float32).transpose(2, 0, 1)[None]
    report = {
        "threads": threads,
        "parts": {part.name: [part.active, part.detail] for part in parts},
        "decoded": [name for name, picture in sizes.items() if picture.size == (32, 32)],
        "inferred": list(session.run(None, {"x": pixels})[0].shape),
        "tried": {name: attempt(action) for name, action in attempts(folder).items()},
    }
    os.write(1, json.dumps(report).encode())
    signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
