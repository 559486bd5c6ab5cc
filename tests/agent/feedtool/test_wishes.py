from datetime import date

import pytest

from garim_agent.errors import UsageError
from garim_agent.feedtool.wishes import wishes
from garim_feed.kinds import Effect, Kind


@pytest.mark.parametrize(
    ("options", "field", "value"),
    [
        ({}, "effect", Effect.BLOCK),
        ({"allow": True}, "effect", Effect.ALLOW),
        ({"negative": True}, "effect", Effect.NEGATIVE),
        ({}, "kind", None),
        ({"kind": "torrent"}, "kind", Kind.TORRENT),
        ({}, "parameters", None),
        ({"params": ""}, "parameters", ()),
        ({"params": "no, id,id"}, "parameters", ("id", "no")),
        ({}, "digests", (Kind.SHA256,)),
        ({"md5": True}, "digests", (Kind.SHA256, Kind.MD5)),
        ({"md5": True, "sha1": True}, "digests", (Kind.SHA256, Kind.SHA1, Kind.MD5)),
        ({}, "expires", None),
        ({"expires": "2027-06-30"}, "expires", date(2027, 6, 30)),
        ({"recursive": True}, "recursive", True),
    ],
)
def test_options_become_wishes(options, field, value):
    assert getattr(wishes(**options), field) == value


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"allow": True, "negative": True}, "exclude each other"),
        ({"expires": "30.6.2027"}, "write a date like 2027-06-30"),
        ({"kind": "sound"}, "--kind is sound"),
    ],
)
def test_what_contradicts_itself_is_said(options, sentence):
    with pytest.raises(UsageError, match=sentence):
        wishes(**options)
