"""The online key: which one the next root names.

Rules:
- It signs snapshot and timestamp only. Its file is named after its id, so that the key in force and
  the next one lie side by side until the next root is published.
"""

import json

from securesystemslib.signer import Key

from garim_feed.publish.cards import key_from
from garim_feed.publish.key_files import make_online
from garim_feed.publish.persons import written
from garim_feed.publish.workspace import Workspace

_ONLINE = "online"


def new_online_key(workspace: Workspace) -> Key:
    """Make the online key that the next root names; part of a transaction."""
    key = make_online(workspace.keys)
    with workspace.changing() as store:
        store.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (_ONLINE, written(key)))
    return key


def online_key(workspace: Workspace) -> Key:
    """Return the online key that the next root names."""
    return key_from(json.loads(workspace.setting(_ONLINE)))
