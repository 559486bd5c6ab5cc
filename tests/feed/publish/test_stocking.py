"""Files in stock."""

import hashlib

import pytest
from tests.feed.publish.office import KIM, hosts
from tuf.api.exceptions import LengthOrHashMismatchError

from garim_feed.publish import extras, staging, stocking


def names(office):
    return {file.name.partition(".")[2] for file in office.workspace.targets.rglob("*.*")}


def test_a_file_is_named_by_its_content(office):
    target = stocking.put(office.workspace, "lists/kcsc/a.seg", b"data")
    digest = hashlib.sha256(b"data").hexdigest()
    assert stocking.prefixed(target) == f"lists/kcsc/{digest}.a.seg"
    assert stocking.take(office.workspace, target) == b"data"


def test_a_file_that_rotted_is_noticed(office):
    target = stocking.put(office.workspace, "feed.json", b"data")
    stocking.where(office.workspace.targets, target).write_bytes(b"dota")
    with pytest.raises(LengthOrHashMismatchError):
        stocking.take(office.workspace, target)


def test_what_nobody_names_is_tidied_away(office):
    stocking.put(office.workspace, "lists/kcsc/none.seg", b"data")
    extras.set_policy(office.workspace, KIM, b"a = 1")
    stocking.tidy(office.workspace)
    assert names(office) == {"policy.toml"}


def test_what_is_staged_or_published_stays(office):
    office.change(hosts(1))
    office.publish()
    office.change(hosts(2))
    staging.stage(office.workspace, KIM)
    stocking.tidy(office.workspace)
    assert names(office) == {
        "feed.json", "catalogue.json", "revoked.json", "sites-1.seg", "sites-2.seg"
    }  # fmt: skip
    staging.unstage(office.workspace, KIM)
    assert "sites-2.seg" not in names(office)


def test_what_is_published_is_listed(office):
    office.change(hosts(1))
    office.publish()
    assert {path.partition(".")[2] for path in stocking.current(office.workspace)} == {
        "feed.json", "catalogue.json", "revoked.json", "sites-1.seg"
    }  # fmt: skip
