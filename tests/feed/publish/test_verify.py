"""What an agent sees."""

import threading

import pytest
from tests.feed.publish.office import KIM, Office, host, hosts, one_of_each

from garim_feed.errors import FeedError
from garim_feed.publish import revoking
from garim_feed.publish.serve import server
from garim_feed.publish.status import status
from garim_feed.publish.verify import verify


def test_a_whole_feed_is_seen(office):
    office.change(one_of_each())
    office.publish()
    revoking.revoke_now(
        office.workspace, KIM, "sites", [office.entry(one_of_each()[0])],
        reason="r", signer=office.signers[KIM], folder=office.site,
    )  # fmt: skip
    told = []
    seen = verify(office.site, progress=lambda *facts: told.append(facts))
    assert (seen.feed, seen.root, seen.timestamp) == ("List", 1, 2)
    assert seen.fingerprint == status(office.workspace).root_fingerprint
    (one,) = seen.lists
    assert (one.name, one.authority, one.version, one.segments, one.revoked) == (
        "sites", "kcsc", 1, 1, 1
    )  # fmt: skip
    assert sum(one.entries.values()) == len(one_of_each())
    assert one.size == next(office.site.rglob("*.seg")).stat().st_size
    assert told


def test_a_server_is_verified_like_a_folder(office):
    office.change(hosts(1))
    office.publish()
    with server(office.site) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{serving.server_address[1]}"
        assert verify(url).lists == verify(office.site).lists
        serving.shutdown()


def test_trust_starts_from_a_given_root(office, tmp_path):
    office.publish()
    root = (office.site / "metadata" / "1.root.json").read_bytes()
    assert verify(office.site, root).root == 1
    other = Office(tmp_path / "other")
    other.publish()
    with pytest.raises(FeedError):
        verify(other.site, root)
    other.workspace.close()


def damage(path, how):
    data = bytearray(path.read_bytes())
    how(data)
    path.write_bytes(data)


def flip(data):
    data[len(data) // 2] ^= 1


def cut(data):
    del data[len(data) // 2 :]


@pytest.mark.parametrize("how", [flip, cut])
@pytest.mark.parametrize(
    "what",
    [
        "*.seg",
        "*.catalogue.json",
        "*.revoked.json",
        "*.feed.json",
        "1.kcsc.json",
        "1.kcsc-revoke.json",
        "1.targets.json",
        "1.snapshot.json",
        "timestamp.json",
    ],
)
def test_what_an_agent_would_refuse_is_said(office, what, how):
    office.change(hosts(1, 2, 3))
    office.publish()
    root = (office.site / "metadata" / "1.root.json").read_bytes()
    damage(next(office.site.rglob(what)), how)
    with pytest.raises(FeedError):
        verify(office.site, root)


def test_a_list_that_an_agents_guards_refuse_is_said(office):
    office.change([host("naver.com")])
    office.publish()
    with pytest.raises(FeedError, match="naver"):
        verify(office.site)


def test_nothing_there_is_said(tmp_path):
    with pytest.raises(FeedError):
        verify(tmp_path)


def test_a_feed_that_ran_out_is_said(office):
    office.pass_time(days=-3)
    office.publish()
    with pytest.raises(FeedError):
        verify(office.site)
