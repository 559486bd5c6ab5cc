"""What is known of a resource by its validator, so that a 304 cannot show an unjudged picture.

A browser that kept a picture from before Garim ran asks "has it changed?" and is told 304: it would
show the kept copy unseen. So a conditional request goes out as it is only when the very validator
was seen here before, and what it stood for still passes; else its conditions are removed.

Rules:
- Addresses are kept as keyed digests only.
- What was seen not to be a picture is remembered as `HARMLESS`.
- Of several validators the entity tag counts, as RFC 9110 section 13.2.2 has it.
"""

from hashlib import blake2b

from garim_addon.exchange import Request, Response
from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.inspections import HARMLESS

CONDEMNED = b"\xff" * 32
"""Key that stands for a body that must not be shown; nothing is ever remembered of it."""


class Validators:
    """Validators of the addresses that were seen."""

    def __init__(self, cache: VerdictCache, key: bytes) -> None:
        """Use `cache`; addresses are keyed by this installation's secret `key` (<= 64 bytes)."""
        self._cache = cache
        self._key = key

    def body_of(self, request: Request) -> bytes | None:
        """Key of the body that a conditional request asks about; `None` when it was not judged."""
        validator = _asked(request)
        return self._cache.knows_validator(self._digest(request), validator) if validator else None

    def remember(self, request: Request, response: Response, key: bytes) -> None:
        """Remember that this response's validators stand for the body `key`."""
        etag = response.headers.get("etag", "") or ""
        date = response.headers.get("last-modified", "") or ""
        if etag or date:
            address = self._digest(request)
            for validator in filter(None, (etag, date)):
                self._cache.remember_validator(address, validator, key)

    def remember_harmless(self, request: Request, response: Response) -> None:
        """Remember that this response was no picture."""
        self.remember(request, response, HARMLESS)

    def forget(self, request: Request, response: Response) -> None:
        """Let nobody believe that what this response's validators stand for is harmless."""
        self.remember(request, response, CONDEMNED)

    def _digest(self, request: Request) -> bytes:
        return blake2b(request.address.encode(), key=self._key, digest_size=16).digest()


def _asked(request: Request) -> str:
    headers = request.headers
    return headers.get("if-none-match", "") or headers.get("if-modified-since", "") or ""
