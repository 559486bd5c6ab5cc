"""`garim-feed status`: how the feed stands, and what there is to do next."""

from dataclasses import asdict
from datetime import datetime

from garim_addon.text import _
from garim_agent.errors import EXIT_NOTHING
from garim_agent.feedtool import deciding, drafting, signing, staffing
from garim_agent.feedtool.session import Session
from garim_agent.surface import put, put_json
from garim_feed.publish import status as feed_status
from garim_feed.publish.status import ListStatus, RoleStatus, Status


def show(session: Session, *, as_json: bool) -> int:
    """Print how the feed stands."""
    with session.open() as workspace:
        found = feed_status.status(workspace)
    if as_json:
        put_json(as_object(found))
    else:
        for line in _lines(found):
            put(line)
    return EXIT_NOTHING


def as_object(found: Status) -> dict[str, object]:
    """The whole as plain values."""
    return {
        "feed": found.feed,
        "root_fingerprint": found.root_fingerprint,
        "roles": [asdict(role) for role in found.roles],
        "lists": [
            staffing.plain(each.info)
            | {"entries": each.entries, "changed": each.changed, "segments": each.segments}
            for each in found.lists
        ],
        "drafts": [asdict(draft) for draft in found.drafts],
        "proposals": [asdict(proposal) for proposal in found.proposals],
        "stage": None
        if found.stage is None
        else asdict(found.stage) | {"complete": found.stage.complete},
        "revocations": found.revocations,
        "audit": found.audit,
    }


def _lines(found: Status) -> list[str]:
    lines = [_("Feed {name}", name=found.feed)]
    if found.root_fingerprint:
        lines.append(_("Root: {fingerprint}", fingerprint=found.root_fingerprint))
    lines += ["  " + _role(role) for role in found.roles]
    lines += ["  " + _list(each) for each in found.lists]
    lines += [drafting.words(draft) for draft in found.drafts]
    lines += [_("Proposal {line}", line=deciding.summary(each)) for each in found.proposals]
    if found.stage is not None:
        lines += signing.missing(found.stage)
    if found.revocations:
        lines.append(_("{count} entries are revoked.", count=found.revocations))
    lines.append(_("The audit log has {count} entries.", count=found.audit))
    return lines


def _role(role: RoleStatus) -> str:
    line = _(
        "{role} version {version}, until {time}",
        role=role.role,
        version=role.version,
        time=_moment(role.expires),
    )
    return line + (" - " + _("ends soon: sign, or refresh") if role.ends_soon else "")


def _list(each: ListStatus) -> str:
    line = _(
        "list {name} version {version}: {entries} entries in {segments} segments",
        name=each.info.name,
        version=each.info.version,
        entries=f"{sum(each.entries.values()):,}",
        segments=each.segments,
    )
    waiting = _("{count} changes are not published", count=each.changed)
    return f"{line}, {waiting}" if each.changed else line


def _moment(time: datetime) -> str:
    return time.astimezone().strftime("%Y-%m-%d %H:%M")
