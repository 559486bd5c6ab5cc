"""TLS session keys are never written anywhere, whatever the environment says.

mitmproxy reads `MITMPROXY_SSLKEYLOGFILE` and `SSLKEYLOGFILE` once, when `mitmproxy.net.tls` is
imported; Python's own `ssl` reads the latter at each default context. So both the variables and
what was already read from them are cleared, in whichever order the imports came.
"""

import os

from mitmproxy.net import tls as net_tls

VARIABLES = ("MITMPROXY_SSLKEYLOGFILE", "SSLKEYLOGFILE")


def silence() -> bool:
    """Turn every key log off, also for TLS contexts that were made before.

    Returns:
        Whether anything had been on.
    """
    files = [os.environ.pop(name, "") for name in VARIABLES]
    logger = net_tls.log_master_secret
    if logger is None:
        return any(files)
    net_tls.log_master_secret = None
    logger.close()  # type: ignore[no-untyped-call]
    net_tls.create_client_proxy_context.cache_clear()
    net_tls.create_proxy_server_context.cache_clear()
    return True


def is_silent() -> bool:
    """Return whether no key log is on."""
    return net_tls.log_master_secret is None and not any(map(os.environ.get, VARIABLES))
