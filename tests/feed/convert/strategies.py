"""Items that formats can hold, made by hypothesis."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from garim_feed.kinds import DIGESTS, Effect, Kind
from garim_feed.publish.items import Frame, Item

EXACT = st.sampled_from([Effect.BLOCK, Effect.ALLOW])
names = st.from_regex(r"([a-z0-9]([a-z0-9-]{0,5}[a-z0-9])?\.){1,3}[a-z]{2,6}", fullmatch=True)
ipv4 = st.ip_addresses(v=4).map(str)
digests = {
    kind: st.binary(min_size=size, max_size=size).map(bytes.hex) for kind, size in DIGESTS.items()
}
pdqs = st.binary(min_size=32, max_size=32).map(bytes.hex)
qualities = st.integers(50, 100)
days = st.none() | st.dates(datetime.now(UTC).date() + timedelta(days=2), date(2149, 6, 6))
notes = st.text(st.characters(categories=["L", "N", "P", "Zs"], codec="utf-8"), max_size=20).map(
    str.strip
)

hosts = st.builds(Item, st.just(Kind.HOST), names, EXACT)
numeric_hosts = st.builds(Item, st.just(Kind.HOST), ipv4 | st.just("[2001:db8::1]"), EXACT)
addresses = st.builds(
    Item,
    st.just(Kind.ADDRESS),
    st.builds(
        str.__add__, names | ipv4, st.sampled_from(["/", "/a/b", "/%EA%B0%80?b=c'd\\", "/?x"])
    ),
    EXACT,
)
torrents = st.builds(
    Item,
    st.just(Kind.TORRENT),
    digests[Kind.SHA1].map("1:".__add__) | digests[Kind.SHA256].map("2:".__add__),
    EXACT,
)


def files(**more):
    return st.one_of(
        *(st.builds(Item, st.just(kind), digests[kind], EXACT, **more) for kind in DIGESTS)
    )


@st.composite
def images(draw, bounds=True, **more):
    wide = draw(st.integers(0, 31)) if bounds else 31
    tight = draw(st.integers(0, wide)) if bounds else 16
    fields = {name: draw(one) for name, one in more.items()}
    effect = draw(st.sampled_from([Effect.BLOCK, Effect.NEGATIVE]))
    return Item(Kind.IMAGE, draw(pdqs), effect, draw(qualities), tight, wide, **fields)


@st.composite
def videos(draw):
    times = sorted(draw(st.lists(st.integers(0, 10_000_000), min_size=1, max_size=5)))
    frames = tuple(Frame(draw(pdqs), draw(qualities), time) for time in times)
    duration = draw(st.integers(0, 20_000_000))
    return Item(
        Kind.VIDEO, "", frames=frames, duration=duration, expires=draw(days), note=draw(notes)
    )
