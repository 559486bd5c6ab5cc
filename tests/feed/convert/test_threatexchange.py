from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.feed.convert import strategies as made
from tests.feed.convert.helpers import read, returned, wrote

from garim_feed.convert import threatexchange
from garim_feed.convert.rows import Written
from garim_feed.kinds import Effect, Kind
from garim_feed.publish.items import Frame, Item

MD5, SHA1, SHA256, PDQ = "ab" * 16, "ab" * 20, "ab" * 32, "cd" * 32
ALL = "signal_type,hash,quality,tight,wide,effect,status,expires,duration,note"
VPDQ = f'"[""{PDQ},90,0.0"", ""{SHA256},80,2.5""]"'
FRAMES = (Frame(PDQ, 90, 0), Frame(SHA256, 80, 2500))


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f"pdq,{PDQ},99", Item(Kind.IMAGE, PDQ, quality=99)),
        (f"pdq,{PDQ}", Item(Kind.IMAGE, PDQ, quality=50)),
        (f"HASH_PDQ,{PDQ.upper()}, 99 ", Item(Kind.IMAGE, PDQ, quality=99)),
        (f"pdq,{PDQ},99,10,20", Item(Kind.IMAGE, PDQ, quality=99, tight=10, wide=20)),
        (f"pdq,{PDQ},99,,8", Item(Kind.IMAGE, PDQ, quality=99, tight=8, wide=8)),
        (f"pdq,{PDQ},99,,,negative", Item(Kind.IMAGE, PDQ, Effect.NEGATIVE, 99)),
        (f"md5,{MD5}", Item(Kind.MD5, MD5)),
        (f"video_md5,{MD5}", Item(Kind.MD5, MD5)),
        (f"HASH_MD5,{MD5.upper()},,,,allow", Item(Kind.MD5, MD5, Effect.ALLOW)),
        (f"SHA-1,{SHA1}", Item(Kind.SHA1, SHA1)),
        (f"sha256,{SHA256},,,,block,MALICIOUS", Item(Kind.SHA256, SHA256)),
        (
            f"sha256,{SHA256},,,,,,2100-01-02,,a note",
            Item(Kind.SHA256, SHA256, expires=date(2100, 1, 2), note="a note"),
        ),
        (f"vpdq,{VPDQ}", Item(Kind.VIDEO, "", frames=FRAMES, duration=2500)),
        (
            f"video_vpdq,{VPDQ},,5,9,,,2100-01-02,3000,n",
            Item(Kind.VIDEO, "", Effect.BLOCK, 0, 5, 9, date(2100, 1, 2), FRAMES, 3000, (), "n"),
        ),
        (
            f"pdq,{PDQ},12",
            "The quality is 12; below 50 a picture is featureless and never matches.",
        ),
        (f"pdq,{PDQ},99,21,20", "tight is 21, not a number from 0 to 20."),
        (f"pdq,{PDQ},99,1,32", "wide is 32, not a number from 0 to 31."),
        (f"pdq,{PDQ},99,x", "tight is x, not a number from 0 to 31."),
        (f"pdq,{MD5}", f"{MD5} is not a pdq hash of 64 hex digits."),
        (f"pdq,{PDQ},99,,,allow", "A image cannot have the effect allow."),
        (f"md5,{MD5},,,,negative", "A md5 cannot have the effect negative."),
        (f"vpdq,{VPDQ},,,,allow", "A video cannot have the effect allow."),
        (f"md5,{MD5},,,,,NON_MALICIOUS", "The row is marked NON_MALICIOUS."),
        (f"md5,{MD5},,,,,,2001-01-01", "The entry expired on 2001-01-01."),
        ("md5", " is not a md5 hash of 32 hex digits."),
        (f"tmk,{MD5}", "tmk is not a type that can be listed."),
        ("url,http://a.example/", "url is not a type that can be listed."),
        (f",{MD5}", " is not a type that can be listed."),
        (f'md5,"{MD5}', "A quotation mark is out of place, or not closed on its line."),
        ("vpdq,[]", "No frame has a quality of 50 or more."),
        (
            f"vpdq,{VPDQ},,,,,,,99999999999",
            "duration is 99999999999, not a number from 0 to 4294967295.",
        ),
    ],
)
def test_a_row(line, wanted):
    items, bad = read(threatexchange, f"{ALL}\n\n{line}\n")
    if isinstance(wanted, str):
        assert (items, bad) == ([], [(3, wanted)])
    else:
        assert (items, bad) == ([wanted], [])


@pytest.mark.parametrize(
    ("text", "items"),
    [
        (f"Hash,ID,Type\n{MD5},7,md5", [Item(Kind.MD5, MD5)]),
        (f"indicator,indicator_type,tags\n{MD5},HASH_MD5,a b", [Item(Kind.MD5, MD5)]),
        (f"type,value,description\nmd5,{MD5},why", [Item(Kind.MD5, MD5, note="why")]),
        (f"\ufeffsignal_type,signal\r\nmd5,{MD5}\r\n", [Item(Kind.MD5, MD5)]),
        (f"pdq,{PDQ},90\nmd5,{MD5}", [Item(Kind.IMAGE, PDQ, quality=90), Item(Kind.MD5, MD5)]),
        (f"md5,{MD5}", [Item(Kind.MD5, MD5)]),
        ("", []),
        ("\n\n", []),
        (ALL, []),
    ],
)
def test_columns(text, items):
    assert read(threatexchange, text) == (items, [])


@pytest.mark.parametrize(
    "first", ["a,b", MD5, "hash,quality", "type,quality", '"type', "0.0.0.0 a"]
)
def test_without_columns_there_is_one_bad_row(first):
    items, bad = read(threatexchange, f"{first}\nmd5,{MD5}\nmd5,{MD5}\n")
    assert items == []
    assert [line for line, _ in bad] == [1]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (ALL, True),
        ("Type,Hash", True),
        (f"pdq,{PDQ}", True),
        ("a.example", False),
        ('"type', False),
    ],
)
def test_looks_like_columns(line, wanted):
    assert threatexchange.looks_like_columns(line) is wanted


def test_what_is_no_file_hash_is_left_out():
    items = [Item(Kind.HOST, "a.example"), Item(Kind.MD5, MD5), Item(Kind.TORRENT, "1:" + SHA1)]
    assert wrote(threatexchange, items) == (
        Written(1, 2),
        f"signal_type,hash,quality,tight,wide,effect,expires,duration,note\n"
        f"md5,{MD5},,,,block,,,\n".encode(),
    )


things = (
    made.files(expires=made.days, note=made.notes)
    | made.images(expires=made.days, note=made.notes)
    | made.videos()
)


@given(st.lists(things, max_size=5))
def test_what_is_written_comes_back(items):
    assert returned(threatexchange, items) == (items, [])


@given(st.binary(max_size=80) | st.text('pdq,md5"[]0a\n', max_size=80).map(str.encode))
def test_whatever_comes_is_a_row(data):
    read(threatexchange, data)
    read(threatexchange, ALL.encode() + b"\n" + data)
