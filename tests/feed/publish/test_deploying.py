"""The folder of static files: order, refusals, leftovers."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, Office, card, hosts
from tuf.api.metadata import Metadata

from garim_feed.errors import FeedError
from garim_feed.publish import deploying, folders, people, publishing
from garim_feed.publish.workspace import Workspace


@pytest.fixture
def renames(monkeypatch):
    """Names in the order in which files appear."""
    seen: list[str] = []
    replace = Path.replace

    def noted(self, target):
        seen.append(Path(target).name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", noted)
    return seen


def tail(name):
    """Return a name without its digest."""
    first, _, rest = name.partition(".")
    return rest if len(first) == 64 else name


def test_what_names_others_comes_after_them(office, renames):
    office.change(hosts(1))
    office.publish()
    shown = [tail(name) for name in renames[-10:]]
    assert set(shown[:4]) == {"feed.json", "catalogue.json", "revoked.json", "sites-1.seg"}
    assert set(shown[4:7]) == {"1.kcsc.json", "1.kcsc-revoke.json", "1.targets.json"}
    assert shown[7:] == ["1.snapshot.json", "1.root.json", "timestamp.json"]


def test_a_root_that_is_good_with_the_old_one_comes_last(office, renames):
    office.publish()
    people.replace_key(office.workspace, LEE, card(KIM, CryptoSigner.generate_ed25519()))
    renames.clear()
    office.publish(LEE, PARK)
    assert [tail(name) for name in renames[-3:]] == [
        "2.snapshot.json", "timestamp.json", "2.root.json"
    ]  # fmt: skip


def test_a_root_without_a_common_threshold_comes_right_before_the_timestamp(office, renames):
    office.publish()
    new = {name: CryptoSigner.generate_ed25519() for name in (KIM, LEE)}
    for name, signer in new.items():
        people.replace_key(office.workspace, PARK, card(name, signer))
    from garim_feed.publish import signing, staging

    staging.stage(office.workspace, PARK)
    for name in (KIM, LEE):
        signing.sign(office.workspace, name, new[name])
        signing.sign(office.workspace, name, office.signers[name])
    renames.clear()
    publishing.publish(office.workspace, PARK, office.site)
    assert renames[-2:] == ["2.root.json", "timestamp.json"]


def test_a_new_folder_gets_everything(office):
    office.change(hosts(1))
    office.publish()
    people.replace_online_key(office.workspace, KIM)
    office.publish()
    other = office.folder / "another"
    publishing.publish(office.workspace, KIM, other)
    for name in ("1.root.json", "2.root.json", "timestamp.json"):
        assert (other / "metadata" / name).read_bytes() == (
            office.site / "metadata" / name
        ).read_bytes()


def test_what_is_missing_or_cut_short_is_mended(office):
    office.change(hosts(1))
    office.publish()
    seg = next(office.site.rglob("*.seg"))
    data = seg.read_bytes()
    seg.write_bytes(data[:10])
    (office.site / "metadata" / "1.kcsc.json").unlink()
    made = publishing.publish(office.workspace, KIM, office.site)
    assert made.files == 2
    assert seg.read_bytes() == data


def test_nothing_to_do_is_nothing_done(office):
    office.publish()
    made = publishing.publish(office.workspace, KIM, office.site)
    assert (made.files, made.size, made.lists) == (0, 0, {})


def test_another_feeds_folder_is_refused(office, tmp_path):
    office.publish()
    with_other = Office(tmp_path / "other")
    with_other.publish()
    with pytest.raises(FeedError, match="another feed"):
        publishing.publish(with_other.workspace, KIM, office.site)
    (office.site / "metadata" / "1.root.json").unlink()
    with pytest.raises(FeedError, match="another feed"):
        publishing.publish(office.workspace, KIM, office.site)
    with_other.workspace.close()


def copied(office):
    """Return an old copy of the workspace, as from a backup."""
    office.workspace.store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(office.workspace.root, office.folder / "copy")
    return Workspace.open(office.folder / "copy", lambda: office.time)


def test_an_old_copy_of_the_workspace_does_not_roll_the_folder_back(office):
    office.publish()
    with copied(office) as old:
        office.change(hosts(1))
        office.publish()
        before = (office.site / "metadata" / "timestamp.json").read_bytes()
        with pytest.raises(FeedError, match="old copy of the workspace"):
            publishing.publish(old, KIM, office.site)
        assert (office.site / "metadata" / "timestamp.json").read_bytes() == before


def test_two_copies_do_not_publish_two_states_of_one_version(office):
    office.publish()
    with copied(office) as other:
        office.pass_time(days=0.6)
        publishing.refresh(office.workspace, office.site)
        office.pass_time(hours=1)
        with pytest.raises(FeedError, match="old copy"):
            publishing.refresh(other, office.site)


@pytest.mark.parametrize("data", [b"", b"garbage", b"{}"])
def test_a_broken_timestamp_is_replaced(office, data):
    office.publish()
    (office.site / "metadata" / "timestamp.json").write_bytes(data)
    publishing.publish(office.workspace, KIM, office.site)
    assert office.metadata("timestamp").signed.version == 1


def test_a_timestamp_that_no_key_of_the_feed_signed_is_replaced(office):
    office.publish()
    forged = office.metadata("timestamp")
    forged.signed.version = 99
    forged.sign(CryptoSigner.generate_ed25519())
    forged.to_file(str(office.site / "metadata" / "timestamp.json"))
    publishing.publish(office.workspace, KIM, office.site)
    assert office.metadata("timestamp").signed.version == 1


def test_what_was_replaced_stays_a_day_and_foreign_files_stay_for_good(office):
    office.change(hosts(1))
    office.publish()
    foreign = office.site / "metadata" / "README"
    foreign.write_text("not the feed's")
    for number in (2, 3, 4):
        office.change(hosts(number))
        office.publish()
    names = {tail(file.name) for file in office.site.rglob("*.seg")}
    assert names == {f"sites-{number}.seg" for number in (1, 2, 3, 5)}
    office.pass_time(days=1.5)
    publishing.refresh(office.workspace, office.site)
    assert {tail(file.name) for file in office.site.rglob("*.seg")} == {"sites-5.seg"}
    assert not (office.site / "metadata" / "1.kcsc.json").exists()
    assert (office.site / "metadata" / "1.root.json").exists()
    assert foreign.exists()
    office.pass_time(days=40)
    publishing.refresh(office.workspace, office.site)
    assert office.workspace.row("SELECT count(*) FROM retired")[0] == 0


def test_what_comes_back_is_not_deleted(office):
    # The same revocations file is named again by a later publish.
    from garim_feed.publish import revoking

    office.change(hosts(1, 2))
    office.publish()
    revoking.revoke_now(
        office.workspace, KIM, "sites", [office.entry(hosts(1)[0])],
        reason="r", signer=office.signers[KIM], folder=office.site,
    )  # fmt: skip
    office.publish()
    office.pass_time(days=2)
    publishing.refresh(office.workspace, office.site)
    path = office.metadata("kcsc-revoke").signed.targets["revoked/kcsc/revoked.json"]
    assert (office.site / "targets" / path.get_prefixed_paths()[0]).exists()


def test_unfinished_files_are_swept(office):
    office.publish()
    left = office.site / "targets" / f"{folders.BESIDE}1234"
    left.write_bytes(b"half")
    publishing.publish(office.workspace, KIM, office.site)
    assert not left.exists()


def test_readers_may_read_what_is_published(office):
    old = os.umask(0o022)
    try:
        office.publish()
    finally:
        os.umask(old)
    for file in office.site.rglob("*"):
        assert file.stat().st_mode & 0o004


def test_metadata_is_what_tuf_reads(office):
    office.publish()
    for file in (office.site / deploying.METADATA).iterdir():
        assert Metadata.from_file(str(file)).signed.expires > datetime.now(UTC)
