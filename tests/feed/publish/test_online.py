"""The online key."""

from garim_feed.publish.key_files import online_signer
from garim_feed.publish.online import new_online_key, online_key


def test_the_newest_is_named_and_both_can_sign(office):
    old = online_key(office.workspace)
    new = new_online_key(office.workspace)
    assert online_key(office.workspace) == new != old
    for key in (old, new):
        signer = online_signer(office.workspace.keys, key)
        key.verify_signature(signer.sign(b"data"), b"data")
