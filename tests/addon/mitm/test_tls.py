"""TLS as a browser and as a server see it."""

import asyncio
import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from garim_addon.mitm.authority import Root
from garim_addon.mitm.leaves import LeafStore
from garim_addon.mitm.tls import general_name, reload_trust


async def page(path, reader, writer):
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")


@pytest.fixture(autouse=True)
def hello(origin):
    origin.pages["/"] = page


async def handshake(proxy, target, context, name):
    """Make a tunnel and a handshake in it; return the TLS object."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(f"CONNECT {target} HTTP/1.1\r\n\r\n".encode())
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        await writer.start_tls(context, server_hostname=name)
        return writer.get_extra_info("ssl_object")
    finally:
        writer.close()


def trusting(proxy, **settings):
    context = ssl.create_default_context(cafile=proxy.host.authority.certificate_file)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    for name, value in settings.items():
        setattr(context, name, value)
    return context


async def test_the_browser_gets_our_leaf_with_its_own_key(start, origin):
    proxy = await start()
    tls = await handshake(proxy, f"localhost:{origin.tls_port}", trusting(proxy), "localhost")
    leaf = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
    root = proxy.host.authority.root
    leaf.verify_directly_issued_by(root.certificate)
    assert leaf.public_key() != root.key.public_key()
    assert tls.version() == "TLSv1.3"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
async def test_without_sni_the_leaf_is_for_the_connect_host(start, origin, name):
    proxy = await start()
    context = trusting(proxy, check_hostname=False)
    tls = await handshake(proxy, f"{name}:{origin.tls_port}", context, "")
    leaf = x509.load_der_x509_certificate(tls.getpeercert(binary_form=True))
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [general_name(name)]


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
async def test_old_tls_is_refused_by_the_browsers_side(start, origin, version):
    proxy = await start()
    with pytest.warns(DeprecationWarning, match="deprecated"):
        context = trusting(proxy, minimum_version=version, maximum_version=version)
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.raises(OSError):
        await handshake(proxy, f"localhost:{origin.tls_port}", context, "localhost")


@pytest.mark.parametrize(
    ("cipher", "good"),
    [
        ("ECDHE-ECDSA-AES128-GCM-SHA256", True),
        ("ECDHE-ECDSA-CHACHA20-POLY1305", True),
        ("ECDHE-ECDSA-AES128-SHA", False),
        ("ECDHE-ECDSA-AES128-SHA256", False),
        ("AES128-GCM-SHA256", False),
        ("DHE-RSA-AES128-GCM-SHA256", False),
    ],
)
async def test_only_modern_suites_are_spoken(start, origin, cipher, good):
    proxy = await start()
    context = trusting(proxy, maximum_version=ssl.TLSVersion.TLSv1_2)
    context.set_ciphers(cipher)
    target = f"localhost:{origin.tls_port}"
    if good:
        assert (await handshake(proxy, target, context, "localhost")).cipher()[0] == cipher
    else:
        with pytest.raises(OSError):
            await handshake(proxy, target, context, "localhost")


def weak_rsa(root, tmp_path):
    """A leaf with a key that is too short."""
    key = rsa.generate_private_key(65537, 1024)
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    certificate = (
        x509.CertificateBuilder()
        .issuer_name(root.certificate.subject)
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")]))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(root.key, hashes.SHA256())
    )
    return serve_files(tmp_path, certificate, key)


def expired(root, tmp_path):
    old = Root(root.key, root.certificate)
    store = LeafStore(old)
    entry = store.get_cert("localhost", (x509.DNSName("localhost"),))
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .issuer_name(root.certificate.subject)
        .subject_name(entry.cert.to_cryptography().subject)
        .public_key(entry.privatekey.public_key())
        .serial_number(2)
        .not_valid_before(now - dt.timedelta(days=3))
        .not_valid_after(now - dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(root.key, hashes.SHA256())
    )
    return serve_files(tmp_path, certificate, entry.privatekey)


def other_name(root, tmp_path):
    entry = LeafStore(root).get_cert("other.test", (x509.DNSName("other.test"),))
    return serve_files(tmp_path, entry.cert.to_cryptography(), entry.privatekey)


def other_root(root, tmp_path):
    stranger = Root.make(dt.datetime.now(dt.UTC))
    entry = LeafStore(stranger).get_cert("localhost", (x509.DNSName("localhost"),))
    return serve_files(tmp_path, entry.cert.to_cryptography(), entry.privatekey)


def good(root, tmp_path):
    names = (x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    entry = LeafStore(root).get_cert("localhost", names)
    return serve_files(tmp_path, entry.cert.to_cryptography(), entry.privatekey)


def serve_files(tmp_path, certificate, key):
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = tmp_path / "server.pem"
    path.write_bytes(pem + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.load_cert_chain(path)
    return context


@pytest.mark.parametrize("bad", [weak_rsa, expired, other_name, other_root])
async def test_a_bad_server_certificate_is_never_signed_over(
    start, origin, test_root, tmp_path, bad
):
    context = bad(test_root, tmp_path)
    server = await asyncio.start_server(origin.handle, "127.0.0.1", 0, ssl=context)
    proxy = await start()
    reply = await proxy.curl(f"https://localhost:{server.sockets[0].getsockname()[1]}/")
    assert reply.status in {0, 502}
    assert b"hi" not in reply.body.splitlines()
    assert origin.seen == []
    server.close()


def outdated(context):
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = ssl.TLSVersion.TLSv1_1


@pytest.mark.parametrize("how", ["old version", "old suite"])
async def test_an_outdated_server_is_not_talked_to(start, origin, test_root, tmp_path, how):
    context = good(test_root, tmp_path)
    if how == "old suite":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    else:
        with pytest.warns(DeprecationWarning, match="deprecated"):
            outdated(context)
    server = await asyncio.start_server(origin.handle, "127.0.0.1", 0, ssl=context)
    proxy = await start()
    reply = await proxy.curl(f"https://localhost:{server.sockets[0].getsockname()[1]}/")
    assert reply.status in {0, 502}
    assert origin.seen == []
    server.close()


async def test_what_the_system_does_not_trust_is_not_trusted(start, origin):
    proxy = await start(extra_ca=None)
    reply = await proxy.curl(f"https://localhost:{origin.tls_port}/")
    assert reply.status in {0, 502}
    assert origin.seen == []


async def test_a_withdrawn_trust_is_read_again_when_asked(start, origin, tmp_path):
    proxy = await start()
    url = f"https://localhost:{origin.tls_port}/"
    assert (await proxy.curl(url)).status == 200
    system = proxy.host.options.ssl_verify_upstream_trusted_ca
    stranger = Root.make(dt.datetime.now(dt.UTC))
    Path(system).write_bytes(stranger.pem)  # noqa: ASYNC240 - a few bytes
    assert (await proxy.curl(url)).status == 200
    reload_trust()
    assert (await proxy.curl(url)).status in {0, 502}


async def test_no_revocation_list_is_served(start, origin):
    proxy = await start()
    serial = proxy.host.authority.root.certificate.serial_number
    path = f"/mitmproxy-{serial}.crl"
    origin.pages[path] = page
    assert (await proxy.curl(f"http://127.0.0.1:{origin.port}{path}")).body == b"hi"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("example.com", x509.DNSName("example.com")),
        ("192.0.2.1", x509.IPAddress(ipaddress.ip_address("192.0.2.1"))),
        ("2001:db8::1", x509.IPAddress(ipaddress.ip_address("2001:db8::1"))),
        ("가림.test", x509.DNSName("xn--o39aj7p.test")),
    ],
)
def test_general_name(host, name):
    if host.isascii():
        assert general_name(host) == name
    else:
        assert general_name(host).value == host.encode("idna").decode()


def test_an_impossible_name_is_an_error():
    with pytest.raises(UnicodeError):
        general_name("a" * 64 + ".test")
