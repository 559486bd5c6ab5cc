import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.addresses.canonical import MAX_URL, Address, canonical, canonical_host


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        # The vectors that Safe Browsing publishes in "URLs and Hashing". Its forms name
        # the scheme; ours do not, so the test compares what follows.
        ("http://host/%25%32%35", "http://host/%25"),
        ("http://host/%25%32%35%25%32%35", "http://host/%25%25"),
        ("http://host/%2525252525252525", "http://host/%25"),
        ("http://host/asdf%25%32%35asd", "http://host/asdf%25asd"),
        ("http://host/%%%25%32%35asd%%", "http://host/%25%25%25asd%25%25"),
        ("http://www.google.com/", "http://www.google.com/"),
        (
            (
                "http://%31%36%38%2e%31%38%38%2e%39%39%2e%32%36/%2E%73%65%63%75%72%65/"
                "%77%77%77%2E%65%62%61%79%2E%63%6F%6D/"
            ),
            "http://168.188.99.26/.secure/www.ebay.com/",
        ),
        (
            (
                "http://195.127.0.11/uploads/%20%20%20%20/.verify/"
                ".eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/"
            ),
            (
                "http://195.127.0.11/uploads/%20%20%20%20/.verify/"
                ".eBaysecure=updateuserdataxplimnbqmn-xplmvalidateinfoswqpcmlx=hgplmcx/"
            ),
        ),
        (
            (
                "http://host%23.com/%257Ea%2521b%2540c%2523d%2524e%25f%255E00%252611%252A"
                "22%252833%252944_55%252B"
            ),
            "http://host%23.com/~a!b@c%23d$e%25f^00&11*22(33)44_55+",
        ),
        ("http://3279880203/blah", "http://195.127.0.11/blah"),
        ("http://www.google.com/blah/..", "http://www.google.com/"),
        ("www.google.com/", "http://www.google.com/"),
        ("www.google.com", "http://www.google.com/"),
        ("http://www.evil.com/blah#frag", "http://www.evil.com/blah"),
        ("http://www.GOOgle.com/", "http://www.google.com/"),
        ("http://www.google.com.../", "http://www.google.com/"),
        ("http://www.google.com/foo\tbar\rbaz\n2", "http://www.google.com/foobarbaz2"),
        ("http://www.google.com/q?", "http://www.google.com/q?"),
        ("http://www.google.com/q?r?", "http://www.google.com/q?r?"),
        ("http://www.google.com/q?r?s", "http://www.google.com/q?r?s"),
        ("http://evil.com/foo#bar#baz", "http://evil.com/foo"),
        ("http://evil.com/foo;", "http://evil.com/foo;"),
        ("http://evil.com/foo?bar;", "http://evil.com/foo?bar;"),
        ("http://\x01\udc80.com/", "http://%01%80.com/"),
        ("http://notrailingslash.com", "http://notrailingslash.com/"),
        ("http://www.gotaport.com:1234/", "http://www.gotaport.com/"),
        ("  http://www.google.com/  ", "http://www.google.com/"),
        ("http:// leadingspace.com/", "http://%20leadingspace.com/"),
        ("http://%20leadingspace.com/", "http://%20leadingspace.com/"),
        ("%20leadingspace.com/", "http://%20leadingspace.com/"),
        ("https://www.securesite.com/", "https://www.securesite.com/"),
        ("http://host.com/ab%23cd", "http://host.com/ab%23cd"),
        ("http://host.com//twoslashes?more//slashes", "http://host.com/twoslashes?more//slashes"),
    ],
)
def test_safe_browsing_vectors(url, wanted):
    address = canonical(url)
    assert address is not None
    assert address.text == wanted.partition("://")[2]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        # Schemes, users, ports.
        ("HTTPS://Example.com/A", "example.com/A"),
        ("ws://example.com/s", "example.com/s"),
        ("//example.com/a", "example.com/a"),
        ("http:example.com/a", "example.com/a"),
        ("http:///example.com/a", "example.com/a"),
        ("http:\\\\example.com\\a\\b", "example.com/a/b"),
        ("http://user@example.com/", "example.com/"),
        ("http://user:pass@example.com:8080/", "example.com/"),
        ("http://good.example@evil.example/", "evil.example/"),
        ("http://a@b@evil.example/", "evil.example/"),
        ("http://evil.example\\@good.example/", "evil.example/@good.example/"),
        ("http://evil.example?@good.example/", "evil.example/?@good.example/"),
        ("http://evil.example#@good.example/", "evil.example/"),
        ("example.com:8443/a", "example.com/a"),
        ("example.com:/a", None),
        ("http://example.com:/a", "example.com/a"),
        ("http://example.com:999999/", None),
        ("http://example.com:8x/", None),
        ("http://example.com:١/", None),
        ("http://[2001:DB8::1]:8080/a", "[2001:db8::1]/a"),
        ("http://[::ffff:192.0.2.7]/a", "192.0.2.7/a"),
        ("http://[fe80::1%25eth0]/", "[fe80::1]/"),
        ("http://[::1]x/", None),
        ("http://2001:db8::1/", None),
        ("http://0x7f.1:80/", "127.0.0.1/"),
        ("http://example.com./a", "example.com/a"),
        # No addresses.
        ("", None),
        ("   ", None),
        ("/path", None),
        ("?query", None),
        ("#frag", None),
        ("http://", None),
        ("http:///", None),
        ("http://:80/", None),
        ("http://user@/", None),
        ("http://a%2Fb/", None),
        ("data:text/html,hello", None),
        ("javascript:alert(1)", None),
        ("javascript:", None),
        ("mailto:someone@example.com", None),
        ("about:blank", None),
        ("file:///etc/hosts", None),
        ("blob:https://example.com/1", None),
        # Paths.
        ("http://a.example/b/../c", "a.example/c"),
        ("http://a.example/../../c", "a.example/c"),
        ("http://a.example/b/./c/.", "a.example/b/c/"),
        ("http://a.example/b/..", "a.example/"),
        ("http://a.example/b/c/..", "a.example/b/"),
        ("http://a.example/b/%2e%2E/c", "a.example/c"),
        ("http://a.example/b%2Fc", "a.example/b/c"),
        ("http://a.example/b/..c/.d", "a.example/b/..c/.d"),
        ("http://a.example/b//c///", "a.example/b/c/"),
        ("http://a.example/b\\c", "a.example/b/c"),
        ("http://a.example/b%5Cc", "a.example/b%5Cc"),
        ("http://a.example/b%3Fc?d", "a.example/b%3Fc?d"),
        ("http://a.example/%3f", "a.example/%3F"),
        ("http://a.example/b%09c", "a.example/b%09c"),
        ("http://a.example/b%0Ac%00", "a.example/b%0Ac%00"),
        ("ht\ntp://a.exa\tmple/b", "a.example/b"),
        ("http://a.example/%7Euser/%61", "a.example/~user/a"),
        ("http://a.example/A/b", "a.example/A/b"),
        # Queries.
        ("http://a.example?b=c", "a.example/?b=c"),
        ("http://a.example/?b=%61&c=%2526", "a.example/?b=a&c=%26"),
        ("http://a.example/?b=1%26c=2", "a.example/?b=1%26c=2"),
        ("http://a.example/?b=/../c", "a.example/?b=/../c"),
        ("http://a.example/?b=a+b%2Bc", "a.example/?b=a+b+c"),
        ("http://a.example/?b=\\", "a.example/?b=\\"),
        ("http://a.example/?&&", "a.example/?&&"),
    ],
)
def test_what_else_browsers_take(url, wanted):
    address = canonical(url)
    assert (address and address.text) == wanted


