"""What the tests of formats share."""

import io

from garim_feed.convert.rows import BadRow


def read(module, text, **options):
    """Return the items, and the bad rows as pairs of line and reason."""
    data = text if isinstance(text, bytes) else text.encode()
    rows = list(module.read(io.BytesIO(data), **options))
    bad = [(row.line, row.reason) for row in rows if isinstance(row, BadRow)]
    return [row for row in rows if not isinstance(row, BadRow)], bad


def wrote(module, items):
    """Return what a writer says it did, and the file."""
    stream = io.BytesIO()
    return module.write(items, stream), stream.getvalue()


def returned(module, items):
    """Return what comes back of items after writing and reading."""
    return read(module, wrote(module, items)[1])
