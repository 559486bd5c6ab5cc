"""`garim lists test`: does a list name this address, host or file?

Rules:
- It asks the lists that are in force now, the way the shield asks them: a picture counts in all its
  forms, an address with its host, its folders and its chosen parameters.
- A file is opened in an inspector process, as everywhere; one that is too large for that is looked
  up by its digests alone.
- Exit code 3 when a list blocks it; a match that needs a second signal is told and is not 3.
"""

import asyncio
import re
from dataclasses import asdict, dataclass
from pathlib import Path

from garim_addon.assembly import lists_of
from garim_addon.decide.policy import Policy
from garim_addon.judge.digests import Digests
from garim_addon.judge.inspections import list_match
from garim_addon.text import N_, _
from garim_addon.verdict import ListMatch, Outcome, Verdict
from garim_agent.errors import EXIT_BLOCKED, EXIT_NOTHING, UsageError
from garim_agent.folders import Folders, folders
from garim_agent.judging import Judged, judging
from garim_agent.surface import put, put_json, say
from garim_feed.addresses.canonical import canonical, canonical_host
from garim_feed.lookup.match import Index

_CHUNK = 1 << 20
_HOST = re.compile(r"[^\s/?#@%]+")
"""Something that may be a host, and surely is no sentence."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look-up found.

    Attributes:
        target: What was asked for.
        matches: Entries, those that block first.
        blocked: Whether a list blocks it.
        unknown: What is said when nothing was found.
    """

    target: str
    matches: tuple[ListMatch, ...]
    blocked: bool
    unknown: str = N_("No list names the file {target}.")


def run(target: str, *, as_json: bool) -> int:
    """Look something up; returns the exit code."""
    where = folders()
    index = lists_of(where.places())
    path = Path(target)
    found = _file(path, index, where) if path.is_file() else _address(target, index)
    if as_json:
        matches = [asdict(match) for match in found.matches]
        put_json({"target": target, "listed": found.blocked, "matches": matches})
    else:
        _show(found)
    return EXIT_BLOCKED if found.blocked else EXIT_NOTHING


def _address(target: str, index: Index) -> Looked:
    full = "/" in target
    if not (canonical(target) if full else _HOST.fullmatch(target) and canonical_host(target)):
        raise UsageError(N_("{target} is neither a file, an address nor a host."), target=target)
    found = index.address(target) if full else index.host(target)
    unknown = (
        N_("No list names the address {target}.")
        if full
        else N_("No list names the host {target}.")
    )
    return Looked(target, tuple(map(list_match, found)), blocked=bool(found), unknown=unknown)


def _file(path: Path, index: Index, where: Folders) -> Looked:
    policy = Policy.load(where.policy) if where.policy else Policy.preset()
    if path.stat().st_size > policy.limits.picture_bytes:
        found = index.digest(*_digests(path, index))
        return Looked(str(path), tuple(map(list_match, found)), blocked=bool(found))
    result = asyncio.run(_judge(path.read_bytes(), policy, where))
    matches = sorted(result.inspection.matches, key=lambda match: (not match.tight, match.distance))
    return Looked(str(path), tuple(matches), blocked=_blocks(result.verdict))


async def _judge(body: bytes, policy: Policy, where: Folders) -> Judged:
    async with judging(where, policy, workers=1) as judge:
        return await judge.judge(body)


def _blocks(verdict: Verdict) -> bool:
    return verdict.listed and verdict.outcome is Outcome.BLOCK


def _digests(path: Path, index: Index) -> tuple[bytes, bytes, bytes]:
    taken = Digests(index.digests)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            taken.update(chunk)
    return taken.done()


def _show(found: Looked) -> None:
    if not found.matches:
        say(_(found.unknown, target=found.target))
        return
    for match in found.matches:
        put(
            _(
                "{list} version {version} ({feed}, {category}): {entry}, added {added}",
                list=match.list,
                version=match.version,
                feed=match.feed or _("built in"),
                category=match.category,
                entry=match.entry,
                added=match.added or "-",
            )
            + (_(", {count} bits apart", count=match.distance) if match.distance else "")
        )
    if not found.blocked:
        say(_("It only looks alike: a second signal is needed before anything is blocked."))
