"""`garim doctor`: is this installation whole, and which model variant is faster on this CPU?

Rules:
- Every check says what it found and what to do about it; exit code 2 if any is not well.
- The measurement is remembered in the state folder and used from the next start on.
- What cannot be checked on this platform is said, never left out.
"""

import asyncio
import json
import platform
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from garim_addon.assembly import lists_of, worker_config
from garim_addon.decide.policy import Policy
from garim_addon.judge.pool import InspectorPool
from garim_addon.mitm.authority import Authority
from garim_addon.mitm.errors import HostError
from garim_addon.mitm.patches.catalogue import apply_all
from garim_addon.mitm.trust import system_trust
from garim_addon.private_files import PrivateFileError
from garim_addon.text import _, explain
from garim_agent import lists
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING
from garim_agent.folders import Folders, folders
from garim_agent.judging import DEADLINE
from garim_feed.errors import FeedError
from garim_feed.sync.status import read_all
from garim_models import preference
from garim_models.errors import ModelError
from garim_models.manifest import available
from garim_models.testmedia import LISTED


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: What.
        well: Whether it is as it should be.
        detail: What was found, and what to do.
    """

    name: str
    well: bool
    detail: str


def run(*, as_json: bool) -> int:
    """Check everything; returns the exit code."""
    checks = list(_checks(folders()))
    if as_json:
        found = {"well": all(c.well for c in checks), "checks": [asdict(c) for c in checks]}
        sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")
    else:
        for check in checks:
            mark = _("well") if check.well else _("NOT WELL")
            sys.stdout.write(f"{mark:<9} {check.name}: {check.detail}\n")
    return EXIT_NOTHING if all(check.well for check in checks) else EXIT_ERROR


def _checks(where: Folders) -> Iterator[Check]:
    yield _system()
    policy = _policy(where)
    yield policy[1]
    yield _authority(where)
    yield _trust(where)
    yield from _patches()
    yield from _lists(where)
    yield from _models(where)
    yield from asyncio.run(_inspectors(where, policy[0]))


def _system() -> Check:
    tried = sys.platform == "linux"
    found = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    if not tried:
        found += " - " + _("this platform was never tried; see docs/threat-model.md")
    return Check(_("system"), well=True, detail=found)


def _policy(where: Folders) -> tuple[Policy, Check]:
    name = _("policy")
    try:
        policy = Policy.load(where.policy) if where.policy else Policy.preset()
    except Exception as error:
        if not hasattr(error, "template"):
            raise
        return Policy.preset(), Check(name, well=False, detail=explain(error))
    source = str(where.policy) if where.policy else _("none, the home profile is in force")
    return policy, Check(name, well=True, detail=f"{policy.profile} ({source})")


def _authority(where: Folders) -> Check:
    name = _("root certificate")
    folder = where.state / "authority"
    if not folder.is_dir():
        return Check(name, well=True, detail=_("none yet; the first start makes it"))
    try:
        authority = Authority.open(folder)
    except (HostError, PrivateFileError, OSError, ValueError) as error:
        return Check(name, well=False, detail=explain(error))
    root = authority.root
    return Check(
        name,
        well=True,
        detail=_(
            "{path}, valid until {ends}, SHA-256 {fingerprint}",
            path=authority.certificate_file,
            ends=root.ends.date(),
            fingerprint=root.fingerprint,
        ),
    )


def _trust(where: Folders) -> Check:
    name = _("server certificates are checked against")
    try:
        trust = system_trust(where.state)
    except (HostError, OSError) as error:
        return Check(name, well=False, detail=explain(error))
    return Check(name, well=True, detail=str(trust.file or trust.folder))


def _patches() -> Iterator[Check]:
    for patch, applied in apply_all().items():
        detail = (
            _("in force") if applied else _("does not fit this mitmproxy; slower or less exact")
        )
        yield Check(_("patch {name}", name=patch), well=applied, detail=detail)


def _lists(where: Folders) -> Iterator[Check]:
    """Open the index in force, as the proxy does, and look at each feed."""
    name = _("lists")
    try:
        index = lists_of(where.places())
        found = lists.in_force(where.lists)
    except FeedError as error:
        yield Check(name, well=False, detail=explain(error))
        return
    each = ", ".join(f"{one.manifest.name} {one.manifest.version} ({one.feed})" for one in found)
    if index.error is None:
        yield Check(name, well=True, detail=each)
    else:
        yield Check(name, well=False, detail=explain(index.error))
    for feed in read_all(where.lists):
        words = [lists.fresh(feed), *map(lists.problem_words, lists.problems(feed))]
        detail = "; ".join(words)
        yield Check(_("feed {name}", name=feed.name), well=lists.well(feed), detail=detail)


def _models(where: Folders) -> Iterator[Check]:
    """Load every model, measure its variants, and remember which is the fastest here."""
    try:
        manifests = available(where.models)
    except ModelError as error:
        yield Check(_("models"), well=False, detail=explain(error))
        return
    for manifest in manifests:
        name = _("model {name}", name=manifest.name)
        try:
            times = preference.measure(manifest.name, directory=where.models)
            variant = preference.remember(manifest, times, where.places().preference)
        except (ModelError, OSError) as error:
            yield Check(name, well=False, detail=explain(error))
            continue
        words = ", ".join(f"{which} {ms:.1f} ms" for which, ms in times.items())
        yield Check(
            name, well=True, detail=_("{variant} is used: {words}", variant=variant, words=words)
        )


async def _inspectors(where: Folders, policy: Policy) -> list[Check]:
    """Start one inspector, have it judge the official test picture, and ask about its sandbox."""
    pool = InspectorPool(worker_config(policy, where.places()), size=1)
    await pool.start()
    try:
        found = await pool.judge(LISTED.read_bytes(), deadline=DEADLINE)
        stats = pool.stats
    finally:
        await pool.close()
    listed = any(match.list == "test" for match in found.matches)
    said = _("blocked, as it should be") if listed else found.detail or stats.start_failure
    checks = [Check(_("official test picture"), well=listed, detail=said)]
    if stats.degraded:
        checks.append(Check(_("classifier"), well=False, detail=stats.degraded))
    memory = f"{stats.rss[0] / 2**20:.0f} MB" if stats.rss else "-"
    checks.append(Check(_("inspector memory"), well=bool(stats.rss), detail=memory))
    needed = sys.platform == "linux"
    checks += [
        Check(_("sandbox {part}", part=p.name), well=p.active or not needed, detail=p.detail)
        for p in stats.sandbox
    ]
    return checks
