import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.addresses.canonical import Address, canonical
from garim_feed.addresses.expressions import (
    MAX_HOSTS,
    MAX_PARAMETER_SETS,
    MAX_PATHS,
    host_expressions,
    path_expressions,
    subject,
)


def expressions(url):
    address = canonical(url)
    return {
        host + path for host in host_expressions(address.host) for path in path_expressions(address)
    }


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        # The examples of the specification.
        (
            "http://a.b.com/1/2.html?param=1",
            {
                "a.b.com/1/2.html?param=1",
                "a.b.com/1/2.html",
                "a.b.com/",
                "a.b.com/1/",
                "b.com/1/2.html?param=1",
                "b.com/1/2.html",
                "b.com/",
                "b.com/1/",
            },
        ),
        (
            "http://a.b.c.d.e.f.com/1.html",
            {
                "a.b.c.d.e.f.com/1.html",
                "a.b.c.d.e.f.com/",
                "c.d.e.f.com/1.html",
                "c.d.e.f.com/",
                "d.e.f.com/1.html",
                "d.e.f.com/",
                "e.f.com/1.html",
                "e.f.com/",
                "f.com/1.html",
                "f.com/",
                # More than the specification, which tries five hosts where we try ten.
                "b.c.d.e.f.com/1.html",
                "b.c.d.e.f.com/",
            },
        ),
        ("http://1.2.3.4/1/", {"1.2.3.4/1/", "1.2.3.4/"}),
        ("http://example.co.uk/1", {"example.co.uk/1", "example.co.uk/", "co.uk/1", "co.uk/"}),
    ],
)
def test_safe_browsing_examples(url, wanted):
    # `co.uk` is tried, unlike in the specification's fifth version, which knows public suffixes:
    # here no list that holds one takes force (the canary guard).
    assert expressions(url) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("", ()),
        ("localhost", ("localhost",)),
        ("b.c", ("b.c",)),
        ("a.b.c", ("a.b.c", "b.c")),
        ("192.0.2.7", ("192.0.2.7",)),
        ("1.2.3.999", ("1.2.3.999",)),
        ("[2001:db8::1]", ("[2001:db8::1]",)),
        ("[::ffff:1.2.3.4]", ("[::ffff:1.2.3.4]",)),
    ],
)
def test_hosts(host, wanted):
    assert host_expressions(host) == wanted


def test_hosts_of_many_labels():
    labels = [f"l{number}" for number in range(60)]
    found = host_expressions(".".join(labels))
    assert len(found) == MAX_HOSTS
    assert found[0] == ".".join(labels)
    assert found[1] == ".".join(labels[-10:])
    assert found[-1] == ".".join(labels[-2:])
    eleven = host_expressions(".".join(labels[:11]))
    assert [one.count(".") + 1 for one in eleven] == [11, 10, 9, 8, 7, 6, 5, 4, 3, 2]


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", ("/",)),
        ("/a", ("/a", "/")),
        ("/a/", ("/a/", "/")),
        ("/a/b", ("/a/b", "/a/", "/")),
        ("/a/b/", ("/a/b/", "/a/", "/")),
        ("/a/b/c/d", ("/a/b/c/d", "/a/b/c/", "/a/b/", "/a/", "/")),
        ("/a/b/c/d/e/f", ("/a/b/c/d/e/f", "/a/b/c/", "/a/b/", "/a/", "/")),
        ("/a/b/c/d/", ("/a/b/c/d/", "/a/b/c/", "/a/b/", "/a/", "/")),
    ],
)
def test_paths(path, wanted):
    assert path_expressions(Address("h", path)) == wanted


@pytest.mark.parametrize(
    ("query", "parameters", "wanted"),
    [
        (None, (("id",),), ["/v"]),
        ("", (("id",),), ["/v?", "/v"]),
        ("id=5", (("id",),), ["/v?id=5", "/v"]),
        ("x=1&id=5", (("id",),), ["/v?x=1&id=5", "/v?id=5", "/v"]),
        ("x=1&id=5", (), ["/v?x=1&id=5", "/v"]),
        ("x=1&id=5", (("no",),), ["/v?x=1&id=5", "/v"]),
        ("x=1&id=5", (("id", "no"),), ["/v?x=1&id=5", "/v"]),
        (
            "x=1&no=7&board=b",
            (("no",), ("no", "board")),
            ["/v?x=1&no=7&board=b", "/v?board=b&no=7", "/v?no=7", "/v"],
        ),
        ("x&id", (("id",),), ["/v?x&id", "/v?id=", "/v"]),
        ("x=1&id=a=b", (("id",),), ["/v?x=1&id=a=b", "/v?id=a=b", "/v"]),
        # Servers differ in which of a repeated parameter's values they take.
        ("id=1&id=2&id=3", (("id",),), ["/v?id=1&id=2&id=3", "/v?id=1", "/v?id=3", "/v"]),
        ("id=5", ((),), ["/v?id=5", "/v"]),
    ],
)
def test_queries(query, parameters, wanted):
    assert list(path_expressions(Address("h", "/v", query), parameters)) == [*wanted, "/"]


@pytest.mark.parametrize(
    ("url", "parameters", "wanted"),
    [
        ("http://A.example/v?x=1&id=5#f", None, "a.example/v?x=1&id=5"),
        ("http://A.example/v?x=1&id=5", (), "a.example/v"),
        ("http://A.example/v?x=1&id=5", ("id",), "a.example/v?id=5"),
        ("http://A.example/v?no=1&board=%62", ("no", "board"), "a.example/v?board=b&no=1"),
        ("http://A.example/v?x=1", ("id",), ""),
        ("http://A.example/v", ("id",), ""),
        ("http://A.example", None, "a.example/"),
        ("http://A.example:80/%B0%A1", None, "a.example/%EA%B0%80"),
        ("data:,", None, ""),
    ],
)
def test_subject(url, parameters, wanted):
    assert subject(url, parameters) == wanted


@given(
    st.text("abc/.?&=%41", max_size=80),
    st.lists(st.lists(st.sampled_from("abc"), max_size=3).map(tuple), max_size=3).map(tuple),
)
def test_what_is_listed_is_found(text, parameters):
    address = canonical("http://h.example/" + text)
    found = path_expressions(address, parameters)
    assert len(set(found)) == len(found) <= MAX_PATHS
    for names in (None, (), *parameters):
        listed = subject(address.text, names)
        assert not listed or listed.removeprefix(address.host) in found


def test_counts_are_bounded():
    query = "&".join(f"p{number}=1&p{number}=2" for number in range(200))
    parameters = tuple((f"p{number}",) for number in range(200))
    found = path_expressions(Address("h", "/a/b/c/d/e", query), parameters)
    assert len(found) == MAX_PATHS == 2 + 2 * MAX_PARAMETER_SETS + 4
