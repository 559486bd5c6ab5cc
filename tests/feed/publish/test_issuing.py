"""Which roles are issued, and why."""

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KCSC, KIM, LEE, PARK, card, host, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import authorities, extras, lists, people, roles, staging
from garim_feed.wire.catalogue import read_catalogue
from garim_feed.wire.description import Authority, read_description
from garim_feed.wire.revocations import read_revocations

SCHOOL = Authority(slug="school", name="School", uri="", appeal="")


def reasons(office):
    """Stage; return why each role is staged."""
    made = staging.stage(office.workspace, KIM)
    return {role.role: set(role.reasons) for role in made.roles}


def document(office, path):
    folder, _, name = path.rpartition("/")
    (file,) = (office.site / "targets" / folder).glob(f"*.{name}")
    return file.read_bytes()


def test_at_first_everything_is_new(office):
    office.publish()
    assert read_catalogue(document(office, "lists/kcsc/catalogue.json")).lists == ()
    assert read_revocations(document(office, "revoked/kcsc/revoked.json")).entries == ()
    described = read_description(document(office, "feed.json"))
    assert (described.name, described.authorities) == ("korea", (KCSC,))


WHY = {
    "a list": (lambda o: o.change(hosts(1)), {"kcsc": {"lists"}}),
    "a list's words": (
        lambda o: lists.edit_list(o.workspace, KIM, "full", category="ncii"),
        {"kcsc": {"lists"}},
    ),
    "an authority's words": (
        lambda o: authorities.edit_authority(
            o.workspace, KIM, KCSC.model_copy(update={"name": "Other"})
        ),
        {"targets": {"description"}},
    ),
    "another authority": (
        lambda o: authorities.add_authority(o.workspace, KIM, SCHOOL, [LEE, PARK]),
        {
            "targets": {"description", "people"},
            "school": {"lists", "new"},
            "school-revoke": {"revocations", "new"},
        },
    ),
    "somebody came": (
        lambda o: people.add_person(
            o.workspace, KIM, card("Choi", CryptoSigner.generate_ed25519()), ("kcsc",)
        ),
        {"targets": {"people"}},
    ),
    "somebody went who had signed": (
        lambda o: people.remove_person(o.workspace, KIM, LEE),
        {"root": {"people"}, "targets": {"people"}, "kcsc": {"people"}},
    ),
    "somebody went who had not signed": (
        lambda o: people.remove_person(o.workspace, KIM, PARK),
        {"root": {"people"}, "targets": {"people"}},
    ),
    "a threshold": (
        lambda o: roles.set_role(o.workspace, KIM, "kcsc", threshold=3),
        {"targets": {"people"}, "kcsc": {"people"}},
    ),
    "another online key": (
        lambda o: people.replace_online_key(o.workspace, KIM),
        {"root": {"people"}},
    ),
    "a policy": (
        lambda o: extras.set_policy(o.workspace, KIM, b"a = 1"),
        {"targets": {"people"}, "policy": {"policy", "new"}},
    ),
    "revocations near their end": (
        lambda o: o.pass_time(days=25),
        {"kcsc-revoke": {"expiry"}},
    ),
    "lists near their end": (
        lambda o: o.pass_time(days=70),
        {"targets": {"expiry"}, "kcsc": {"expiry"}, "kcsc-revoke": {"expiry"}},
    ),
    "everything near its end": (
        lambda o: o.pass_time(days=300),
        {
            "root": {"expiry"},
            "targets": {"expiry"},
            "kcsc": {"expiry"},
            "kcsc-revoke": {"expiry"},
        },
    ),
}


@pytest.mark.parametrize("what", WHY)
def test_what_changes_is_issued_and_no_more(office, what):
    office.make_list("full")
    office.change([host("x.test")], name="full")
    office.publish()
    act, expected = WHY[what]
    act(office)
    assert reasons(office) == expected


def test_nothing_changed_is_nothing_to_publish(office):
    office.publish()
    with pytest.raises(FeedError, match="nothing to publish"):
        staging.stage(office.workspace, KIM)


def test_much_growth_needs_one_signature_more(office):
    office.change(hosts(1))
    office.publish()
    office.change(host(f"a{n}.test") for n in range(10_001))
    (role,) = staging.stage(office.workspace, KIM).roles
    assert (role.needed, role.missing) == (3, 3)


def test_first_entries_are_exempt_and_so_is_little_growth(office):
    office.change(host(f"a{n}.test") for n in range(30_000))
    staged = {role.role: role.needed for role in staging.stage(office.workspace, KIM).roles}
    assert staged["kcsc"] == 2
    office.publish()
    office.change(host(f"b{n}.test") for n in range(15_000))
    (role,) = staging.stage(office.workspace, KIM).roles
    assert role.needed == 2


def test_growth_that_nobody_could_sign_is_refused(office):
    people.remove_person(office.workspace, KIM, PARK)
    office.change(hosts(1))
    office.publish()
    office.change(host(f"a{n}.test") for n in range(10_001))
    with pytest.raises(FeedError, match="smaller steps"):
        staging.stage(office.workspace, KIM)


def test_issues_carry_the_audit_logs_head(office):
    office.change(hosts(1))
    office.publish()
    for role in ("targets", "kcsc", "kcsc-revoke"):
        number, _, digest = (
            office.metadata(role).signed.unrecognized_fields["x-garim-audit"].partition("-")
        )
        assert int(number) > 1
        assert len(digest) == 64
