"""mitmproxy's options as Garim needs them, and the ones that must never be on.

Rules:
- Options are set here and nowhere else; no configuration file of mitmproxy's is read.
- `guard` refuses whatever weakens TLS, lets media around the inspection or writes traffic down. It
  is asked at the start and at every later change, embedded and under `mitmdump -s` alike.
- Connections are opened late: a refused address is never contacted.
- HTTP/3 is off: the browser falls back to HTTP/2, which is inspected.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mitmproxy import connection, ctx, exceptions, optmanager

from garim_addon.mitm import keylog
from garim_addon.mitm.trust import Trust
from garim_addon.text import N_, _

CLIENT_CIPHERS = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
)
"""For TLS 1.2 towards the browser; our leaves have elliptic curve keys only."""

SERVER_CIPHERS = (
    # Level 2: no key below 112 bits of strength, no SHA-1 signature.
    "@SECLEVEL=2",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
)
"""For TLS 1.2 towards servers."""

_STRONG = frozenset(SERVER_CIPHERS)
_VERSIONS = frozenset({"TLS1_2", "TLS1_3"})

FIXED: Mapping[str, Any] = {
    "connection_strategy": "lazy",
    "upstream_cert": False,
    "http3": False,
    "validate_inbound_headers": True,
    "ssl_insecure": False,
    "store_streamed_bodies": False,
    "stream_large_bodies": None,
    "body_size_limit": None,
    "websocket": True,
    "tls_version_client_min": "TLS1_2",
    "tls_version_server_min": "TLS1_2",
    "ciphers_server": ":".join(SERVER_CIPHERS),
}
"""Options that are the same in every installation."""


@dataclass(frozen=True, slots=True)
class HostSettings:
    """What differs between installations.

    Attributes:
        state: Owner-only folder of the proxy: authority, exported trust.
        listen_host: Address to listen on.
        listen_port: TCP port; 0 for any free one.
        mode: mitmproxy's mode (`regular`, `transparent`, `upstream:...`, ...).
        extra_ca: PEM file of upstream certificates to trust besides the system's.
        http2: Whether browsers are offered HTTP/2.
        raw_tcp: Whether what is neither TLS nor HTTP passes uninspected.
        idle_timeout: Seconds after which a silent client connection is closed.
    """

    state: Path
    listen_host: str = "127.0.0.1"
    listen_port: int = 8118
    mode: str = "regular"
    extra_ca: Path | None = None
    http2: bool = True
    raw_tcp: bool = True
    idle_timeout: int = 600


def host_options(settings: HostSettings, trust: Trust) -> dict[str, Any]:
    """Return every option that the embedded proxy sets."""
    return dict(FIXED) | {
        "confdir": str(settings.state),
        "mode": [settings.mode],
        "listen_host": settings.listen_host,
        "listen_port": settings.listen_port,
        "http2": settings.http2,
        "rawtcp": settings.raw_tcp,
        "tcp_timeout": settings.idle_timeout,
        "ciphers_client": ":".join(CLIENT_CIPHERS),
        "ssl_verify_upstream_trusted_ca": str(trust.file) if trust.file else None,
        "ssl_verify_upstream_trusted_confdir": str(trust.folder) if trust.folder else None,
    }


def harden(options: optmanager.OptManager, trust: Trust) -> None:
    """Set what `mitmdump -s` leaves at a weaker default; what the user set is left to `guard`.

    Raises:
        mitmproxy.exceptions.OptionsError: When the user set what must never be on.
    """
    wanted = dict(FIXED)
    if trust.file:
        wanted["ssl_verify_upstream_trusted_ca"] = str(trust.file)
    elif trust.folder:
        wanted["ssl_verify_upstream_trusted_confdir"] = str(trust.folder)
    # mitmproxy's own leaves have the key type of its own root, so RSA suites are needed there.
    wanted["ciphers_client"] = ":".join(SERVER_CIPHERS[1:])
    guard(options, unset_ciphers=True)
    changed = {k for k in wanted if options.has_changed(k)}  # type: ignore[no-untyped-call]
    # Only what differs: to set an option again would have mitmproxy check and warn about it again.
    news = {k: v for k, v in wanted.items() if k not in changed and getattr(options, k) != v}
    options.update(**news)  # type: ignore[no-untyped-call]
    guard(options)


def guard(options: optmanager.OptManager, *, unset_ciphers: bool = False) -> None:
    """Refuse options that must never be on.

    Args:
        options: mitmproxy's options.
        unset_ciphers: Whether mitmproxy's own (weak) default list is bearable for the moment.

    Raises:
        mitmproxy.exceptions.OptionsError: With one sentence that names the first such option.
    """
    for name in sorted(options._options):  # `keys()` is a set: the first must be firm
        value = getattr(options, name)
        if unset_ciphers and name.startswith("ciphers_") and value is None:
            continue
        rule = _RULES.get(name) or (_EMUDHRA if name.startswith("emudhra") else None)
        if rule and not rule.bearable(value):
            raise _refusal(_(rule.why, option=name, value=value))
    if not keylog.is_silent():
        raise _refusal(_(_KEY_LOG))


class OptionGuard:
    """mitmproxy addon that asks `guard` at every change; a refused change is rolled back."""

    def configure(self, updated: set[str]) -> None:  # noqa: ARG002 - all are checked, it is cheap
        """Check all options."""
        guard(ctx.options)


def _refusal(sentence: str) -> exceptions.OptionsError:
    return exceptions.OptionsError(sentence)  # type: ignore[no-untyped-call]


class ScriptGuard:
    """mitmproxy addon for `mitmdump -s`: hardens once, then guards; put it before all others.

    Under mitmproxy's script loader a refused option is a logged error, which ends the start of the
    tool. Should it go on nevertheless, no client is served.
    """

    def __init__(self, trust: Callable[[], Trust]) -> None:
        """Take what finds the trusted certificates when the script is configured."""
        self._trust = trust
        self._hardened = False
        self._refused = ""

    def configure(self, updated: set[str]) -> None:  # noqa: ARG002 - all are checked, it is cheap
        """Harden the options the first time, check them each time."""
        try:
            if self._hardened:
                guard(ctx.options)
            else:
                self._hardened = True
                harden(ctx.options, self._trust())
        except Exception as error:
            self._refused = self._refused or str(error)
            raise
        self._refused = ""

    def client_connected(self, client: connection.Client) -> None:
        """Serve nobody while the options are refused."""
        if self._refused:
            client.error = self._refused


@dataclass(frozen=True, slots=True)
class _Rule:
    bearable: Callable[[Any], bool]
    why: str


def _strong(ciphers: str | None) -> bool:
    return ciphers is not None and set(ciphers.split(":")) <= _STRONG


def _off(value: object) -> bool:
    return not value


_KEY_LOG = N_("A TLS key log is on (SSLKEYLOGFILE); Garim does not run with it.")
_EMUDHRA = _Rule(
    _off, N_("{option} signs with a published, compromised key; Garim does not run with it.")
)
_UNCHECKED = _Rule(_off, N_("{option} would leave servers unchecked; Garim does not run with it."))
_SMUGGLING = _Rule(
    bool, N_("{option} is off, which allows request smuggling; Garim does not run without it.")
)
_BYPASS = _Rule(
    _off, N_("{option} would let traffic around the inspection; use the policy's exempt hosts.")
)
_UNSEEN = _Rule(
    _off, N_("{option} would pass or cut media before the inspection; Garim decides that itself.")
)
_IDENTITY = _Rule(
    _off, N_("{option} would use a foreign certificate; Garim makes its own and lends none.")
)
_WRITTEN = _Rule(_off, N_("{option} would write traffic down; Garim does not run with it."))
_VERSION = _Rule(
    lambda version: version in _VERSIONS,
    N_("{option} is {value}; Garim speaks TLS 1.2 and newer only."),
)
_MAX_VERSION = _Rule(lambda version: version in _VERSIONS or version == "UNBOUNDED", _VERSION.why)
_CIPHERS = _Rule(_strong, N_("{option} allows weak ciphers ({value}); Garim does not run with it."))

_RULES: Mapping[str, _Rule] = {
    "ssl_insecure": _UNCHECKED,
    "validate_inbound_headers": _SMUGGLING,
    "allow_hosts": _BYPASS,
    "ignore_hosts": _BYPASS,
    "tcp_hosts": _BYPASS,
    "udp_hosts": _BYPASS,
    "stream_large_bodies": _UNSEEN,
    "body_size_limit": _UNSEEN,
    "store_streamed_bodies": _UNSEEN,
    "certs": _IDENTITY,
    "client_certs": _IDENTITY,
    "request_client_cert": _IDENTITY,
    "add_upstream_certs_to_client_chain": _IDENTITY,
    "proxy_debug": _WRITTEN,
    "tls_version_client_min": _VERSION,
    "tls_version_server_min": _VERSION,
    "tls_version_client_max": _MAX_VERSION,
    "tls_version_server_max": _MAX_VERSION,
    "ciphers_client": _CIPHERS,
    "ciphers_server": _CIPHERS,
}
