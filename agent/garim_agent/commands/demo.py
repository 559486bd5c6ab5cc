"""`garim demo`: a real browser on a local site, through Garim on embedded defaults, with a report.

Rules:
- Everything happens in a temporary folder and on loopback; the user's browser, stores and settings
  are not touched. Only the report is kept.
- The list is none of the shipped ones: two made-up people publish it, Garim syncs it from a server.
- What the browser got is compared with what the site meant: the report says for each picture what
  was expected, what came, why, and how long it took. A difference is exit code 2.
"""

import asyncio
import hashlib
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from garim_addon.assembly import Places
from garim_addon.decide.action import Action
from garim_addon.decide.policy import Policy
from garim_addon.mitm.options import HostSettings
from garim_addon.record.entry import Entry
from garim_addon.record.reader import EventReader
from garim_addon.record.sentences import REASONS
from garim_addon.text import _, language
from garim_addon.verdict import Reason
from garim_agent.demo import feed
from garim_agent.demo.browse import Seen, look, open_page
from garim_agent.demo.chromium import chromium, find_browser
from garim_agent.demo.origin import origin
from garim_agent.demo.report import Line, Report
from garim_agent.demo.site import Expected, Site, build
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING
from garim_agent.folders import Folders
from garim_agent.host import running
from garim_agent.judging import judging
from garim_models.testmedia import CLASSIFIER, LISTED, LISTED_JPEG

POLICY = """profile = "home"
[limits]
deadline_ms = 10000
[log]
plain_addresses = true
"""
"""The embedded defaults but for two: a slow machine gets the time it needs, so that the report
does not depend on it, and addresses are readable, since all of them are our own."""


def run(report_folder: Path, browser: str, *, as_json: bool) -> int:
    """Run the demonstration; returns the exit code."""
    path = find_browser(browser)
    report_folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="garim-demo-") as folder:
        report = asyncio.run(_demonstrate(Path(folder), report_folder, path))
    (report_folder / "report.json").write_text(report.to_json() + "\n", "utf-8")
    if as_json:
        sys.stdout.write(report.to_json() + "\n")
    else:
        _show(report, report_folder)
    return EXIT_NOTHING if report.as_expected else EXIT_ERROR


async def _demonstrate(folder: Path, report_folder: Path, browser: str) -> Report:
    _say(_("Building the local test site ..."))
    site = await asyncio.to_thread(
        build, folder / "site", listed=LISTED, listed_jpeg=LISTED_JPEG, classifier=CLASSIFIER
    )
    policy = folder / "policy.toml"
    policy.write_text(POLICY)
    places = Places(folder / "state", policy, builtin_list=False)
    _say(_("Publishing the list `test`: one person proposes, another approves, both sign ..."))
    root = await asyncio.to_thread(feed.publish, folder / "feed", *await _looks(places))
    with origin(site.folder, folder / "origin") as server, feed.served(folder / "feed") as address:
        _say(_("Syncing the list from {address} ...", address=address))
        await asyncio.to_thread(feed.sync, places.lists, address, root)
        settings = HostSettings(places.state, listen_port=0, extra_ca=server.authority)
        _say(_("Starting Garim ..."))
        async with running(places, settings) as proxy:
            _say(_("Browsing through Garim with a real Chromium ..."))
            async with chromium(
                folder / "home",
                proxy=f"127.0.0.1:{proxy.port}",
                browser=browser,
                certificates=(proxy.host.authority.certificate_file,),
                language=language(),
            ) as context:
                gallery = f"{server.address}/{site.pages[0]}"
                page = await open_page(context, gallery, report_folder / "gallery.png")
                seen = await look(page, [f"/{picture.path}" for picture in site.pictures])
                for name in site.pages[1:]:
                    shot = report_folder / f"{Path(name).stem}.png"
                    await open_page(context, f"{server.address}/{name}", shot)
                blocked = await open_page(
                    context, "http://blocked.garim.test/", report_folder / "page.png"
                )
                page_text = await blocked.inner_text("body")
        events = EventReader(places.log).recent(10_000)
    lines = _lines(site, seen, events, server.address)
    return Report(tuple(lines), listed_page="garim.test" in page_text)


async def _looks(places: Places) -> tuple[str, int]:
    """PDQ and quality of the official test picture, as an inspector sees it."""
    where = Folders(places.state, places.state)
    async with judging(where, Policy.preset(), workers=1) as judge:
        found = (await judge.judge(LISTED.read_bytes())).inspection
    return found.pdq, found.quality


def _lines(site: Site, seen: dict[str, Seen], events: list[Entry], base: str) -> list[Line]:
    """Join what was meant, what came, and what the log says of it."""
    first: dict[str, Entry] = {}
    for entry in events:  # newest first: the oldest one wins, it was not cached
        first[entry.address] = entry
    return [
        _line(site, picture, seen[f"/{picture.path}"], first.get(f"{base}/{picture.path}"))
        for picture in site.pictures
    ]


def _line(site: Site, picture: Expected, seen: Seen, entry: Entry | None) -> Line:
    original = hashlib.sha256((site.folder / picture.path).read_bytes()).digest()
    untouched = seen.sha256 == original
    same_size = (seen.width, seen.height) == (picture.width, picture.height)
    if picture.expect == "cover":
        right = not untouched and same_size and entry is not None and entry.action is Action.REPLACE
    else:
        right = untouched
    return Line(
        path=picture.path,
        format=picture.format,
        width=seen.width,
        height=seen.height,
        expected=picture.expect,
        got="show" if untouched else "cover",
        right=right,
        reason=entry.reason if entry else "",
        ident=entry.ident if entry and not untouched else "",
        scores=tuple(score.value for score in entry.inspection.scores) if entry else (),
        lists=tuple(match.entry for match in entry.inspection.matches) if entry else (),
        ms=round(entry.waited, 1) if entry else 0.0,
    )


def _show(report: Report, folder: Path) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (_("Picture"), _("Size"), _("Expected"), _("Result"), _("Why"), "ms"):
        table.add_column(heading)
    names = {"show": _("shown"), "cover": _("covered")}
    for line in report.notable:
        mark = "" if line.right else " !"
        why = _(REASONS[Reason(line.reason)]) if line.reason else ""
        table.add_row(
            line.path,
            f"{line.width}x{line.height}",
            names[line.expected],
            names[line.got] + mark,
            why,
            f"{line.ms:.0f}",
        )
    console = Console()
    console.print(table)
    console.print(
        _(
            "{pictures} pictures: {covered} covered, {shown} shown untouched; "
            "a picture took {median:.0f} ms (median) to judge.",
            pictures=len(report.lines),
            covered=report.count("cover"),
            shown=report.count("show"),
            median=report.median_ms,
        )
    )
    console.print(_("Screenshots and report.json are in {folder}.", folder=folder))
    if not report.as_expected:
        console.print(_("Something was not as expected; see the lines marked with !"))


def _say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()
