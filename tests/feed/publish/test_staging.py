"""The stage: what is built, what waits, what is undone."""

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import publishing, staging
from garim_feed.publish.lists import list_info
from garim_feed.publish.progress import Step
from garim_feed.wire.content import counts


def test_a_stage_says_what_is_new(office):
    office.change(hosts(1, 2))
    made = staging.stage(office.workspace, KIM)
    assert (made.segments, made.complete) == (1, False)
    assert made.size > 0
    assert staging.staged(office.workspace) == made
    office.sign(KIM, PARK)
    assert staging.staged(office.workspace).complete
    publishing.publish(office.workspace, KIM, office.site)
    assert staging.staged(office.workspace) is None


def test_staging_again_loses_signatures(office):
    staging.stage(office.workspace, KIM)
    office.sign(KIM, LEE)
    office.change(hosts(1))
    made = staging.stage(office.workspace, KIM)
    assert not any(role.signed for role in made.roles)
    assert made.segments == 1


def test_what_is_approved_after_staging_waits(office):
    office.change(hosts(1, 2))
    staging.stage(office.workspace, KIM)
    office.change(hosts(3), remove=hosts(1))
    office.sign(KIM, LEE)
    publishing.publish(office.workspace, KIM, office.site)
    assert counts(office.content()[0]) == {"host": 2}
    office.publish()
    assert counts(office.content()[0]) == {"host": 2}
    assert list_info(office.workspace, "sites").version == 2
    _, other = list_info(office.workspace, "sites").published.segments
    assert (other.entries, other.removals) == (1, 1)


def test_what_is_unstaged_is_staged_again(office):
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    office.change(hosts(2))
    staging.unstage(office.workspace, LEE)
    assert staging.staged(office.workspace) is None
    with pytest.raises(FeedError, match="Nothing is staged"):
        staging.unstage(office.workspace, LEE)
    office.publish()
    assert counts(office.content()[0]) == {"host": 2}


def test_ctrl_c_in_a_build_leaves_what_was(office):
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    office.sign(KIM)
    before = staging.staged(office.workspace)
    office.change(hosts(2))

    def interrupted(step, *_):
        if step is Step.VERIFY:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        staging.stage(office.workspace, KIM, progress=interrupted)
    assert staging.staged(office.workspace) == before
    office.sign(LEE)
    publishing.publish(office.workspace, KIM, office.site)
    assert counts(office.content()[0]) == {"host": 1}


def test_only_people_of_the_feed_stage(office):
    for act in (staging.stage, staging.unstage):
        with pytest.raises(FeedError, match="Nobody"):
            act(office.workspace, "Choi")
