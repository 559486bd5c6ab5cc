import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.act.rewrite import (
    replaced,
    strip_conditionals,
    strip_range,
    without_alternatives,
)


class Headers(dict):
    def get(self, name, default="", /):
        return next((value for key, value in self.items() if key.lower() == name), default)


def rewritten(*fields, status=200):
    status, fields = replaced(status, fields, length=1234, mime="image/png")
    return status, fields


OWN = {
    (b"content-type", b"image/png"),
    (b"content-length", b"1234"),
    (b"cache-control", b"no-store"),
}


@pytest.mark.parametrize(
    "name",
    [
        "Content-Type", "Content-Length", "Content-Encoding", "Transfer-Encoding", "Trailer",
        "ETag", "Last-Modified", "Content-Range", "Accept-Ranges", "Content-MD5", "Digest",
        "Repr-Digest", "Content-Digest", "Signature", "Signature-Input", "Use-As-Dictionary",
        "Age", "Expires", "Pragma", "Cache-Control", "CDN-Cache-Control", "Surrogate-Control",
        "Alt-Svc",
    ],
)  # fmt: skip
def test_what_described_the_original_is_gone_in_any_case(name):
    for spelled in (name, name.lower(), name.upper()):
        _, fields = rewritten((spelled.encode(), b"old"), (spelled.encode(), b"older"))
        assert set(fields) == OWN
        assert len(fields) == len(OWN)


@pytest.mark.parametrize(
    "name",
    [
        "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers", "Cross-Origin-Resource-Policy",
        "Cross-Origin-Embedder-Policy", "Timing-Allow-Origin", "Vary", "Set-Cookie", "Date",
        "Content-Disposition", "X-Content-Type-Options", "Strict-Transport-Security", "Server",
        "Content-Security-Policy", "Link", "Connection", "Clear-Site-Data", "Content-DPR",
    ],
)  # fmt: skip
def test_what_the_pages_rights_hang_on_stays(name):
    field = (name.encode(), b"a value")
    _, fields = rewritten(field)
    assert fields[0] == field
    assert set(fields) == {field} | OWN


def test_repeated_fields_keep_their_order():
    cookies = [(b"Set-Cookie", b"a=1"), (b"ETag", b"x"), (b"Set-Cookie", b"b=2")]
    _, fields = rewritten(*cookies)
    assert fields[:2] == (cookies[0], cookies[2])


@pytest.mark.parametrize(
    ("before", "after"), [(200, 200), (206, 200), (203, 203), (404, 404), (500, 500)]
)
def test_a_part_becomes_a_whole_and_other_answers_stay(before, after):
    assert rewritten(status=before)[0] == after


@given(st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=20))))
def test_nothing_is_invented_whatever_the_fields_hold(fields):
    _, after = replaced(200, fields, length=1, mime="image/gif")
    assert set(after[:-3]) <= set(fields)
    assert [name for name, _ in after[-3:]] == [
        b"content-type",
        b"content-length",
        b"cache-control",
    ]
    assert replaced(200, after, length=1, mime="image/gif")[1] == after


def test_alternatives_are_taken_out_and_nothing_else():
    fields = ((b"Alt-Svc", b'h3=":443"'), (b"ETag", b"x"), (b"ALT-SVC", b"clear"))
    assert without_alternatives(fields) == ((b"ETag", b"x"),)


@pytest.mark.parametrize(
    ("headers", "conditionals", "ranges"),
    [
        ({}, (), ()),
        ({"Accept": "image/*"}, (), ()),
        ({"If-None-Match": '"x"'}, ("if-none-match",), ()),
        ({"if-modified-since": "yesterday"}, ("if-modified-since",), ()),
        (
            {"If-None-Match": "*", "If-Modified-Since": "x"},
            ("if-none-match", "if-modified-since"),
            (),
        ),
        ({"Range": "bytes=0-99"}, (), ("range",)),
        ({"Range": "bytes=0-99", "If-Range": '"x"'}, (), ("range", "if-range")),
        ({"If-Match": '"x"', "If-Unmodified-Since": "x"}, (), ()),
    ],
)
def test_what_a_request_loses(headers, conditionals, ranges):
    assert strip_conditionals(Headers(headers)) == conditionals
    assert strip_range(Headers(headers)) == ranges


def test_the_proxy_process_can_import_it_alone():
    check = (
        "import sys, garim_addon.act.rewrite\n"
        "sys.exit(bool({'PIL', 'numpy', 'onnxruntime', 'mitmproxy'} & sys.modules.keys()))"
    )
    environment = {"PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", check]
    assert subprocess.run(command, env=environment, check=False).returncode == 0
