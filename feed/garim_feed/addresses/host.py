"""The one spelling of a host.

Rules:
- International names become punycode by UTS 46 mapping, as browsers map them; labels that IDNA 2008
  would refuse (emoji) are kept, because browsers resolve them.
- Leading, trailing and doubled dots go; letters become small.
- IPv4 is read as browsers read it (decimal, octal, hexadecimal, one to four numbers) and written as
  four decimal numbers. IPv6 is written compressed, in brackets, without zone; IPv4-mapped and NAT64
  (64:ff9b::/96) forms become the IPv4 address.
- A host that holds `/ ? @ : [ ]` or a backslash once it is unescaped is none, so that an expression
  has one reading.
- What is odd but possible (spaces, bytes that are no text) is escaped, as Safe Browsing asks.
"""

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address

import idna

from garim_feed.addresses.escapes import IN_HOST, as_utf8, escaped, unescaped

MAX_HOST = 253
_MAX_SPELLING = 2048
"""Characters of a spelling that is looked at: 253 bytes, each escaped more than twice."""
_PLAIN = re.compile(r"(?:[a-z0-9_-]{1,63}+\.)*+[a-z][a-z0-9_-]{0,62}+")
_DOTS = re.compile(rb"\.{2,}")
_FORBIDDEN = frozenset(b"/?@:[]\\")
_MAPPED_FORBIDDEN = re.compile(r"[\x00-\x20\x7f/?@:\[\]\\#%]")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*+|[0-9]++")
_OCTAL = re.compile(r"0[0-7]*+")
_NAT64 = IPv6Address("64:ff9b::").packed[:12]


def canonical_host(text: str) -> str:
    """Return the canonical form of a host (no port; IPv6 with or without brackets), or `""`."""
    return host_form(text.strip())


def host_form(text: str) -> str:
    """Like `canonical_host`, but spaces around it belong to the host."""
    if len(text) <= MAX_HOST and _PLAIN.fullmatch(text):
        return text
    if len(text) > _MAX_SPELLING:
        return ""
    if text.startswith("[") or text.count(":") > 1:
        return _ipv6(text)
    host = _name(as_utf8(unescaped(text)))
    return "" if len(host) > MAX_HOST else _ipv4(host) or host


def is_ip(host: str) -> bool:
    """Whether a canonical host is an IP address, or so numeric that it has no parent domains."""
    return host.startswith("[") or host[host.rfind(".") + 1 :].isdigit()


def _name(data: bytes) -> str:
    if not data.isascii():
        mapped = _mapped(data)
        if mapped is not None:
            if _MAPPED_FORBIDDEN.search(mapped):
                return ""
            data = b".".join(map(_label, mapped.split(".")))
    if not _FORBIDDEN.isdisjoint(data):
        return ""
    return escaped(_DOTS.sub(b".", data.lower()).strip(b"."), IN_HOST)


def _mapped(data: bytes) -> str | None:
    try:
        return idna.uts46_remap(data.decode("utf-8"), std3_rules=False)
    except (UnicodeError, idna.IDNAError):
        return None


def _label(label: str) -> bytes:
    return label.encode("ascii") if label.isascii() else b"xn--" + label.encode("punycode")


def _ipv4(host: str) -> str:
    parts = host.split(".")
    if len(parts) > 4 or not _NUMBER.fullmatch(parts[-1]):
        return ""
    numbers = [_number(part) for part in parts]
    last = numbers.pop()
    if min([last, *numbers]) < 0 or max(numbers, default=0) > 255:
        return ""
    if last >= 256 ** (4 - len(numbers)):
        return ""
    shifts = zip(numbers, (24, 16, 8), strict=False)
    return str(IPv4Address(last + sum(number << shift for number, shift in shifts)))


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        return -1
    if text[:2] in {"0x", "0X"}:
        return int(text[2:] or "0", 16)
    if text.startswith("0"):
        return int(text, 8) if _OCTAL.fullmatch(text) else -1
    return int(text)


def _ipv6(text: str) -> str:
    if text.startswith("["):
        if not text.endswith("]"):
            return ""
        text = text[1:-1]
    try:
        address = IPv6Address(text.partition("%")[0])
    except AddressValueError:
        return ""
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    if address.packed[:12] == _NAT64:
        return str(IPv4Address(address.packed[12:]))
    return f"[{address.compressed}]"
