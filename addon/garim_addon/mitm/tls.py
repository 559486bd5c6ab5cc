"""TLS on both sides: our leaves towards the browser, the system's trust towards servers.

Rules:
- Leaves come from `LeafStore`; nothing of the upstream certificate is copied into them.
- Contexts are mitmproxy's own, built by its cached factories from our options (see `options`).
- No key log: it is silenced when this module is loaded and checked at every change of options.
"""

import ipaddress

from cryptography import x509
from mitmproxy import certs
from mitmproxy.addons import tlsconfig
from mitmproxy.net import tls as net_tls
from mitmproxy.proxy import context

from garim_addon.mitm import keylog
from garim_addon.mitm.leaves import LeafStore

keylog.silence()


class TlsConfig(tlsconfig.TlsConfig):
    """mitmproxy's TLS addon with our certificates and without its files.

    The inherited `load` declares the TLS options, `tls_start_client` and `tls_start_server` build
    the connections.
    """

    name = "tlsconfig"

    def __init__(self, leaves: LeafStore) -> None:
        self.certstore = leaves

    def configure(self, updated: set[str]) -> None:
        """Ignore changes: versions and ciphers are guarded by `options`, files are not used."""

    def running(self) -> None:
        """Do nothing: the inherited one would make mitmproxy's own root."""

    # The inherited hook serves a revocation list, which our leaves do not name.
    request = None  # type: ignore[assignment]

    def get_cert(self, conn_context: context.Context) -> certs.CertStoreEntry:
        """Return the leaf for the name that the client asked for.

        That is the SNI, else the host of the CONNECT request, else the address it connected to.
        """
        server = conn_context.server.address
        asked = conn_context.client.sni or (server[0] if server else None)
        name = asked or str(conn_context.client.sockname[0])
        return self.certstore.get_cert(name, (general_name(name),))


def general_name(host: str) -> x509.GeneralName:
    """Turn a host into the name that a certificate carries for it.

    Raises:
        UnicodeError: When `host` is neither an address nor a possible domain name.
    """
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host.encode("idna").decode())


def reload_trust() -> None:
    """Have the trusted certificates read again at the next upstream connection."""
    net_tls.create_proxy_server_context.cache_clear()
