"""curl as the client: what travels is read as it travels, nothing is decoded or followed."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.agent import Agent
from tests.e2e.origin import Origin, need

PATIENCE = 120


@dataclass(frozen=True)
class Reply:
    """One answer.

    Attributes:
        exit: curl's exit status; 0 when the answer was complete.
        version: `HTTP/1.1` or `HTTP/2`.
        status: HTTP status; 0 when there was none.
        headers: Names in lower case, in order.
        body: Bytes as they travelled.
        error: What curl says of a failure.
    """

    exit: int
    version: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    error: str

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        return dict(self.headers).get(name, "")


def curl(url: str, *more: str, agent: Agent | None = None, ca: Path | None = None) -> Reply:
    """Fetch `url`.

    Args:
        url: Address.
        more: Further arguments of curl.
        agent: The Garim to go through; its root certificate is trusted unless `ca` is given.
        ca: The one authority to trust.
    """
    trusted = ca or (agent.authority if agent else None)
    with tempfile.TemporaryDirectory() as folder:
        head, body = Path(folder, "head"), Path(folder, "body")
        command = [need("curl"), "-q", "-sS", "--max-time", str(PATIENCE), "-D", str(head)]
        command += ["-o", str(body), "--suppress-connect-headers", "--noproxy", ""]
        command += ["-x", f"http://{agent.proxy}"] if agent else []
        command += ["--cacert", str(trusted)] if trusted else []
        done = subprocess.run([*command, *more, url], capture_output=True, text=True, check=False)
        version, status, headers = _head(
            head.read_bytes().decode("latin-1") if head.exists() else ""
        )
        # Asked for a head, curl writes the head where the body would go.
        content = body.read_bytes() if body.exists() and "--head" not in more else b""
    return Reply(done.returncode, version, status, headers, content, done.stderr)


def direct(origin: Origin, url: str, *more: str) -> Reply:
    """Fetch `url` without Garim."""
    return curl(url, *more, ca=origin.certificates.authority)


def _head(text: str) -> tuple[str, int, tuple[tuple[str, str], ...]]:
    """Read the last of the heads in a dump (1xx answers come before it)."""
    blocks = [block for block in text.split("\r\n\r\n") if block.strip()]
    if not blocks:
        return "", 0, ()
    first, *lines = blocks[-1].split("\r\n")
    version, status = first.split(" ")[:2]
    fields = (line.partition(":") for line in lines)
    return version, int(status), tuple((n.strip().lower(), v.strip()) for n, _, v in fields)
