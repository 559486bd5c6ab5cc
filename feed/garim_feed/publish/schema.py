"""The store's tables.

Rules:
- 64-bit keys are kept as signed integers in the same order: `stored(key)` is `key - 2**63`.
- A line (what somebody said of one entry) is written once, when it is drafted, and never changed;
  `entry` and `pending` only point to lines. A line's id is its proposal's number in the upper bits
  and its place in the lower 32, so that a proposal's lines are one range.
- `pending` names the entries that differ, or may differ, from what is published: `published` and
  `staged` are the lines that the published and the staged version hold, 0 for none, `staged` NULL
  while nothing is staged. A list that was neither published nor staged needs no such rows.
- The audit log cannot be changed or cut through this schema.
"""

from garim_feed.kinds import EFFECTS, Effect, Kind

FORMAT = 1
KINDS = tuple(Kind)
"""Kinds by their number in the store."""
KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}
EFFECT_NUMBER: dict[Effect, int] = {effect: number for number, effect in enumerate(EFFECTS)}
ADD, REMOVE, CONFIRM = range(3)
"""What a line does."""
_PLACES = 32
_HALF = 1 << 63


def stored(key: int) -> int:
    """Return an unsigned 64-bit key as the store keeps it."""
    return key - _HALF


def restored(number: int) -> int:
    """Return the key behind a stored number."""
    return number + _HALF


def first_line(proposal: int) -> int:
    """Return the lowest id that a line of a proposal may have."""
    return proposal << _PLACES


def last_line(proposal: int) -> int:
    """Return the highest id that a line of a proposal may have."""
    return ((proposal + 1) << _PLACES) - 1


TABLES = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE person (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, folded TEXT NOT NULL UNIQUE, gone TEXT
);
CREATE TABLE person_key (
    keyid TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, key TEXT NOT NULL,
    uri TEXT NOT NULL, since TEXT NOT NULL, until TEXT
) WITHOUT ROWID;
CREATE UNIQUE INDEX person_has_one_key ON person_key (person) WHERE until IS NULL;
CREATE TABLE role (name TEXT PRIMARY KEY, threshold INTEGER NOT NULL, days INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE holder (
    role TEXT NOT NULL REFERENCES role, person INTEGER NOT NULL REFERENCES person,
    PRIMARY KEY (role, person)
) WITHOUT ROWID;
CREATE TABLE authority (
    slug TEXT PRIMARY KEY, name TEXT NOT NULL, uri TEXT NOT NULL, appeal TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE list (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, authority TEXT NOT NULL REFERENCES authority,
    title_ko TEXT NOT NULL, title_en TEXT NOT NULL, category TEXT NOT NULL,
    parameters TEXT NOT NULL, salt BLOB NOT NULL, segments INTEGER NOT NULL DEFAULT 0,
    published TEXT, staged TEXT
);
CREATE TABLE proposal (
    id INTEGER PRIMARY KEY, list INTEGER NOT NULL REFERENCES list,
    person INTEGER NOT NULL REFERENCES person, state TEXT NOT NULL,
    lines INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '', at TEXT, digest TEXT, keyid TEXT, signature TEXT,
    approver INTEGER REFERENCES person, approved TEXT, approver_keyid TEXT, approval TEXT
);
CREATE UNIQUE INDEX one_draft ON proposal (list, person) WHERE state = 'draft';
CREATE TABLE line (
    id INTEGER PRIMARY KEY, action INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL,
    subject BLOB NOT NULL, effect INTEGER NOT NULL, expires INTEGER NOT NULL,
    quality INTEGER NOT NULL, tight INTEGER NOT NULL, wide INTEGER NOT NULL,
    scope INTEGER NOT NULL, detail BLOB, note TEXT
);
CREATE VIEW said AS
    SELECT id, kind, key, subject, effect, expires, quality, tight, wide, detail, note FROM line;
CREATE TABLE term (
    id INTEGER PRIMARY KEY, added INTEGER NOT NULL, expires INTEGER NOT NULL,
    effect INTEGER NOT NULL,
    UNIQUE (added, expires, effect)
);
CREATE TABLE entry (
    list INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL, line INTEGER NOT NULL,
    term INTEGER NOT NULL, scope INTEGER NOT NULL, PRIMARY KEY (list, kind, key)
) WITHOUT ROWID;
CREATE TABLE pending (
    list INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL, published INTEGER NOT NULL,
    staged INTEGER, PRIMARY KEY (list, kind, key)
) WITHOUT ROWID;
CREATE VIEW changed AS
    SELECT p.list, p.kind, p.key, e.line, e.term, e.scope FROM pending p
    CROSS JOIN entry e ON e.list = p.list AND e.kind = p.kind AND e.key = p.key
    WHERE e.line <> p.published;
CREATE VIEW gone AS
    SELECT p.list, p.kind, p.key, p.published AS line FROM pending p
    LEFT JOIN entry e ON e.list = p.list AND e.kind = p.kind AND e.key = p.key
    WHERE p.published <> 0 AND e.line IS NULL;
CREATE TABLE history (
    list INTEGER NOT NULL, version INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL,
    older INTEGER NOT NULL, newer INTEGER NOT NULL, PRIMARY KEY (list, version, kind, key)
) WITHOUT ROWID;
CREATE TABLE revocation (
    list INTEGER NOT NULL, kind INTEGER NOT NULL, key INTEGER NOT NULL, at TEXT NOT NULL,
    person INTEGER NOT NULL REFERENCES person, reason TEXT NOT NULL, PRIMARY KEY (list, kind, key)
) WITHOUT ROWID;
CREATE TABLE carried (path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, size INTEGER NOT NULL)
    WITHOUT ROWID;
CREATE TABLE metadata (
    role TEXT NOT NULL, version INTEGER NOT NULL, data BLOB NOT NULL, retired TEXT,
    PRIMARY KEY (role, version)
) WITHOUT ROWID;
CREATE TABLE staged (
    role TEXT PRIMARY KEY, version INTEGER NOT NULL, data BLOB NOT NULL, reasons TEXT NOT NULL,
    extra INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE retired (path TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE audit (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL,
    detail TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
"""
