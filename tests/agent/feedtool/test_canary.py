"""What agents would refuse a list for is refused before it is drafted."""

import pytest

from garim_agent.errors import UsageError
from garim_agent.feedtool.canary import checked
from garim_feed.kinds import Effect, Kind
from garim_feed.lookup.canaries import canary_hosts, canary_pictures
from garim_feed.publish.items import Item

HOST = canary_hosts()[0]
PICTURE = canary_pictures()[0][1]
FAR = bytes(byte ^ 255 for byte in PICTURE)


def flipped(bits):
    return (int.from_bytes(PICTURE) ^ ((1 << bits) - 1)).to_bytes(32).hex()


@pytest.mark.parametrize(
    "item",
    [
        Item(Kind.HOST, HOST),
        Item(Kind.HOST, f"www.{HOST}"),
        Item(Kind.ADDRESS, f"{HOST}/"),
        Item(Kind.IMAGE, PICTURE.hex(), quality=90),
        Item(Kind.IMAGE, flipped(31), quality=90),
    ],
)
def test_what_no_list_may_block(item):
    with pytest.raises(UsageError, match="agents would refuse the list"):
        list(checked([item]))


@pytest.mark.parametrize(
    "item",
    [
        Item(Kind.HOST, f"blog.{HOST}"),
        Item(Kind.HOST, "evil.example"),
        Item(Kind.ADDRESS, f"{HOST}/item"),
        Item(Kind.ADDRESS, f"{HOST}/item/"),
        Item(Kind.HOST, HOST, Effect.ALLOW),
        Item(Kind.IMAGE, PICTURE.hex(), Effect.NEGATIVE, quality=90),
        Item(Kind.IMAGE, flipped(32), quality=90),
        Item(Kind.IMAGE, flipped(9), quality=90, tight=4, wide=8),
        Item(Kind.IMAGE, FAR.hex(), quality=90),
        Item(Kind.SHA256, PICTURE.hex()),
    ],
)
def test_what_a_list_may_say(item):
    assert list(checked([item])) == [item]


def test_a_well_known_host_is_refused_when_it_is_typed_and_when_it_is_imported(house, tmp_path):
    said = house.refused("add", "host:evil.example", f"host:{HOST}")
    assert said == f"{HOST} would block {HOST}, which no list may: agents would refuse the list."
    file = tmp_path / "bad.hosts"
    file.write_text(f"0.0.0.0 evil.example\n0.0.0.0 {HOST}\n")
    assert HOST in house.refused("import", file)
    assert house.run("draft") == ""
