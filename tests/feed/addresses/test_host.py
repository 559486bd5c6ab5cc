import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_feed.addresses.host import MAX_HOST, canonical_host, is_ip


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("www.example.com", "www.example.com"),
        ("WWW.Example.COM", "www.example.com"),
        ("  example.com ", "example.com"),
        (".example.com.", "example.com"),
        ("example.com...", "example.com"),
        ("a..b...c", "a.b.c"),
        ("localhost", "localhost"),
        ("under_score.example", "under_score.example"),
        ("-odd-.example", "-odd-.example"),
        ("", ""),
        (".", ""),
        ("...", ""),
        (" ", ""),
        # What a host cannot hold.
        ("a/b", ""),
        ("a%2fb", ""),
        ("a%3Fb", ""),
        ("a@b", ""),
        ("a%40b", ""),
        ("a:80", ""),
        ("a%3a80", ""),
        ("a\\b", ""),
        ("a]b", ""),
        # What is odd and kept.
        ("a b", "a%20b"),
        ("%77%77%77.example", "www.example"),
        ("%2577.example", "w.example"),
        ("a%23b", "a%23b"),
        ("a%zz", "a%25zz"),
        ("\x01\udc80.com", "%01%80.com"),
        ("\ud800.com", "%ED%A0%80.com"),
    ],
)
def test_names(host, wanted):
    assert canonical_host(host) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("가림.한국", "xn--o39am4x.xn--3e0b707e"),
        ("xn--o39am4x.xn--3e0b707e", "xn--o39am4x.xn--3e0b707e"),
        ("XN--O39AM4X.XN--3E0B707E", "xn--o39am4x.xn--3e0b707e"),
        ("%EA%B0%80%EB%A6%BC.%ED%95%9C%EA%B5%AD", "xn--o39am4x.xn--3e0b707e"),
        ("%B0%A1%B8%B2.com", "xn--o39am4x.com"),
        ("\udcb0\udca1\udcb8\udcb2.com", "xn--o39am4x.com"),
        # Decomposed Hangul is the same name.
        ("\u1100\u1161\u1105\u1175\u11b7.com", "xn--o39am4x.com"),
        # Full-width letters and the dots of East Asia.
        ("ＷＷＷ．ｅｘａｍｐｌｅ。com｡", "www.example.com"),
        ("１２７.０.０.１", "127.0.0.1"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("i❤.example", "xn--i-7iq.example"),
        # Invisible characters say nothing.
        ("exa\u00admple.com", "example.com"),
        ("exa\u200bmple.com", "example.com"),
        # What the mapping turns into a separator is no host.
        ("a／b.com", ""),
        ("a℀b.com", ""),
        ("a＠b.com", ""),
        ("a％41.com", ""),
        ("a\u3000b.com", ""),
        ("\u00ad", ""),
        ("\u0080.com", "%C2%80.com"),
    ],
)
def test_international_names(host, wanted):
    assert canonical_host(host) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("192.0.2.7.", "192.0.2.7"),
        ("3221226007", "192.0.2.23"),
        ("3279880203", "195.127.0.11"),
        ("0xC0000207", "192.0.2.7"),
        ("0XC0.0x00.0x2.0x7", "192.0.2.7"),
        ("0300.0.02.07", "192.0.2.7"),
        ("030000001007", "192.0.2.7"),
        ("192.519", "192.0.2.7"),
        ("192.0.519", "192.0.2.7"),
        ("192.0x207", "192.0.2.7"),
        ("0300.0x0.519", "192.0.2.7"),
        ("%31%39%32.0.2.7", "192.0.2.7"),
        ("127.1", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("0x", "0.0.0.0"),
        ("4294967295", "255.255.255.255"),
        ("00000000000000000000192.0.2.7", "0.0.0.0"),
        # Numeric, but no address: kept as it is written.
        ("4294967296", "4294967296"),
        ("256.0.0.1", "256.0.0.1"),
        ("1.2.3.256", "1.2.3.256"),
        ("1.2.65536", "1.2.65536"),
        ("1.2.3.4.5", "1.2.3.4.5"),
        ("09.0.0.1", "09.0.0.1"),
        ("1.2.3.0x100", "1.2.3.0x100"),
        ("1.a.3.4", "1.a.3.4"),
        ("1.2.3.4a", "1.2.3.4a"),
        ("0xg", "0xg"),
    ],
)
def test_ipv4_in_every_spelling(host, wanted):
    if host.startswith("0000"):
        wanted = host  # Octal with a 9 in it: no number.
    assert canonical_host(host) == wanted


@pytest.mark.parametrize(
    ("host", "wanted"),
    [
        ("[2001:db8::1]", "[2001:db8::1]"),
        ("2001:db8::1", "[2001:db8::1]"),
        ("[2001:0DB8:0000:0000:0000:0000:0000:0001]", "[2001:db8::1]"),
        ("[2001:db8:0:0:1:0:0:1]", "[2001:db8::1:0:0:1]"),
        ("[::]", "[::]"),
        ("[::1]", "[::1]"),
        ("[fe80::1%eth0]", "[fe80::1]"),
        ("[fe80::1%25eb0]", "[fe80::1]"),
        ("[::ffff:1.2.3.4]", "1.2.3.4"),
        ("[::ffff:102:304]", "1.2.3.4"),
        ("[64:ff9b::1.2.3.4]", "1.2.3.4"),
        ("[64:ff9b:1::1.2.3.4]", "[64:ff9b:1::102:304]"),
        ("[::1.2.3.4]", "[::102:304]"),
        ("[::1", ""),
        ("::1]", ""),
        ("[]", ""),
        ("[1.2.3.4]", ""),
        ("[::g]", ""),
        ("[1::2::3]", ""),
        ("[%3A%3A1]", ""),
        ("%5B::1]", ""),
    ],
)
def test_ipv6(host, wanted):
    assert canonical_host(host) == wanted


def test_lengths():
    longest = ".".join(["a" * 62] * 4)
    assert canonical_host(longest) == longest
    assert canonical_host("a" + longest + "b" * 3) == ""
    assert canonical_host("가" * 2049) == ""
    assert canonical_host("가" * 2000) == ""
    assert canonical_host("%20" * 253) == ""


@pytest.mark.parametrize(
    ("host", "wanted"),
    [("192.0.2.7", True), ("[::1]", True), ("1.2.3.999", True), ("a.b", False), ("a1", False)],
)
def test_is_ip(host, wanted):
    assert is_ip(host) is wanted


hosts = st.one_of(
    st.text(max_size=40),
    st.text("aA.0x17%25:[]@/가림。ß\u00ad\udcb0\udca1 ", max_size=40),
    st.ip_addresses().map(str),
    st.binary(max_size=40).map(lambda data: data.decode("utf-8", "surrogateescape")),
)


@given(hosts)
def test_the_canonical_form_of_a_canonical_form_is_itself(host):
    once = canonical_host(host)
    assert canonical_host(once) == once
    assert once.isascii()
    assert len(once) <= MAX_HOST
    assert not set(once) & set("/?@\\ #")


@given(st.ip_addresses(v=4))
def test_every_ipv4_spelling_is_one_host(address):
    number = int(address)
    spellings = (str(number), hex(number), f"0{number:o}", f"{number >> 24}.{number & 0xFFFFFF:#x}")
    assert {canonical_host(one) for one in spellings} == {str(address)}


@given(st.ip_addresses(v=6))
def test_every_ipv6_spelling_is_one_host(address):
    forms = {canonical_host(address.exploded), canonical_host(f"[{address.compressed}]".upper())}
    assert len(forms) == 1
    form = forms.pop().strip("[]")
    if address.ipv4_mapped is None and address.packed[:12] != bytes.fromhex("0064ff9b" + "00" * 8):
        assert ipaddress.ip_address(form) == address
