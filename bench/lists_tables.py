"""What the look-ups' tables and aims say."""

from collections.abc import Mapping, Sequence

from bench.lookup_rows import Row
from bench.report import Table
from bench.stats import Aim, percentile, ratio

RELOADS = 1000
LARGE = 3_000_000
"""Pictures from which on a scan gets fewer questions, another aim holds, and faiss' MultiHash is
left out, since it takes 420 bytes an entry."""
NOTES = (
    (
        "Addresses: half of those asked are listed. Garim, SQLite and the set look up a keyed "
        "64-bit digest, whose making is in the figure; marisa-trie holds the addresses in the "
        "clear, which a list must not. The bytes of the set are memory. A whole URL is "
        "canonicalized and asked with every host and path expression that may be listed."
    ),
    (
        "Pictures within 31 of 256 bits; half of those asked are near listed ones. 'first ms' is "
        "the mean of the first 20 hashes, before the file's pages are mapped. A picture in 8 forms "
        "is eight searches and the rules of a match."
    ),
    (
        "'pictures' are hashes of made and sample pictures with their variants, in clusters; "
        "'biased' has uneven bits that follow each other, more than any real set known to us."
    ),
)

type Reloads = dict[str, dict[str, int]]
"""Memory (`rss_kb`), mappings (`maps`) and open `files` by moment, the early one first."""


def addresses(rows: Sequence[Row]) -> Table:
    """Return the addresses' table."""
    base = rows[0].rounds.median
    cells = tuple(
        (
            row.name,
            row.rounds.median * 1000,
            row.rounds.least * 1000,
            ratio(row.rounds.median, base),
            row.bytes / row.entries,
            row.open_ms,
        )
        for row in rows
    )
    columns = ("", "CPU us a look-up", "least", "times", "bytes an entry", "open ms")
    return Table(f"{rows[0].entries:,} addresses", columns, cells)


def pictures(title: str, rows: Sequence[Row]) -> Table:
    """Return the table of one set of pictures."""
    base = rows[0].rounds.median
    cells = tuple(
        (
            row.name,
            row.rounds.median,
            row.rounds.least,
            ratio(row.rounds.median, base),
            percentile(row.wall, 95),
            row.first,
            row.bytes / row.entries,
            row.open_ms,
        )
        for row in rows
    )
    wall = ("p95 wall ms", "first ms", "bytes an entry", "open ms")
    return Table(f"Pictures: {title}", ("", "CPU ms", "least", "times", *wall), cells)


def reloads(took: float, found: Reloads) -> Table:
    """Return what many reloads left behind."""
    columns = ("", "RSS MB", "mappings", "open files")
    rows = tuple(
        (name, values["rss_kb"] / 1000, values["maps"], values["files"])
        for name, values in found.items()
    )
    return Table(f"{RELOADS:,} reloads, {took:.2g} ms each", columns, rows)


def address_aims(rows: Sequence[Row], left: Reloads) -> tuple[Aim, ...]:
    """Return what addresses are held against."""
    ours, label = rows[0], f"{rows[0].entries:,} addresses"
    early, late = left.values()
    grown = max(0, late["rss_kb"] - early["rss_kb"]) / 1000
    return (
        Aim(f"{label}, CPU a look-up", 5.0, ours.rounds.median * 1000, " us"),
        Aim(f"{label}, an entry", 9.0, ours.bytes / ours.entries, " bytes"),
        Aim(f"{label}, opening", 50.0, ours.open_ms, " ms"),
        Aim(f"growth over {RELOADS:,} reloads", 1.0, grown, " MB"),
    )


def picture_aims(tables: Mapping[str, Sequence[Row]]) -> tuple[Aim, ...]:
    """Return what searches are held against."""
    return tuple(
        Aim(
            f"{title} pictures, CPU a hash",
            5.0 if rows[0].entries >= LARGE else 0.5,
            rows[0].rounds.median,
            " ms",
        )
        for title, rows in tables.items()
    )
