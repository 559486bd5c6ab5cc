"""Who has signed, who can, and what counts."""

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, card, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import authorities, people, publishing, roles, signing, staging
from garim_feed.wire.description import Authority


def standing(office):
    return {
        role.role: (role.signed, role.can_sign, role.missing)
        for role in signing.staged_roles(office.workspace)
    }


def test_signatures_add_up(office):
    staging.stage(office.workspace, KIM)
    assert standing(office)["root"] == ((), (KIM, LEE, PARK), 2)
    assert list(standing(office)) == ["root", "targets", "kcsc", "kcsc-revoke"]
    office.sign(KIM)
    assert standing(office)["root"] == ((KIM,), (LEE, PARK), 1)
    assert standing(office)["kcsc-revoke"][2] == 0
    office.sign(KIM)
    assert standing(office)["root"] == ((KIM,), (LEE, PARK), 1)
    office.sign(PARK)
    assert standing(office)["root"] == ((KIM, PARK), (LEE,), 0)


def test_each_signs_what_is_theirs(office):
    other = Authority(slug="school", name="School", uri="", appeal="")
    authorities.add_authority(office.workspace, KIM, other, [LEE, PARK])
    roles.set_role(office.workspace, KIM, "kcsc", people=[KIM, LEE])
    staging.stage(office.workspace, KIM)
    assert set(signing.sign(office.workspace, PARK, office.signers[PARK])) == {
        "root", "targets", "school", "school-revoke"
    }  # fmt: skip
    assert set(signing.sign(office.workspace, KIM, office.signers[KIM])) == {
        "root", "targets", "kcsc", "kcsc-revoke"
    }  # fmt: skip


def test_only_a_persons_own_key_signs(office):
    staging.stage(office.workspace, KIM)
    with pytest.raises(FeedError, match="not Kim's"):
        signing.sign(office.workspace, KIM, office.signers[LEE])
    with pytest.raises(FeedError, match="not Kim's"):
        signing.sign(office.workspace, KIM, CryptoSigner.generate_ed25519())
    assert standing(office)["root"][0] == ()


def test_a_key_that_counts_for_nothing_is_said(office):
    office.publish()
    roles.set_role(office.workspace, KIM, "kcsc", people=[KIM, LEE])
    office.publish()
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    with pytest.raises(FeedError, match="counts for nothing"):
        signing.sign(office.workspace, PARK, office.signers[PARK])


def test_nothing_staged_is_said(office):
    with pytest.raises(FeedError, match="Nothing is staged"):
        office.sign(KIM)


def test_a_new_root_needs_enough_old_and_enough_new_keys(office):
    office.publish()
    old, new = office.signers[KIM], CryptoSigner.generate_ed25519()
    people.replace_key(office.workspace, LEE, card(KIM, new))
    staging.stage(office.workspace, LEE)
    assert standing(office)["root"] == ((), (KIM, LEE, PARK), 2)
    signing.sign(office.workspace, KIM, new)
    # New: one of two. Old: none of two. One more person who is in both leaves one old one lacking.
    assert standing(office)["root"][2] == 2
    office.sign(LEE)
    assert standing(office)["root"][2] == 1
    assert set(signing.sign(office.workspace, KIM, old)) == {"root"}
    assert standing(office)["root"][2] == 0


def test_what_was_staged_anew_while_somebody_signed_is_not_signed(office):
    staging.stage(office.workspace, KIM)

    class Slow:
        public_key = office.signers[KIM].public_key

        def sign(self, data):
            office.pass_time(days=1)
            if not office.workspace.store.in_transaction:
                staging.stage(office.workspace, LEE)
            return office.signers[KIM].sign(data)

    with pytest.raises(FeedError, match="staged anew"):
        signing.sign(office.workspace, KIM, Slow())
    assert standing(office)["root"][0] == ()


def test_a_signature_that_was_tampered_with_does_not_count(office):
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)
    (data,) = office.workspace.row("SELECT data FROM staged WHERE role = 'kcsc'")
    broken = data.replace(b'"sig":"', b'"sig":"00', 1)
    office.workspace.store.execute("UPDATE staged SET data = ? WHERE role = 'kcsc'", (broken,))
    assert standing(office)["kcsc"][2] == 1
    with pytest.raises(FeedError, match="kcsc lacks 1 signatures"):
        publishing.publish(office.workspace, KIM, office.site)
