"""STIX 2.1 indicators, in a bundle or alone.

Rules:
- An indicator's pattern names a domain name, an IP address, a URL or a file's hash (MD5, SHA-1,
  SHA-256, and PDQ for pictures); see `stix_patterns` for what else a pattern may not be. All the
  things that a pattern names are taken, or none.
- `indicator_types` with `benign` makes it allow (a picture: negative). Revoked, expired and not yet
  valid indicators, and patterns in other languages, are bad rows. Other STIX objects say nothing.
- What STIX has no word for (a picture's quality and bounds) is kept in labels `garim:NAME=NUMBER`.
- Objects come one at a time (`json_objects`), so bundles may be of any size.
"""

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import BinaryIO

from garim_feed.addresses.canonical import canonical_host
from garim_feed.addresses.host import is_ip
from garim_feed.convert import expiry
from garim_feed.convert.json_objects import objects
from garim_feed.convert.rows import BadRow, Row, Written, excerpt
from garim_feed.convert.stix_patterns import Comparison, comparisons, literal
from garim_feed.convert.subjects import address, hex_digest, host
from garim_feed.errors import FeedError
from garim_feed.kinds import QUALITY_FLOOR, TIGHT_BITS, WIDE_BITS, Effect, Kind
from garim_feed.publish.items import Item

KINDS = (Kind.HOST, Kind.ADDRESS, Kind.SHA256, Kind.SHA1, Kind.MD5, Kind.IMAGE)
MAX_NOTE = 1000
_ALGORITHMS = {"md5": Kind.MD5, "sha1": Kind.SHA1, "sha256": Kind.SHA256, "pdq": Kind.IMAGE}
_PATHS = {
    Kind.ADDRESS: "url:value",
    Kind.SHA256: "file:hashes.'SHA-256'",
    Kind.SHA1: "file:hashes.'SHA-1'",
    Kind.MD5: "file:hashes.MD5",
    Kind.IMAGE: "file:hashes.PDQ",
}
_LABEL = "garim:"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "garim:indicator")


def read(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a bundle."""
    try:
        for line, found in objects(stream):
            try:
                yield from _items(found)
            except FeedError as error:
                yield BadRow(line, error)
    except FeedError as error:
        where = error.params["line"]
        yield BadRow(where if isinstance(where, int) else 1, error)


def write(items: Iterable[Item], stream: BinaryIO) -> Written:
    """Write a bundle of indicators, valid from now, one a line."""
    now = datetime.now(UTC)
    stream.write(f'{{"type": "bundle", "id": "bundle--{uuid.uuid4()}"'.encode("ascii"))
    before = b', "objects": [\n'
    written = left_out = 0
    for item in items:
        if item.kind not in KINDS:
            left_out += 1
            continue
        stream.write(before + json.dumps(_indicator(item, now)).encode("ascii"))
        before = b",\n"
        written += 1
    stream.write(b"\n]}\n" if written else b"}\n")
    return Written(written, left_out)


def _items(found: object) -> list[Item]:
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise FeedError("This is not a STIX object.")
    if found["type"] != "indicator":
        return []
    pattern, language = found.get("pattern"), found.get("pattern_type", "stix")
    if language != "stix" or not isinstance(pattern, str):
        raise FeedError("The pattern is in {text}, not in STIX.", text=excerpt(str(language)))
    if found.get("revoked") is True:
        raise FeedError("The indicator is revoked.")
    expires = _expires(found)
    labels = _texts(found, "labels")
    benign = "benign" in _texts(found, "indicator_types")
    note = str(found.get("description") or found.get("name") or "")[:MAX_NOTE]
    items = [_item(one, labels, benign=benign) for one in comparisons(pattern)]
    return [replace(item, expires=expires, note=note) for item in dict.fromkeys(items)]


def _expires(found: Mapping[str, object]) -> date | None:
    start, end = found.get("valid_from"), found.get("valid_until")
    if start is not None and expiry.moment(str(start)) > datetime.now(UTC):
        raise FeedError("The indicator is not valid before {text}.", text=excerpt(str(start)))
    return None if end is None else expiry.of_moment(str(end))


def _item(comparison: Comparison, labels: list[str], *, benign: bool) -> Item:
    path, value = comparison
    effect = Effect.ALLOW if benign else Effect.BLOCK
    if path == ("domain-name", "value"):
        return Item(Kind.HOST, host(value), effect)
    if path in {("ipv4-addr", "value"), ("ipv6-addr", "value")}:
        found = canonical_host(value)
        if not is_ip(found):
            raise FeedError("{text} is not a single IP address.", text=excerpt(value))
        return Item(Kind.HOST, host(found), effect)
    if path == ("url", "value"):
        return Item(Kind.ADDRESS, address(value), effect)
    kind = None
    if len(path) == 3 and path[0] in {"file", "artifact"} and path[1] == "hashes":
        kind = _ALGORITHMS.get(path[2].lower().replace("-", ""))
    if kind is None:
        raise FeedError("{text} cannot be listed.", text=excerpt(":".join(path)))
    if kind is Kind.IMAGE:
        return _picture(hex_digest(kind, value), labels, benign=benign)
    return Item(kind, hex_digest(kind, value), effect)


def _picture(digits: str, labels: list[str], *, benign: bool) -> Item:
    effect = Effect.NEGATIVE if benign else Effect.BLOCK
    wide = _number(labels, "wide", WIDE_BITS, range(WIDE_BITS + 1))
    tight = _number(labels, "tight", min(TIGHT_BITS, wide), range(wide + 1))
    quality = _number(labels, "quality", QUALITY_FLOOR, range(QUALITY_FLOOR, 101))
    return Item(Kind.IMAGE, digits, effect, quality, tight, wide)


def _number(labels: list[str], name: str, unsaid: int, allowed: range) -> int:
    for label in labels:
        text = label.removeprefix(f"{_LABEL}{name}=")
        if text != label:
            if text not in {str(number) for number in allowed}:
                raise FeedError("The label {text} is out of range.", text=excerpt(label))
            return int(text)
    return unsaid


def _texts(found: Mapping[str, object], name: str) -> list[str]:
    value = found.get(name)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _indicator(item: Item, now: datetime) -> dict[str, object]:
    moment = _moment(now)
    pattern = _pattern(item)
    found: dict[str, object] = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid.uuid5(_NAMESPACE, pattern)}",
        "created": moment,
        "modified": moment,
        "indicator_types": ["unknown" if item.effect is Effect.BLOCK else "benign"],
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": moment,
    }
    if item.expires:
        found["valid_until"] = _moment(datetime.combine(item.expires, time(), UTC))
    if item.kind is Kind.IMAGE:
        figures = {"quality": item.quality, "tight": item.tight, "wide": item.wide}
        found["labels"] = [f"{_LABEL}{name}={number}" for name, number in figures.items()]
    if item.note:
        found["description"] = item.note
    return found


def _pattern(item: Item) -> str:
    value, path = item.subject, _PATHS.get(item.kind, "domain-name:value")
    if item.kind is Kind.ADDRESS:
        value = f"http://{value}"
    elif item.kind is Kind.HOST and is_ip(value):
        path = "ipv6-addr:value" if value.startswith("[") else "ipv4-addr:value"
        value = value.strip("[]")
    return f"[{path} = {literal(value)}]"


def _moment(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