UTF8 = "a.example/%EA%B0%80%EB%A6%BC"


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("http://a.example/가림", UTF8),
        ("http://a.example/%EA%B0%80%EB%A6%BC", UTF8),
        ("http://a.example/%ea%b0%80%eb%a6%bc", UTF8),
        ("http://a.example/%25EA%25B0%2580%25EB%25A6%25BC", UTF8),
        ("http://a.example/%B0%A1%B8%B2", UTF8),
        ("http://a.example/\udcb0\udca1\udcb8\udcb2", UTF8),
        # A second byte that is an ASCII letter: left bare by some, escaped by others.
        ("http://a.example/%8Cc", "a.example/%EB%98%A0"),
        ("http://a.example/%8C%63", "a.example/%EB%98%A0"),
        # One page, two encodings: each part by itself.
        ("http://a.example/가림?q=%B0%A1&r=%EB%A6%BC", UTF8 + "?q=%EA%B0%80&r=%EB%A6%BC"),
        ("http://a.example/%B0%A1/%EB%A6%BC", "a.example/%EA%B0%80/%EB%A6%BC"),
        ("http://가림.한국/%B0%A1", "xn--o39am4x.xn--3e0b707e/%EA%B0%80"),
        # Neither: the bytes stay.
        ("http://a.example/%FF%FE?%80", "a.example/%FF%FE?%80"),
    ],
)
def test_korean(url, wanted):
    address = canonical(url)
    assert address is not None
    assert address.text == wanted


