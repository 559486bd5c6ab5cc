"""The fast lane."""

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, hosts, image

from garim_feed.errors import FeedError
from garim_feed.kinds import Kind, entry_id
from garim_feed.publish import publishing, revoking, staging
from garim_feed.publish.entries import find, items
from garim_feed.publish.roles import set_role
from garim_feed.publish.verify import verify
from garim_feed.wire.content import counts
from garim_feed.wire.revocations import read_revocations


def revoke(office, *items, by=PARK, signer=None, name="sites"):
    revoking.revoke_now(
        office.workspace,
        by,
        name,
        [office.entry(item, name) for item in items],
        reason="wrong",
        signer=signer or office.signers[by],
        folder=office.site,
    )


def revoked(office):
    """Return the published file's entries."""
    target = office.metadata("kcsc-revoke").signed.targets["revoked/kcsc/revoked.json"]
    data = (office.site / "targets" / target.get_prefixed_paths()[0]).read_bytes()
    return [one.entry for one in read_revocations(data).entries]


def test_one_person_is_enough_and_it_is_published_at_once(office):
    office.change([*hosts(1, 2), image(1)])
    office.publish()
    before = office.metadata("kcsc").signed.version
    revoke(office, hosts(1)[0], image(1))
    assert revoked(office) == sorted(
        (office.entry(hosts(1)[0]), office.entry(image(1))),
        key=lambda entry: entry.partition("-")[2],
    )
    assert office.metadata("kcsc").signed.version == before
    assert office.metadata("kcsc-revoke").signed.version == 2
    (seen,) = verify(office.site).lists
    assert (seen.revoked, seen.version) == (2, 1)
    assert [item.subject for item in items(office.workspace, "sites")] == ["h2.garim.test"]
    (one, _) = revoking.revocations(office.workspace)
    assert (one.list, one.by, one.reason, one.at) == ("sites", PARK, "wrong", office.time)


def test_the_next_full_publish_folds_it_in(office):
    office.change(hosts(1, 2))
    office.publish()
    revoke(office, hosts(1)[0])
    made = office.publish()
    assert made.lists == {"sites": 2}
    assert counts(office.content()[0]) == {"host": 1}
    assert revoked(office) == []
    assert revoking.revocations(office.workspace) == []


def test_whoever_wants_it_back_proposes_it_again(office):
    office.change(hosts(1, 2))
    office.publish()
    revoke(office, hosts(1)[0])
    office.change(hosts(1))
    office.publish()
    assert counts(office.content()[0]) == {"host": 2}
    assert revoked(office) == []


def test_it_outlives_what_was_staged_before_it(office):
    office.change(hosts(1))
    office.publish()
    office.change(hosts(2))
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)
    revoke(office, hosts(1)[0])
    revoke(office, hosts(2)[0])
    publishing.publish(office.workspace, KIM, office.site)
    # The staged version still holds both; the revocations keep them out of force.
    assert counts(office.content()[0]) == {"host": 2}
    assert len(revoked(office)) == 2
    office.publish()
    assert counts(office.content()[0]) == {}
    assert revoked(office) == []


def test_a_staged_file_of_revocations_gives_way(office):
    office.change(hosts(1, 2, 3))
    office.publish()
    revoke(office, hosts(1)[0])
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)
    revoke(office, hosts(2)[0])
    assert [role.role for role in staging.staged(office.workspace).roles] == ["kcsc"]
    publishing.publish(office.workspace, KIM, office.site)
    assert set(revoked(office)) == {office.entry(item) for item in hosts(1, 2)}
    assert counts(office.content()[0]) == {"host": 2}
    office.publish()
    assert counts(office.content()[0]) == {"host": 1}
    assert revoked(office) == []


def test_what_is_not_there_is_not_revoked(office):
    office.change(hosts(1))
    office.publish()
    for item in (hosts(2)[0], image(1)):
        with pytest.raises(FeedError, match="is not on sites"):
            revoke(office, item)
    with pytest.raises(FeedError, match="is not on sites"):
        revoke(office, hosts(1)[0], hosts(2)[0])
    assert find(office.workspace, "sites", office.entry(hosts(1)[0])) is not None
    assert revoked(office) == []


def test_only_an_authoritys_people_with_their_own_keys(office):
    set_role(office.workspace, KIM, "kcsc", people=[KIM, LEE])
    office.change(hosts(1))
    office.publish()
    with pytest.raises(FeedError, match="people of kcsc"):
        revoke(office, hosts(1)[0])
    with pytest.raises(FeedError, match="not Lee's"):
        revoke(office, hosts(1)[0], by=LEE, signer=office.signers[KIM])
    assert revoked(office) == []


def test_nothing_is_revoked_before_the_first_publish(office):
    office.change(hosts(1))
    with pytest.raises(FeedError, match="not published yet"):
        revoke(office, hosts(1)[0])
    assert len(list(items(office.workspace, "sites"))) == 1


def test_there_is_a_bound(office, monkeypatch):
    monkeypatch.setattr(revoking, "MAX_ENTRIES", 2)
    office.change(hosts(1, 2, 3))
    office.publish()
    revoke(office, *hosts(1, 2))
    with pytest.raises(FeedError, match="At most 2"):
        revoke(office, hosts(3)[0])
    assert len(revoked(office)) == 2
    office.publish()
    revoke(office, hosts(3)[0])


def test_what_is_no_entry_is_said(office):
    office.publish()
    for entry in ("nonsense", entry_id(Kind.HOST, 5)):
        with pytest.raises(FeedError):
            revoking.revoke_now(
                office.workspace, KIM, "sites", [entry],
                reason="r", signer=office.signers[KIM], folder=office.site,
            )  # fmt: skip


def test_a_new_key_that_is_not_published_yet_cannot_revoke(office):
    from securesystemslib.signer import CryptoSigner
    from tests.feed.publish.office import card

    from garim_feed.publish import people

    office.change(hosts(1))
    office.publish()
    new = CryptoSigner.generate_ed25519()
    people.replace_key(office.workspace, KIM, card(PARK, new))
    with pytest.raises(FeedError, match="not in force yet"):
        revoke(office, hosts(1)[0], signer=new)
    assert revoked(office) == []


def test_a_folder_that_cannot_be_written_is_finished_later(office, monkeypatch):
    office.change(hosts(1))
    office.publish()

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(revoking, "deploy", full)
        with pytest.raises(OSError, match="No space"):
            revoke(office, hosts(1)[0])
    assert revoked(office) == []
    publishing.refresh(office.workspace, office.site)
    assert len(revoked(office)) == 1
