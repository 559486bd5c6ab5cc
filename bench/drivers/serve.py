"""The loop that every Python driver shares: judge a file some times, tell what it cost.

Rules:
- Standard library only: it also runs in the peers' own environments.
- One JSON object a line. In: `{"path": str, "count": int}`. Out: `{"cpu", "wall": s, "said"}`.
- The first line out says that the models are loaded. CPU time is the whole process, all threads.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path


def serve(judge: Callable[[bytes], object]) -> None:
    """Answer until the input ends.

    Args:
        judge: From a file's bytes to a decision; what it returns is told as it is.
    """
    _tell({"ready": True})
    for line in sys.stdin:
        job = json.loads(line)
        body = Path(job["path"]).read_bytes()
        said: object = None
        cpu, wall = time.process_time(), time.perf_counter()
        for _ in range(job["count"]):
            said = judge(body)
        spent = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
        _tell(spent | {"said": said})


def _tell(values: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(values) + "\n")
    sys.stdout.flush()
