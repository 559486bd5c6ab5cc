import re

import pytest

from garim_feed.wire import names


@pytest.mark.parametrize(
    ("name", "authority", "plain"),
    [
        ("kcsc", True, True), ("a", True, True), ("0", True, True), ("a-b", True, True),
        ("a" * 32, True, True), ("a" * 33, False, True), ("a" * 65, False, False),
        ("", False, False), ("-a", False, False), ("A", False, False), ("a_b", False, False),
        ("a.b", False, False), ("a/b", False, False), ("..", False, False), ("a\n", False, False),
        ("가", False, False), ("١", False, False), ("a b", False, False), ("a\0", False, False),
        ("x-revoke", False, True), ("-revoke", False, False), ("revoke", True, True),
        ("x-revoke-y", True, True), ("root", False, True), ("targets", False, True),
        ("snapshot", False, True), ("timestamp", False, True), ("policy", False, True),
        ("models", False, True), ("rootx", True, True),
    ],
)  # fmt: skip
def test_who_may_be_called_what(name, authority, plain):
    assert names.is_authority(name) is authority
    assert names.is_name(name) is plain


def test_paths_are_inside_what_the_roles_may_sign():
    file = names.segment_file("list-1", 12)
    assert re.fullmatch(names.SEGMENT, file)
    assert names.segment_path("kcsc", file) == "lists/kcsc/list-1-12.seg"
    assert names.catalogue_path("kcsc") == "lists/kcsc/catalogue.json"
    assert names.revocations_path("kcsc") == "revoked/kcsc/revoked.json"
    assert names.revoke_role("kcsc") == "kcsc-revoke"
    assert not names.is_authority(names.revoke_role("kcsc"))


@pytest.mark.parametrize("file", ["a.seg", "a-.seg", "a-1.segx", "../a-1.seg", "a-1", "A-1.seg"])
def test_what_is_no_segment_file(file):
    assert re.fullmatch(names.SEGMENT, file) is None
