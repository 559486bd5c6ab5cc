from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter, ValidationError

from garim_feed.wire import fields


def good(kind, value):
    try:
        TypeAdapter(kind).validate_json(
            f'"{value}"' if isinstance(value, str) else str(value), strict=True
        )
    except ValidationError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("기관 A", True), ("x", True), ("x" * 200, True), ("x" * 201, False), ("", False),
        ("’“”–", True), ("\\u0000", False), ("a\\nb", False), ("\\u001b[1m", False), (" a", False),
        ("a ", False), ("a\\u202eb", False), ("a\\u200bb", False), ("a\\u2028b", False),
        ("a\\ud800", False), ("\\ud83d\\ude00", True), ("a\\u0378", True),
    ],
)  # fmt: skip
def test_text_for_people(text, fine):
    assert good(fields.Text, text) is fine


@pytest.mark.parametrize(
    ("uri", "page", "appeal"),
    [
        ("", True, True), ("https://a.test", True, True),
        ("https://a.test/x?y=%EA&z#w", True, True),
        ("https://[::1]/", True, True), ("mailto:a@b.test", False, True), ("mailto:", False, False),
        ("http://a.test", False, False), ("javascript:alert(1)", False, False),
        ("HTTPS://a.test", False, False), ("https://", False, False), ("https:///a", False, False),
        ("https://a.test/ x", False, False), ("https://a.test/>;rel=x", False, False),
        ("https://a.test/\\n", False, False), ("https://a.test/\\u0022", False, False),
        ("https://a.test/'", False, False), ("https://가.test", False, False),
        ("https://a.test/" + "x" * 500, False, False), ("data:text/html,x", False, False),
    ],
)  # fmt: skip
def test_pages(uri, page, appeal):
    assert good(fields.Page, uri) is page
    assert good(fields.Appeal, uri) is appeal


@pytest.mark.parametrize(
    ("moment", "fine"),
    [
        ("2026-01-02T03:04:05Z", True), ("2026-01-02T03:04:05+00:00", False),
        ("2026-01-02T03:04:05+09:00", False), ("2026-01-02T03:04:05", False),
        ("2026-01-02T03:04:05.5Z", False), ("2026-01-02", False), ("2026-13-02T03:04:05Z", False),
        ("2026-01-02 03:04:05Z", False), ("", False), (1_700_000_000, False), ("1700000000", False),
    ],
)  # fmt: skip
def test_moments(moment, fine):
    assert good(fields.Moment, moment) is fine


def test_moments_are_written_as_they_are_read():
    adapter = TypeAdapter(fields.Moment)
    when = adapter.validate_json('"2026-01-02T03:04:05Z"')
    assert when == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert adapter.dump_json(when) == b'"2026-01-02T03:04:05Z"'


@pytest.mark.parametrize(
    ("kind", "value", "fine"),
    [
        (fields.Name, "a" * 64, True), (fields.Name, "a" * 65, False), (fields.Name, "a\\n", False),
        (fields.Category, "ncii", True), (fields.Category, "NCII", False),
        (fields.AuthorityName, "kcsc", True), (fields.AuthorityName, "root", False),
        (fields.AuthorityName, "x-revoke", False), (fields.Sha256, "0" * 64, True),
        (fields.Sha256, "0" * 63, False), (fields.Sha256, "A" * 64, False),
        (fields.Count, 0, True), (fields.Count, -1, False), (fields.Count, 1 << 41, False),
    ],
)  # fmt: skip
def test_others(kind, value, fine):
    assert good(kind, value) is fine
