"""One line of comma-separated values (RFC 4180), read and written.

Rules:
- A record is one line. The standard library's reader joins lines at a stray quote, until it has
  swallowed the file, and bounds fields only by a global setting; here such a line is refused.
"""

import re

from garim_feed.errors import FeedError

_FIELD = re.compile(r'(?:"((?:[^"]|"")*+)"|([^",]*+))(?:,|\Z)')


def split(line: str) -> list[str]:
    """Return the fields of a line.

    Raises:
        FeedError: A quote is out of place or not closed.
    """
    if '"' not in line:
        return line.split(",")
    fields, position = [], 0
    line += ","
    while position < len(line):
        found = _FIELD.match(line, position)
        if found is None:
            raise FeedError("A quotation mark is out of place, or not closed on its line.")
        quoted, bare = found.groups()
        fields.append(bare if quoted is None else quoted.replace('""', '"'))
        position = found.end()
    return fields


def join(fields: list[str]) -> str:
    """Return fields as a line; line ends within a field become spaces."""
    return ",".join(map(_field, fields))


def _field(text: str) -> str:
    text = " ".join(text.splitlines())
    return '"' + text.replace('"', '""') + '"' if '"' in text or "," in text else text
