import json

import pytest

from garim_feed.errors import FeedError
from garim_feed.wire.description import (
    Authority,
    FeedDescription,
    read_description,
    write_description,
)
from garim_feed.wire.fields import Title

ONE = Authority(slug="kcsc", name="기관", uri="https://a.test/", appeal="mailto:appeal@a.test")
GOOD = FeedDescription(
    format=1, name="national", title=Title(ko="국가", en="National"), authorities=(ONE,)
)


def test_there_and_back():
    assert read_description(write_description(GOOD)) == GOOD
    bare = GOOD.model_copy(update={"authorities": ()})
    assert read_description(write_description(bare)) == bare


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("slug", "root"), ("slug", "a-revoke"), ("name", ""), ("name", "a\nb"), ("name", "x" * 201),
        ("uri", "http://a.test"), ("uri", "mailto:a@b.test"), ("uri", "https://a.test/>"),
        ("appeal", "tel:1"), ("appeal", "javascript:x"), ("more", ""), ("uri", None),
    ],
)  # fmt: skip
def test_wrong_authorities(field, value):
    plain = json.loads(write_description(GOOD))
    plain["authorities"][0][field] = value
    with pytest.raises(FeedError, match=r"feed\.json"):
        read_description(json.dumps(plain).encode())


def test_no_authority_is_there_twice_and_not_too_many():
    plain = json.loads(write_description(GOOD))
    one = plain["authorities"][0]
    plain["authorities"] = [one, one]
    with pytest.raises(FeedError, match="twice"):
        read_description(json.dumps(plain).encode())
    plain["authorities"] = [{**one, "slug": f"a{number}"} for number in range(257)]
    with pytest.raises(FeedError, match="authorities"):
        read_description(json.dumps(plain).encode())


def test_other_formats_and_lengths():
    with pytest.raises(FeedError):
        read_description(write_description(GOOD).replace(b'"format":1', b'"format":2'))
    with pytest.raises(FeedError, match="too long"):
        read_description(write_description(GOOD) + b" " * (1 << 20))
