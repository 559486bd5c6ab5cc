"""What items name."""

import contextlib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.publish.office import audio, host, image, one_of_each, video

from garim_feed.errors import FeedError
from garim_feed.keys import audio_key, key64, scope32, video_key
from garim_feed.kinds import Kind
from garim_feed.publish.items import Item
from garim_feed.publish.naming import named

SALT = bytes(range(16))


def test_keys_are_those_that_readers_make():
    assert named(host("a.test"), SALT).key == key64(Kind.HOST, b"a.test", SALT)
    address = named(Item(Kind.ADDRESS, "a.test/x?y=1"), SALT)
    assert address.key == key64(Kind.ADDRESS, b"a.test/x?y=1", SALT)
    assert address.scope == scope32("a.test", SALT)
    digest = named(Item(Kind.SHA256, "ab" * 32), SALT)
    assert digest.key == key64(Kind.SHA256, b"\xab" * 32, SALT)
    torrent = named(Item(Kind.TORRENT, "2:" + "ab" * 32), SALT)
    assert torrent.key == key64(Kind.TORRENT, b"2" + b"\xab" * 32, SALT)
    pdq = bytes.fromhex(image(5).subject)
    assert named(image(5), SALT) == (key64(Kind.IMAGE, pdq, SALT), pdq, 0, None)
    frames = [bytes.fromhex(frame.pdq) for frame in video(5).frames]
    assert named(video(5), SALT).key == video_key(frames, SALT)
    assert named(audio(5), SALT).key == audio_key(audio(5).points, SALT)


@pytest.mark.parametrize("item", one_of_each(), ids=lambda item: item.kind)
def test_another_salt_gives_another_key(item):
    assert named(item, SALT).key != named(item, SALT[::-1]).key


FRAME = video(1).frames[0]
WRONG = [
    host(""),
    host("UPPER.test"),
    host("a.test."),
    host("a.test/x"),
    host("한국.test"),
    host("a b.test"),
    Item(Kind.ADDRESS, "a.test"),
    Item(Kind.ADDRESS, "http://a.test/"),
    Item(Kind.ADDRESS, "a.test/%41"),
    Item(Kind.ADDRESS, "a.test/x/../y"),
    Item(Kind.ADDRESS, ""),
    Item(Kind.SHA256, "ab" * 31),
    Item(Kind.SHA256, "AB" * 32),
    Item(Kind.SHA256, "zz" * 32),
    Item(Kind.SHA1, "ab" * 32),
    Item(Kind.MD5, ""),
    Item(Kind.TORRENT, "ab" * 20),
    Item(Kind.TORRENT, "1:" + "ab" * 32),
    Item(Kind.TORRENT, "2:" + "ab" * 20),
    Item(Kind.TORRENT, "3:" + "ab" * 20),
    Item(Kind.IMAGE, "ab" * 31, quality=90),
    Item(Kind.IMAGE, "", quality=90),
    Item(Kind.VIDEO, ""),
    replace(video(1), subject="x"),
    replace(video(1), frames=(replace(FRAME, pdq="ab"),)),
    replace(video(1), frames=(replace(FRAME, quality=101),)),
    replace(video(1), frames=(replace(FRAME, time=-1),)),
    replace(video(1), frames=(replace(FRAME, time=9), replace(FRAME, time=8))),
    replace(video(1), duration=1 << 32),
    replace(video(1), frames=(FRAME,) * 65_537),
    Item(Kind.AUDIO, ""),
    Item(Kind.AUDIO, "", points=(1 << 32,)),
    Item(Kind.AUDIO, "", points=(-1,)),
    Item(Kind.AUDIO, "x", points=(1,)),
    replace(audio(1), duration=-1),
]


@pytest.mark.parametrize("item", WRONG, ids=lambda item: f"{item.kind}-{item.subject[:20]}")
def test_what_is_not_in_the_one_spelling_is_refused(item):
    with pytest.raises(FeedError, match="is not a valid"):
        named(item, SALT)


@given(st.sampled_from(Kind), st.text(max_size=80))
def test_any_text_is_named_or_refused(kind, text):
    with contextlib.suppress(FeedError):
        assert 0 <= named(Item(kind, text), SALT).key < 1 << 64


@given(st.text(max_size=300))
def test_what_is_quoted_can_be_shown(text):
    with pytest.raises(FeedError) as refused:
        named(Item(Kind.MD5, text + "!"), SALT)
    assert str(refused.value).isascii()
    assert len(str(refused.value)) < 250
