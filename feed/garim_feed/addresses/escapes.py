"""Percent-escapes: undone to the last layer, and written in one way.

Rules:
- Undoing goes on until no `%XX` is left, in time linear in the text: no two escapes overlap, so the
  order of undoing does not matter and one pass with a stack ends where many passes would.
- Bytes that are not UTF-8 but are CP949 (Windows' Korean) become UTF-8. A second CP949 byte is
  never `/`, `?`, `&` or `%`, so parts can be told apart before.
"""

from urllib.parse import unquote_to_bytes

_HEX = frozenset(b"0123456789abcdefABCDEF")
_PERCENT = 0x25
_EAGER_PASSES = 4
"""Whole passes in C before the stack, which is slower: real addresses have one or two layers."""


def _written(extra: bytes) -> tuple[str, ...]:
    return tuple(
        f"%{byte:02X}" if byte <= 0x20 or byte >= 0x7F or byte in extra else chr(byte)
        for byte in range(256)
    )


IN_HOST = _written(b"#%")
IN_PATH = _written(b"#%?\\")
IN_QUERY = _written(b"#%&")


def escaped(data: bytes, table: tuple[str, ...]) -> str:
    """Return bytes as ASCII text, each written as the table (256 pieces of text) says."""
    return "".join([table[byte] for byte in data])


def unescaped(text: str) -> bytes:
    """Return the text's bytes after undoing every layer of escapes."""
    try:
        data = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
    for _ in range(_EAGER_PASSES):
        if _PERCENT not in data:
            return data
        before = len(data)
        data = unquote_to_bytes(data)
        if len(data) == before:
            return data
    return _collapsed(data)


def as_utf8(data: bytes) -> bytes:
    """Return CP949 bytes in UTF-8, anything else as it is."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return data.decode("cp949").encode("utf-8")
        except UnicodeDecodeError:
            pass
    return data


def _collapsed(data: bytes) -> bytes:
    done = bytearray()
    for byte in data:
        done.append(byte)
        while len(done) >= 3 and done[-3] == _PERCENT and done[-1] in _HEX and done[-2] in _HEX:
            done[-3:] = bytes((int(done[-2:], 16),))
    return bytes(done)
