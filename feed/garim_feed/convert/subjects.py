"""From what files write to the subjects of items: hosts, addresses, digests, torrents.

Rules:
- What comes out is canonical and such that a look-up can find it; anything else is refused with the
  one reason. Nothing is guessed.
- A host has at least two labels: a word on a line by itself is far more often a mistake, and would
  cover nothing but itself. A wildcard (`*.host`) is refused: an entry also covers the host.
"""

import base64
import re
from urllib.parse import parse_qsl

from garim_feed.addresses.canonical import canonical, canonical_host
from garim_feed.addresses.host import is_ip
from garim_feed.convert.rows import excerpt
from garim_feed.errors import FeedError
from garim_feed.kinds import DIGESTS, HASH_BYTES, QUALITY_FLOOR, Kind

HEX_LENGTHS = {kind: 2 * length for kind, length in DIGESTS.items()} | {Kind.IMAGE: 2 * HASH_BYTES}
_HEX = re.compile(r"[0-9a-fA-F]++")
HOST_PATTERN = (
    r"(?=.{3,253}\Z)(?:(?!-)[a-z0-9_-]{1,63}+(?<!-)\.)++(?!-)[a-z][a-z0-9-]{0,62}+(?<!-)\Z"
)
"""A host name that is canonical as it stands and can be listed; at the end of a pattern."""
_HOST = re.compile(HOST_PATTERN)
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])"
_IP = re.compile(rf"\[[0-9a-f:]+\]|(?:{_OCTET}\.){{3}}{_OCTET}")
_TORRENT = {40: "1:", 64: "2:"}
_MULTIHASH_SHA256 = "1220"


def host(text: str) -> str:
    """Return the canonical host that a text names.

    Raises:
        FeedError: It names none that can be listed.
    """
    if text.startswith("*."):
        raise FeedError(
            "{text} covers subdomains only, and an entry also covers the host; leave out the *.",
            text=excerpt(text),
        )
    found = canonical_host(text)
    if _HOST.fullmatch(found) or _IP.fullmatch(found):
        return found
    if found and "." not in found and not is_ip(found):
        raise FeedError("{text} is one word, not a host name.", text=excerpt(text))
    raise FeedError("{text} is not a host name.", text=excerpt(text))


def address(url: str) -> str:
    """Return the expression that a URL is listed by, with its whole query.

    Raises:
        FeedError: It is no address that can be listed.
    """
    found = canonical(url)
    if found is None:
        raise FeedError("{text} is not a web address.", text=excerpt(url))
    host(found.host)
    return found.text


def hex_digest(kind: Kind, text: str) -> str:
    """Return a digest, or a PDQ hash, in small hex digits.

    Raises:
        FeedError: It is not as long as the kind's, or not hex.
    """
    length = HEX_LENGTHS[kind]
    if len(text) != length or not _HEX.fullmatch(text):
        raise FeedError(
            "{text} is not a {kind} hash of {length} hex digits.",
            text=excerpt(text),
            kind="pdq" if kind is Kind.IMAGE else str(kind),
            length=length,
        )
    return text.lower()


def picture_quality(text: str) -> int:
    """Return a PDQ quality that a listed picture may have; nothing said is the least one.

    Raises:
        FeedError: It is no quality, or the picture is featureless and would never match.
    """
    if not text:
        return QUALITY_FLOOR
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and int(text) <= 100):
        raise FeedError("{text} is not a PDQ quality from 0 to 100.", text=excerpt(text))
    if int(text) < QUALITY_FLOOR:
        raise FeedError(
            "The quality is {quality}; below {floor} a picture is featureless and never matches.",
            quality=int(text),
            floor=QUALITY_FLOOR,
        )
    return int(text)


def info_hash(text: str) -> str:
    """Return `1:hex` or `2:hex` for an info-hash: 40 or 64 hex digits, or 32 in base 32.

    Raises:
        FeedError: It is none.
    """
    digits = text
    if len(text) == 32:
        try:
            digits = base64.b32decode(text.upper()).hex()
        except ValueError:
            digits = ""
    version = _TORRENT.get(len(digits))
    if version is None or not _HEX.fullmatch(digits):
        raise FeedError("{text} is not a torrent's info-hash.", text=excerpt(text))
    return version + digits.lower()


def magnet(text: str) -> tuple[str, ...]:
    """Return the torrents that a magnet link names: version 1, 2, or both of a hybrid.

    Raises:
        FeedError: It names none, or one of its hashes is wrong.
    """
    try:
        fields = parse_qsl(text.partition("?")[2], max_num_fields=1000)
    except ValueError:
        fields = []
    found: list[str] = []
    for name, value in fields:
        urn, _, digest = value.rpartition(":")
        if name != "xt" and not name.startswith("xt."):
            continue
        if urn.lower() == "urn:btih":
            found.append(info_hash(digest))
        elif urn.lower() == "urn:btmh" and digest.startswith(_MULTIHASH_SHA256):
            found.append(info_hash(digest.removeprefix(_MULTIHASH_SHA256)))
    if not found:
        raise FeedError("{text} is a magnet link without an info-hash.", text=excerpt(text))
    return tuple(dict.fromkeys(found))
