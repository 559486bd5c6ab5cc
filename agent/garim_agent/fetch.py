"""Fetch one address for `garim check`, by the operating system's trust store.

Rules:
- Certificates are verified as the system's own programs do (`truststore`), with no way around.
- At most `cap` bytes are read, and only `http` and `https` are spoken, also after a redirect.
"""

import http.client
import ssl
import urllib.error
import urllib.request

import truststore

from garim_addon.text import N_
from garim_agent.errors import UsageError

TIMEOUT = 20.0
"""Seconds without a byte."""


def fetch(address: str, cap: int) -> bytes:
    """Read up to `cap` bytes of `address`.

    Raises:
        UsageError: When it cannot be fetched; the sentence says why.
    """
    opener = _opener()
    headers = {"Accept": "image/*,*/*;q=0.8", "User-Agent": "garim-check"}
    try:
        request = urllib.request.Request(address, headers=headers)  # noqa: S310 - see `_opener`
        with opener.open(request, timeout=TIMEOUT) as response:
            body: bytes = response.read(cap)
            return body
    except urllib.error.HTTPError as error:
        raise UsageError(
            N_("{address} answered with status {status}."), address=address, status=error.code
        ) from None
    except (ValueError, OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UsageError(
            N_("{address} could not be fetched: {reason}."), address=address, reason=reason
        ) from None


def _opener() -> urllib.request.OpenerDirector:
    """Speaks http and https and nothing else: `build_opener` would add ftp, file and data."""
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=context),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener
