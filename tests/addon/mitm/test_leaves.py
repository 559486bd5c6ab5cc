import datetime as dt
import ipaddress
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from cryptography.x509.verification import PolicyBuilder, Store

from garim_addon.mitm.authority import Root
from garim_addon.mitm.leaves import CAPACITY, LeafStore
from garim_addon.mitm.tls import general_name

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


@pytest.fixture
def root():
    return Root.make(NOW)


def leaf(store, host):
    return store.get_cert(host, (general_name(host),))


def test_a_leaf_is_short_lived_names_its_host_and_serves_only(root):
    certificate = leaf(LeafStore(root), "www.example.com").cert.to_cryptography()
    by_class = certificate.extensions.get_extension_for_class
    assert certificate.issuer == root.certificate.subject
    assert certificate.not_valid_before_utc < NOW
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc <= 197 * DAY
    assert by_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName) == [
        "www.example.com"
    ]
    assert list(by_class(x509.ExtendedKeyUsage).value) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert by_class(x509.BasicConstraints).value.ca is False
    with pytest.raises(x509.ExtensionNotFound):
        by_class(x509.CRLDistributionPoints)


def test_a_leaf_has_its_own_key_and_a_new_one_each_run(root):
    one, other = LeafStore(root), LeafStore(root)
    entry = leaf(one, "a.test")
    assert isinstance(entry.privatekey.curve, ec.SECP256R1)
    assert entry.privatekey.public_key() == entry.cert.public_key()
    assert entry.privatekey.public_key() != root.key.public_key()
    assert leaf(one, "b.test").privatekey is entry.privatekey
    assert leaf(other, "a.test").privatekey.public_key() != entry.privatekey.public_key()


@pytest.mark.parametrize("host", ["www.example.com", "192.0.2.7", "2001:db8::1"])
def test_a_strict_verifier_accepts_it(root, host):
    certificate = leaf(LeafStore(root), host).cert.to_cryptography()
    try:
        subject = x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        subject = x509.DNSName(host)
    verifier = PolicyBuilder().store(Store([root.certificate])).time(NOW)
    chain = verifier.build_server_verifier(subject).verify(certificate, [])
    assert chain[-1] == root.certificate


@pytest.mark.parametrize(("length", "named"), [(63, True), (64, False), (200, False)])
def test_a_long_name_is_in_the_critical_alternative_names_only(root, length, named):
    host = (
        ("a" * 50 + ".") * 3 + "a" * 47 if length == 200 else "a" * (length - 12) + "." + "b" * 11
    )
    assert len(host) == length
    certificate = leaf(LeafStore(root), host).cert.to_cryptography()
    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == ([host] if named else [])
    alternatives = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert alternatives.critical is not named


def test_it_never_outlives_its_root():
    old = Root.make(NOW - 690 * DAY)
    assert leaf(LeafStore(old), "a.test").cert.notafter == old.ends


def test_nothing_of_the_upstream_certificate_is_taken_over(root):
    store = LeafStore(root)
    entry = store.get_cert("a.test", (x509.DNSName("a.test"),), "A Bank", "http://crl.test/x.crl")
    assert entry.cert.organization is None
    assert entry.cert.crl_distribution_points == []


def test_the_same_host_gets_the_same_leaf(root):
    store = LeafStore(root)
    assert leaf(store, "a.test") is leaf(store, "a.test")
    assert leaf(store, "a.test") is not leaf(store, "b.test")
    assert len(store) == 2


def test_the_least_used_leaf_is_forgotten(root):
    store = LeafStore(root, capacity=3)
    entries = {host: leaf(store, host) for host in ("a.test", "b.test", "c.test")}
    leaf(store, "a.test")
    leaf(store, "d.test")
    assert len(store) == 3
    assert leaf(store, "a.test") is entries["a.test"]
    assert leaf(store, "c.test") is entries["c.test"]
    assert leaf(store, "b.test") is not entries["b.test"]


def test_the_cache_is_large():
    assert CAPACITY >= 10_000


def test_an_old_leaf_is_made_anew(root, monkeypatch):
    store = LeafStore(root)
    entry = leaf(store, "a.test")
    later = time.time() + 196.5 * 86400
    monkeypatch.setattr(time, "time", lambda: later)
    assert leaf(store, "a.test") is not entry
