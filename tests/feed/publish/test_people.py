"""People come, go, and change keys."""

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, card

from garim_feed.errors import FeedError
from garim_feed.publish import people, persons
from garim_feed.publish.online import online_key

CHOI = "Choi"


def test_somebody_comes(office):
    new = CryptoSigner.generate_ed25519()
    people.add_person(office.workspace, KIM, card(CHOI, new), ("kcsc",))
    assert people.person(office.workspace, CHOI).roles == ("kcsc",)


@pytest.mark.parametrize("role", ["none", "snapshot", "kcsc-revoke"])
def test_a_role_that_people_do_not_sign_is_refused(office, role):
    with pytest.raises(FeedError, match="no role"):
        people.add_person(
            office.workspace, KIM, card(CHOI, CryptoSigner.generate_ed25519()), (role,)
        )
    assert CHOI not in [one.name for one in people.people(office.workspace)]


def test_only_people_of_the_feed_act(office):
    with pytest.raises(FeedError, match="Nobody here"):
        people.add_person(office.workspace, CHOI, card(CHOI, CryptoSigner.generate_ed25519()), ())
    with pytest.raises(FeedError, match="Nobody here"):
        people.replace_online_key(office.workspace, CHOI)


def test_somebody_goes_and_neither_name_nor_key_comes_back(office):
    people.remove_person(office.workspace, KIM, PARK)
    assert [one.name for one in people.people(office.workspace)] == [KIM, LEE]
    keyid = office.signers[PARK].public_key.keyid
    assert persons.name_of(office.workspace, keyid) == PARK
    with pytest.raises(FeedError, match="called"):
        people.add_person(office.workspace, KIM, card(PARK, CryptoSigner.generate_ed25519()), ())
    with pytest.raises(FeedError, match="is or was"):
        people.add_person(office.workspace, KIM, card(CHOI, office.signers[PARK]), ())


def test_nobody_goes_whom_a_role_needs(office):
    people.remove_person(office.workspace, KIM, PARK)
    with pytest.raises(FeedError, match="needs 2 people's signatures"):
        people.remove_person(office.workspace, KIM, LEE)


def test_a_key_is_replaced(office):
    new = CryptoSigner.generate_ed25519()
    people.replace_key(office.workspace, LEE, card(KIM, new))
    one = people.person(office.workspace, KIM)
    assert one.card.public.keyid == new.public_key.keyid
    assert one.roles == ("kcsc", "root", "targets")


def test_a_key_that_was_given_up_does_not_come_back(office):
    people.replace_key(office.workspace, KIM, card(KIM, CryptoSigner.generate_ed25519()))
    with pytest.raises(FeedError, match="is or was Kim's"):
        people.replace_key(office.workspace, KIM, card(KIM, office.signers[KIM]))
    with pytest.raises(FeedError, match="is or was Lee's"):
        people.replace_key(office.workspace, KIM, card(KIM, office.signers[LEE]))


def test_the_online_key_is_replaced(office):
    before = online_key(office.workspace)
    people.replace_online_key(office.workspace, KIM)
    assert online_key(office.workspace) != before
    assert len(list(office.workspace.keys.glob("online-*.pem"))) == 2
