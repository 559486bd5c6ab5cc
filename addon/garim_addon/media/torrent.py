"""Torrent files: told by their first bytes, and the info-hashes by which lists name them.

The info-hash of a torrent is the digest of its `info` dictionary exactly as it is written (BEP 3:
SHA-1; BEP 52: SHA-256), so nothing is decoded: only the span of that value is found.

Rules:
- A span scanner without recursion: lengths are checked against the bytes that are there, depth and
  the number of tokens are bounded, nothing is built.
- Strict where clients agree (lengths, nesting, keys are strings), lenient where they differ: keys
  in any order, a repeated `info` (each counts), bytes after the end. What a client may read must
  not be hidden by what we refuse.
- `looks_like` and `undecided` run in the proxy process, the scanner in inspectors only.

Weakness: a magnet link holds the info-hash and is no file; it is not seen here.
"""

import hashlib
import re
from collections.abc import Iterator

from garim_addon.media.errors import too_large, undecodable

HEAD_BYTES = 64
"""Bytes that `looks_like` wants; fewer will do."""
MAX_BYTES = 8 << 20
"""Larger ones are not held; those that people share are under 1 MB."""
MAX_DEPTH = 100
MAX_TOKENS = 500_000
MAX_INFOS = 8
_FIRST_KEY = re.compile(rb"d(\d{1,3}):")
_FIRST_KEY_BEGUN = re.compile(rb"d\d{0,3}")
_PRINTABLE = re.compile(rb"[ -~]+")
_TOKEN = re.compile(rb"(?P<string>\d{1,10}):|i-?\d{1,40}e|(?P<open>[dl])|(?P<close>e)")
_NESTING = {"open": 1, "close": -1, "string": 0, None: 0}


def looks_like(head: bytes) -> bool:
    """Whether a body starts as a torrent file does: a dictionary whose first key is plain text.

    Args:
        head: The first bytes of the decoded body.
    """
    found = _FIRST_KEY.match(head)
    if found is None:
        return False
    end = found.end() + int(found[1])
    key = head[found.end() : end]
    return _PRINTABLE.fullmatch(key) is not None and head[end : end + 1] in b"0123456789dli"


def undecided(head: bytes) -> bool:
    """Whether a torrent file may still start like these first few bytes; more of them will tell."""
    return _FIRST_KEY_BEGUN.fullmatch(head) is not None


def info_hashes(body: bytes) -> tuple[bytes, ...]:
    """Return the info-hashes of a torrent file: for each `info`, v1 (20 bytes) and v2 (32 bytes).

    Both are returned whatever the file says of its version: a hybrid has both.

    Raises:
        MediaError: `UNDECODABLE` when no `info` can be found, `TOO_LARGE` over a cap.
    """
    found: list[bytes] = []
    for start, end in _infos(body):
        info = memoryview(body)[start:end]
        found.append(hashlib.sha1(info, usedforsecurity=False).digest())
        found.append(hashlib.sha256(info).digest())
        if len(found) >= 2 * MAX_INFOS:
            break
    if not found:
        raise undecodable("torrent: no info dictionary")
    return tuple(found)


def _infos(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each `info` dictionary of the top level starts and ends.

    Ends without an error where the nesting or a token is wrong: what was found until there counts.
    """
    key: bytes | None = None
    for start, end in _values(body):
        value = body[start : start + 1]
        if key is None:
            if not value.isdigit():
                return
            key = body[body.index(b":", start) + 1 : end]
            continue
        if key == b"info" and value == b"d":
            yield start, end
        key = None


def _values(body: bytes) -> Iterator[tuple[int, int]]:
    """Yield where each value directly inside the outermost dictionary starts and ends."""
    if not body.startswith(b"d"):
        return
    at, depth, began, match = 1, 1, 1, _TOKEN.match
    for _ in range(MAX_TOKENS):
        token = match(body, at)
        if token is None:
            return
        if depth == 1:
            began = at
        at = token.end()
        depth += _NESTING[token.lastgroup]
        if token.lastgroup == "string":
            at += int(token[1])
        if at > len(body) or depth == 0:
            return
        if depth == 1:
            yield began, at
        elif depth > MAX_DEPTH:
            raise too_large("torrent: nested too deeply")
    raise too_large("torrent: too many parts")
