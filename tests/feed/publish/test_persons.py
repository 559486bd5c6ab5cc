"""People in the store."""

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, card

from garim_feed.errors import FeedError
from garim_feed.publish import persons


def test_everyone_is_there_with_key_and_roles(office):
    found = persons.people(office.workspace)
    assert [one.name for one in found] == [KIM, LEE, PARK]
    assert {one.roles for one in found} == {("kcsc", "root", "targets")}
    assert found[0].card.public.keyid == office.signers[KIM].public_key.keyid


@pytest.mark.parametrize("spelling", ["Kim", "kim", " KIM ", "Ｋｉｍ"])
def test_a_name_is_one_however_it_is_written(office, spelling):
    assert persons.person(office.workspace, spelling).name == KIM
    with pytest.raises(FeedError, match="called"):
        persons.enter(office.workspace, card(spelling, CryptoSigner.generate_ed25519()))


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "a\x1b[31m", "a\u202eb"])
def test_what_is_no_name_is_refused(office, name):
    with pytest.raises(FeedError, match="is not a name"):
        persons.enter(office.workspace, card(name, CryptoSigner.generate_ed25519()))


def test_a_key_is_one_persons(office):
    with pytest.raises(FeedError, match="is or was Kim's"):
        persons.enter(office.workspace, card("Choi", office.signers[KIM]))


def test_nobody_is_said(office):
    with pytest.raises(FeedError, match="Nobody here is called Choi"):
        persons.person(office.workspace, "Choi")


def test_a_role_is_held_or_not(office):
    assert persons.holder(office.workspace, KIM, "kcsc").name == KIM
    with pytest.raises(FeedError, match="not one of the people of policy"):
        persons.holder(office.workspace, KIM, "policy")


def test_keys_lead_to_names(office):
    keyid = office.signers[LEE].public_key.keyid
    assert persons.name_of(office.workspace, keyid) == LEE
    assert persons.key_of(office.workspace, keyid) == office.signers[LEE].public_key
    assert persons.name_of(office.workspace, "none") == ""
    with pytest.raises(FeedError, match="nobody's"):
        persons.key_of(office.workspace, "none")
