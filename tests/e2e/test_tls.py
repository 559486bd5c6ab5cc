"""TLS on both sides: what the client is shown, and what is left alone."""

import ipaddress
import socket
import ssl
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from tests.e2e.agent import PATIENT, Agent, launch
from tests.e2e.certificates import issue
from tests.e2e.curl import curl
from tests.e2e.steered import HELLO, steer

pytestmark = pytest.mark.server

LISTED = "img/listed-webp.webp"


@pytest.fixture(scope="module")
def apart(origin, tmp_path_factory) -> Iterator[Agent]:
    """A Garim that passes `localhost` through, whatever else it learns."""
    policy = PATIENT.format(profile="home") + '[hosts]\npass_through = ["localhost"]\n'
    home = tmp_path_factory.mktemp("apart")
    with launch(home, policy, extra_ca=origin.certificates.authority) as running:
        yield running


def shaken(agent: Agent, target: str, name: str, context: ssl.SSLContext) -> ssl.SSLSocket:
    """Open a tunnel to `target` and shake hands in it as for `name`."""
    wire = socket.create_connection(("127.0.0.1", agent.port), 60)
    wire.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    assert b" 200 " in wire.recv(65536)
    try:
        return context.wrap_socket(wire, server_hostname=name)
    except BaseException:
        wire.close()
        raise


def certificate(agent: Agent, target: str, name: str, ca) -> x509.Certificate:
    """The certificate that a client which trusts `ca` is shown."""
    with shaken(agent, target, name, ssl.create_default_context(cafile=ca)) as wire:
        return x509.load_der_x509_certificate(wire.getpeercert(binary_form=True))


def public(certificate: x509.Certificate) -> bytes:
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def address(url: str) -> str:
    return url.rpartition("/")[2]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("localhost", x509.DNSName("localhost")),
        ("a.garim.test", x509.DNSName("a.garim.test")),
        ("127.0.0.1", x509.IPAddress(ipaddress.ip_address("127.0.0.1"))),
    ],
)
def test_the_leaf_is_for_that_name_and_its_key_is_not_the_authoritys(garim, origin, name, expected):
    port = address(origin.https).rpartition(":")[2]
    leaf = certificate(garim, f"127.0.0.1:{port}", name, garim.authority)
    root = x509.load_pem_x509_certificate(garim.authority.read_bytes())
    leaf.verify_directly_issued_by(root)
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert list(names) == [expected]
    assert public(leaf) != public(root)
    theirs = x509.load_pem_x509_certificate(origin.certificates.certificate.read_bytes())
    assert public(leaf) != public(theirs)


def test_the_root_can_sign_leaves_only(garim):
    root = x509.load_pem_x509_certificate(garim.authority.read_bytes())
    basic = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    assert (basic.ca, basic.path_length) == (True, 0)
    private = garim.authority.with_name("root.pem")
    assert (private.stat().st_mode & 0o777, private.parent.stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_new_tls_is_spoken_to_the_client(garim, origin, version):
    context = ssl.create_default_context(cafile=garim.authority)
    context.minimum_version = context.maximum_version = version
    with shaken(garim, address(origin.https), "localhost", context) as wire:
        assert wire.version() == version.name.replace("_", ".")
        assert "GCM" in wire.cipher()[0] or "CHACHA20" in wire.cipher()[0]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_old_tls_is_refused_by_garim_and_not_by_the_client(garim, origin):
    # Under a name of its own: a client that breaks off may teach Garim to leave a host alone.
    name = "old.garim.test"
    context = ssl.create_default_context(cafile=garim.authority)
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.TLSv1_1
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with shaken(garim, address(origin.https), name, context) as wire:
        assert wire.version() == "TLSv1.2"
    context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError, match=r"EOF|ALERT_PROTOCOL_VERSION"):
        shaken(garim, address(origin.https), name, context)


def test_a_host_that_policy_passes_through_shows_its_own_certificate(apart, origin):
    own = x509.load_pem_x509_certificate(origin.certificates.certificate.read_bytes())
    for base in (origin.https, origin.h2):
        shown = certificate(apart, address(base), "localhost", origin.certificates.authority)
        assert shown == own
    reply = curl(f"{origin.h2}/{LISTED}", agent=apart, ca=origin.certificates.authority)
    assert reply.body == (origin.folder / LISTED).read_bytes()


def test_a_listed_host_is_never_passed_through(origin, tmp_path):
    policy = PATIENT.format(profile="home") + '[hosts]\npass_through = ["*.garim.test"]\n'
    with launch(tmp_path, policy) as agent:
        assert curl("https://blocked.garim.test/", agent=agent).status == 451


def test_a_doubtful_certificate_is_never_signed_again(apart, tmp_path):
    certificates = issue(tmp_path)
    with steer(certificates, "127.0.0.1") as server:
        # Nothing of the site comes under a certificate of ours ...
        first = curl(f"{server.address}/", agent=apart)
        assert HELLO not in first.body
        assert first.status == 502 or first.exit != 0
        # ... and from then on the client meets the site's own and decides itself.
        refused = curl(f"{server.address}/", agent=apart)
        assert (refused.exit, refused.status) == (60, 0)  # "peer certificate cannot be verified"
        shown = certificate(apart, address(server.address), "127.0.0.1", certificates.authority)
        own = x509.load_pem_x509_certificate(certificates.certificate.read_bytes())
        assert shown == own
        accepted = curl(f"{server.address}/", agent=apart, ca=certificates.authority)
        assert (accepted.status, accepted.body) == (200, HELLO)
