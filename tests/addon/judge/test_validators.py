import pytest

from garim_addon.exchange import Request, Response
from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.inspections import HARMLESS
from garim_addon.judge.validators import Validators
from garim_addon.verdict import Inspection

KEY = b"k" * 32
BODY = b"\1" * 32
OTHER = b"\2" * 32


def request(path="/a.png", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request("GET", "https", "x.example", 443, path, fields)


def response(**headers):
    return Response(200, {name.replace("_", "-"): value for name, value in headers.items()})


@pytest.fixture
def cache(tmp_path):
    cache = VerdictCache(tmp_path / "verdicts.sqlite", epoch="e1")
    for key in (BODY, OTHER, HARMLESS):
        cache.put(key, Inspection())
    yield cache
    cache.close()


@pytest.fixture
def validators(cache):
    known = Validators(cache, KEY)
    known.remember(request(), response(etag='"a"', last_modified="Mon"), BODY)
    return known


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, None),
        ({"if_none_match": '"a"'}, BODY),
        ({"if_none_match": 'W/"a"'}, None),
        ({"if_none_match": '"a", "b"'}, None),
        ({"if_none_match": "*"}, None),
        ({"if_none_match": '"b"'}, None),
        ({"if_modified_since": "Mon"}, BODY),
        ({"if_modified_since": "Tue"}, None),
        ({"if_none_match": '"b"', "if_modified_since": "Mon"}, None),
        ({"if_none_match": '"a"', "if_modified_since": "Tue"}, BODY),
        ({"if_match": '"a"', "range": "bytes=0-"}, None),
    ],
)
def test_only_the_very_validator_is_known_and_the_tag_comes_first(validators, asked, found):
    assert validators.body_of(request(**asked)) == found


@pytest.mark.parametrize("path", ["/b.png", "/a.png?x", "/"])
def test_another_address_is_another_resource(validators, path):
    assert validators.body_of(request(path, if_none_match='"a"')) is None


def test_a_newer_body_under_the_same_validator_takes_its_place(validators):
    validators.remember(request(), response(etag='"a"'), OTHER)
    assert validators.body_of(request(if_none_match='"a"')) == OTHER
    assert validators.body_of(request(if_modified_since="Mon")) == BODY


def test_what_was_no_picture_is_known_as_harmless(validators):
    validators.remember_harmless(request("/page"), response(etag='"p"'))
    assert validators.body_of(request("/page", if_none_match='"p"')) == HARMLESS


def test_a_response_without_validators_is_not_remembered(validators):
    validators.remember(request("/c"), response(), BODY)
    assert validators.body_of(request("/c", if_none_match="")) is None


def test_without_a_finding_of_the_epoch_nothing_is_known(validators, cache):
    cache.epoch = "e2"
    assert validators.body_of(request(if_none_match='"a"')) is None


def test_another_installations_key_knows_nothing(validators, cache):
    assert Validators(cache, b"z" * 32).body_of(request(if_none_match='"a"')) is None


def test_no_address_is_written_down(validators, cache, tmp_path):
    assert cache.flush()
    content = b"".join(p.read_bytes() for p in tmp_path.iterdir() if p.is_file())
    assert content
    assert b"x.example" not in content
    assert b"a.png" not in content
