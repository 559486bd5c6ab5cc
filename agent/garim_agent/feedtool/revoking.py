"""`garim-feed revoke --now`: take entries out of force within a minute, by one person's signature.

Rules:
- It can only take away, and it says why. `--now` is asked for so that nobody takes it for `remove`.
- What is named by a file or an address stands for whatever of it is on the list.
"""

from collections.abc import Sequence
from pathlib import Path

from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool.bars import told
from garim_agent.feedtool.drafting import entries_of
from garim_agent.feedtool.session import Session, chosen_list, published
from garim_agent.feedtool.things import Wishes
from garim_agent.surface import put, put_json, say
from garim_feed.publish import revoking


def revoke(
    session: Session,
    name: str,
    arguments: Sequence[str],
    wishes: Wishes,
    *,
    now: bool,
    reason: str,
    folder: Path | None,
) -> int:
    """Revoke entries and publish that."""
    if not now:
        raise UsageError(
            N_(
                "revoke takes entries out of force at once: add --now. "
                "The ordinary way is: garim-feed remove."
            )
        )
    if not reason.strip():
        raise UsageError(N_("Say why: --reason."))
    target = published(folder)
    with session.open() as workspace:
        who, info = session.person(workspace), chosen_list(workspace, name)
        entries = entries_of(workspace, info, arguments, wishes)
        signer = session.signer(workspace)
        with told() as tell:
            revoking.revoke_now(
                workspace,
                who,
                info.name,
                entries,
                reason=reason,
                signer=signer,
                folder=target,
                progress=tell,
            )
    for entry in entries:
        put(entry)
    say(
        _(
            "Revoked on {list} and published. Agents take it up with their next look; the next "
            "full publish makes it an ordinary removal.",
            list=info.name,
        )
    )
    return EXIT_NOTHING


def show(session: Session, *, as_json: bool) -> int:
    """Print the revocations in force, oldest first."""
    with session.open() as workspace:
        found = revoking.revocations(workspace)
    if as_json:
        put_json([{name: getattr(each, name) for name in each.__slots__} for each in found])
    for each in () if as_json else found:
        when = each.at.astimezone().strftime("%Y-%m-%d %H:%M")
        put(f"{when}  {each.list}  {each.entry}  {each.by}: {each.reason}")
    return EXIT_NOTHING
