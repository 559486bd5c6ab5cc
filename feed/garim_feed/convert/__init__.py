"""Other systems' formats, read and written.

Rules:
- `formats.FORMATS` is the table of them; each module reads a stream into rows (`publish.items.Item`
  or `rows.BadRow`) and writes items.
- Nothing is half-imported: bad rows are said with line and reason, and `rows.Sieve` stops at them.
"""
