"""Short ids that a placeholder shows and `garim why` finds.

Rules:
- Six characters of Crockford's base 32 (no I, L, O, U): 30 bits, easily read aloud and typed.
- One content on one site has one id in one run, so that ten copies on a page are one thing to ask
  about.
- The id means nothing elsewhere: it is keyed by a secret of this run and by the site. A page can
  read the pixels of a picture from its own site, so an id that stayed the same on another site,
  another day or another machine would be a fingerprint of the user, or tell a page what else the
  user has seen.
- Two contents share an id once in about a thousand million pairs; the event log then shows both.
"""

import hmac
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6
_ALIKE = str.maketrans("OIL", "011", "- ")


class Idents:
    """Makes the ids of one run."""

    def __init__(self, key: bytes | None = None) -> None:
        """Start a run.

        Args:
            key: The run's secret; a random one of 32 bytes unless a test gives one.
        """
        self._key = key or secrets.token_bytes(32)

    def ident(self, site: str, sha256: str) -> str:
        """Return the id of a content on a site.

        Args:
            site: The site (`decide.site.site_of`).
            sha256: What identifies the content: its SHA-256 in hex, or an address if there is none.
        """
        # The site is length-prefixed: otherwise "a" + "bc" and "ab" + "c" would be one message.
        message = f"{len(site)}:{site}{sha256}".encode("utf-8", "surrogatepass")
        bits = int.from_bytes(hmac.digest(self._key, message, "sha256")[:4]) >> 2
        return "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def typed(text: str) -> str:
    """Return the id that a person meant, or `""` when it cannot be one.

    Lower case, spaces and hyphens do not matter; O, I and L are read as 0, 1 and 1.
    """
    word = text.strip().upper().translate(_ALIKE)
    return word if len(word) == LENGTH and all(c in ALPHABET for c in word) else ""
