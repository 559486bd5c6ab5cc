"""Write the shipped list `test` from the official test picture.

Run it after `models/build/test_picture.py`; a test fails when the list and the picture differ.
"""

import hashlib
import json
import sys
from pathlib import Path

from garim_addon.judge.pdq import pdq
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits
from garim_feed.address import canonical_address, canonical_host, digest
from garim_feed.entry import read_list

TEST_HOST = "blocked.garim.test"
TEST_ADDRESS = "https://garim.test/blocked"
SALT = "676172696d2d746573742d6c6973742d"
ROOT = Path(__file__).parents[1]
MEDIA = ROOT / "models" / "garim_models" / "testmedia"
TARGET = ROOT / "feed" / "garim_feed" / "builtin" / "test.json"


def entries() -> list[dict[str, object]]:
    """Return the entries of the list."""
    salt = bytes.fromhex(SALT)
    host = digest(canonical_host(TEST_HOST), salt).hex()
    address = digest(canonical_address(TEST_ADDRESS), salt).hex()
    picture = pdq(open_picture((MEDIA / "listed.png").read_bytes(), Limits()).samples[0].luma)
    facts: dict[str, dict[str, object]] = {
        "test-picture-png": {"kind": "digest", "sha256": _sha256("listed.png")},
        "test-picture-jpg": {"kind": "digest", "sha256": _sha256("listed.jpg")},
        "test-picture": {"kind": "image", "pdq": picture.hex, "quality": picture.quality},
        "test-host": {"kind": "host", "digest": host},
        "test-address": {"kind": "address", "digest": address},
    }
    common = {"category": "test", "authority": "Garim project", "added": "2026-11-22"}
    return [{"id": name, **common, **fact} for name, fact in facts.items()]


def main() -> None:
    """Write the list after reading it back."""
    content = {"format": 1, "name": "test", "version": "1", "salt": SALT, "entries": entries()}
    data = json.dumps(content, indent=2).encode() + b"\n"
    read_list(data)
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_bytes(data)
    sys.stdout.write(f"{TARGET}\n")


def _sha256(name: str) -> str:
    return hashlib.sha256((MEDIA / name).read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
