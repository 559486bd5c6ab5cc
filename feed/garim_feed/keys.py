"""The keyed digests by which a list names hosts, addresses, files and torrents.

Rules:
- BLAKE2b, keyed by the list's public salt and personalized by the kind, so that one list's keys say
  nothing of another's, no ready-made table inverts them, and kinds never collide by design.
- 64 bits, big-endian: among 10 million entries a wrong hit has a chance of 5e-13 a look-up.

Weakness: the salt is public, so whoever can guess an address can test the guess against the list.
And 64 bits can be collided on purpose with 2^64 / N work: that blocks the attacker's own file.
"""

import hashlib
from collections.abc import Iterable
from functools import lru_cache

from garim_feed.kinds import Kind


def key64(kind: Kind, subject: bytes, salt: bytes) -> int:
    """Return an exact entry's key.

    Args:
        kind: One of `kinds.EXACT`, or `IMAGE` for a picture's entry id.
        subject: Host or address expression (ASCII), a file's digest, a torrent's version byte
            (`b"1"`, `b"2"`) and info-hash, or a PDQ hash.
        salt: The list's salt, 16 bytes.
    """
    state = _keyed(kind, salt).copy()
    state.update(subject)
    return int.from_bytes(state.digest(), "big")


def scope32(host: str, salt: bytes) -> int:
    """Return the 32-bit key that says "addresses on this very host are listed"."""
    return int.from_bytes(_digest(4, b"garim-scope", host.encode("ascii"), salt), "big")


def video_key(frames: Iterable[bytes], salt: bytes) -> int:
    """Return a video's id, from its frames' PDQ hashes in order."""
    return int.from_bytes(_digest(8, b"garim-video", b"".join(frames), salt), "big")


def audio_key(points: Iterable[int], salt: bytes) -> int:
    """Return a sound's id, from its fingerprint."""
    joined = b"".join(point.to_bytes(4, "little") for point in points)
    return int.from_bytes(_digest(8, b"garim-audio", joined, salt), "big")


@lru_cache(maxsize=1024)
def _keyed(kind: Kind, salt: bytes) -> "hashlib.blake2b":
    """Return the hash state that has only seen the key: a third of a look-up's time."""
    return hashlib.blake2b(digest_size=8, key=salt, person=b"garim-" + kind.encode())


def _digest(size: int, person: bytes, subject: bytes, salt: bytes) -> bytes:
    return hashlib.blake2b(subject, digest_size=size, key=salt, person=person).digest()