def test_parts():
    address = canonical("https://Example.com:444/a/?b=c#d")
    assert address == Address("example.com", "/a/", "b=c")
    assert canonical("example.com/?") == Address("example.com", "/", "")
    assert canonical_host("EXAMPLE.com") == "example.com"


def test_what_lies_behind_the_bound_is_cut_off_at_a_whole_part():
    folder = "a" * 1000 + "/"
    address = canonical("http://a.example/" + folder * 20 + "?b=c")
    assert address == Address("a.example", "/" + folder * 4)
    address = canonical("http://a.example/b?" + "c=ddddddd&" * 2000)
    assert address is not None
    assert address.query is not None
    assert set(address.query.split("&")) == {"c=ddddddd"}
    assert canonical("http://a.example/b?" + "c" * 9000) == Address("a.example", "/b", "")
    assert canonical("http://a.example/" + "가" * 8000) == Address("a.example", "/")
    assert canonical("http://" + "a" * 9000) is None


@pytest.mark.parametrize(
    "url",
    [
        "http://a.example/" + "%25" * 100_000,
        "http://a.example/%" + "25" * 100_000,
        "http://a.example/?" + "&" * 100_000,
        "http://a.example/" + "../a/" * 100_000,
        "http://a.example/" + "\udcb0" * 100_000,
        "http://" + "a." * 100_000,
        "http://" + "[" * 100_000,
        "http://" + "가" * 100_000,
        "http://" + "9" * 100_000,
        "http" * 100_000,
        " " * 100_000,
        "a" * 100_000 + ":",
        "@" * 100_000,
    ],
)
def test_hostile_lengths(url):
    address = canonical(url)
    assert address is None or len(address.text) <= MAX_URL
    assert address is None or canonical(address.text) == address


urls = st.one_of(
    st.text(max_size=60),
    st.text("ahtp:/\\.?#&=%25B0A1@[] \t\n가\udcb0\udca1é。", max_size=60),
    st.text("ahtp:/\\.?#&=%25B0A1@[] \t\n가\udcb0\udca1é。", max_size=60).map(
        "http://a.kr/".__add__
    ),
    st.text("a./?&%2EFB\udcb0가", min_size=60, max_size=200).map(lambda text: "a/" + text * 150),
    st.binary(max_size=60).map(lambda data: "//a/" + data.decode("utf-8", "surrogateescape")),
)


@given(urls)
def test_the_canonical_form_of_a_canonical_form_is_itself(url):
    address = canonical(url)
    if address is None:
        return
    assert canonical(address.text) == address
    assert canonical("https://" + address.text) == address
    assert canonical_host(address.host) == address.host
    assert address.text.isascii()
    assert address.text.isprintable()
    assert " " not in address.text
    assert len(address.text) <= MAX_URL
    assert address.path.startswith("/")


@given(st.from_regex(r"https?://([a-z]{1,5}\.)+[a-z]{2}(/[a-z.~:@%?-]{0,4}){0,4}", fullmatch=True))
def test_the_short_way_gives_what_the_long_way_gives(url):
    # A tab is taken out first of all, and keeps the short way from matching.
    assert canonical(url) == canonical("\t" + url[:4] + "\t" + url[4:])
