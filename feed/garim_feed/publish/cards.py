"""Cards: what a person hands to the others so that their signatures count.

Rules:
- A card holds a name, a public key, and where the private key lies (a URI), never a private key.
- The key's id is derived from the key, so that one key cannot come under two ids.
"""

import json
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.signer import Key, SSlibKey

from garim_feed.errors import FeedError

MAX_NAME = 80
_MAX_FILE = 64 * 1024
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Card:
    """What a person hands to the others.

    Attributes:
        name: The person's name.
        public: The public key.
        uri: Where the private key lies: `file:PATH`, `hsm:2?label=...`, or a cloud store's URI.
    """

    name: str
    public: Key
    uri: str

    @property
    def fingerprint(self) -> str:
        """The key's id, in groups of four, to be read out loud."""
        keyid = self.public.keyid
        return " ".join(keyid[start : start + 4] for start in range(0, len(keyid), 4))


def write_card(card: Card) -> bytes:
    """Return the card as a small JSON file."""
    key = {"keyid": card.public.keyid, **card.public.to_dict()}
    facts = {"format": _FORMAT, "name": card.name, "key": key, "uri": card.uri}
    return json.dumps(facts, ensure_ascii=False, indent=1).encode() + b"\n"


def read_card(data: bytes) -> Card:
    """Read a card.

    Raises:
        FeedError: Not a card, or the key's id is not derived from the key.
    """
    try:
        return _card(json.loads(data[: _MAX_FILE + 1]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FeedError("This is not a key card; `key new` writes one.") from error


def key_from(facts: dict[str, object]) -> Key:
    """Return a public key from its facts, its id among them.

    Raises:
        ValueError: It is none, or its id is not derived from it.
        KeyError: A fact is missing.
    """
    facts = dict(facts)
    said = str(facts.pop("keyid"))
    key = SSlibKey.from_dict(said, facts)
    if SSlibKey.from_crypto(_material(key), scheme=key.scheme).keyid != said:
        raise ValueError("the id is not the key's")
    return key


def _card(facts: dict[str, Any]) -> Card:
    if facts.pop("format") != _FORMAT or set(facts) != {"name", "key", "uri"}:
        raise ValueError("another format")
    return Card(str(facts["name"]), key_from(facts["key"]), str(facts["uri"]))


def _material(key: SSlibKey) -> Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey:
    public = str(key.keyval["public"])
    if key.keytype == "ed25519":
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    loaded = load_pem_public_key(public.encode())
    if not isinstance(loaded, EllipticCurvePublicKey | RSAPublicKey):
        raise ValueError("no key that signs")
    return loaded
