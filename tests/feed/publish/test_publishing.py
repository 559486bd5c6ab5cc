"""Publish and refresh."""

import pytest
from tests.feed.publish.office import KIM, LEE, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import audit, publishing, staging
from garim_feed.publish.progress import Step
from garim_feed.publish.verify import verify
from garim_feed.wire.content import counts


def test_too_few_signatures_say_who_can_still_sign(office):
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    office.sign(KIM)
    with pytest.raises(FeedError, match="these people can still sign: Lee, Park"):
        publishing.publish(office.workspace, KIM, office.site)
    assert not office.site.exists() or not list(office.site.rglob("*.json"))


def test_nothing_was_ever_staged(office):
    for act in (
        lambda: publishing.publish(office.workspace, KIM, office.site),
        lambda: publishing.refresh(office.workspace, office.site),
    ):
        with pytest.raises(FeedError, match="not published yet"):
            act()


def test_an_unknown_person_publishes_nothing(office):
    with pytest.raises(FeedError, match="Nobody"):
        publishing.publish(office.workspace, "Choi", office.site)


def test_ctrl_c_leaves_the_old_state_and_the_next_run_finishes(office):
    office.change(hosts(1))
    office.publish()
    office.change(hosts(2))
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)

    def interrupted(step, *_):
        assert step is Step.COPY
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publishing.publish(office.workspace, KIM, office.site, progress=interrupted)
    assert verify(office.site).lists[0].version == 1
    # The store has it: whoever runs it next, publish or timer, finishes it.
    assert staging.staged(office.workspace) is None
    made = publishing.refresh(office.workspace, office.site)
    assert made.files > 0
    assert verify(office.site).lists[0].version == 2
    assert counts(office.content()[0]) == {"host": 2}


def test_a_timer_has_nothing_to_do_until_half_a_day_is_over(office):
    office.publish()
    assert publishing.refresh(office.workspace, office.site) is None
    office.pass_time(hours=13)
    made = publishing.refresh(office.workspace, office.site)
    assert (made.snapshot, made.timestamp, made.files) == (1, 2, 1)
    assert [one.action for one in audit.records(office.workspace)][-1] == "refresh"


def test_a_timer_does_not_publish_what_waits_for_signatures(office):
    office.publish()
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    office.pass_time(hours=13)
    made = publishing.refresh(office.workspace, office.site)
    assert made.lists == {}
    assert not list(office.site.rglob("*.seg"))
    assert len(staging.staged(office.workspace).roles) == 1
