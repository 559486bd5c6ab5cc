"""Names in a feed, and the paths under which its files travel.

Rules:
- Names are ASCII slugs: they become file names, roles and words in the log, and nothing else.
- An authority's role signs `lists/<authority>/*`, its `-revoke` role `revoked/<authority>/*`; no
  authority can have the name of another role.
"""

import re

SLUG = r"[a-z0-9][a-z0-9-]{0,63}"
"""Names of lists and feeds."""
SHORT = r"[a-z0-9][a-z0-9-]{0,31}"
"""Names of authorities and categories."""
SEGMENT = r"[a-z0-9][a-z0-9-]{0,63}-[0-9]{1,10}\.seg"
"""File names of segments: the list's name and a number that was never used before."""
RESERVED = frozenset({"root", "targets", "snapshot", "timestamp", "policy", "models"})
REVOKE = "-revoke"
FEED = "feed.json"
"""Target path of the feed's description."""
POLICY = "policy/policy.toml"


def is_authority(name: str) -> bool:
    """Whether an authority may have this name."""
    known = name in RESERVED or name.endswith(REVOKE)
    return not known and re.fullmatch(SHORT, name) is not None


def is_name(name: str) -> bool:
    """Whether a list or feed may have this name."""
    return re.fullmatch(SLUG, name) is not None


def revoke_role(authority: str) -> str:
    """Return the role that signs an authority's revocations."""
    return authority + REVOKE


def catalogue_path(authority: str) -> str:
    """Return the target path of an authority's catalogue."""
    return f"lists/{authority}/catalogue.json"


def segment_file(name: str, number: int) -> str:
    """Return the file name of a list's segment."""
    return f"{name}-{number}.seg"


def segment_path(authority: str, file: str) -> str:
    """Return the target path of a segment, from its file name."""
    return f"lists/{authority}/{file}"


def revocations_path(authority: str) -> str:
    """Return the target path of an authority's revocations."""
    return f"revoked/{authority}/revoked.json"
