"""`garim-feed diff | audit | verify | root | serve`: what changed, who did it, what agents see."""

from dataclasses import asdict
from pathlib import Path

from garim_addon.text import N_, _
from garim_agent.errors import EXIT_NOTHING, UsageError
from garim_agent.feedtool import deciding
from garim_agent.feedtool.bars import told
from garim_agent.feedtool.session import Session, chosen_list, published
from garim_agent.surface import put, put_json, say
from garim_feed.publish import audit as audit_log
from garim_feed.publish import diff as list_diff
from garim_feed.publish.serve import server
from garim_feed.publish.verify import Seen, verify
from garim_feed.sync import trust

FIRST_ROOT = Path("metadata") / "1.root.json"


def diff(session: Session, name: str, older: int, newer: int | None, *, as_json: bool) -> int:
    """Print what leads from one version of a list to another."""
    with session.open() as workspace:
        info = chosen_list(workspace, name)
        for change in list_diff.diff(workspace, info.name, older, newer):
            if as_json:
                put_json(asdict(change))
            else:
                put(deciding.line(change))
    return EXIT_NOTHING


def audit(session: Session, *, check_only: bool, as_json: bool) -> int:
    """Check the log, and print it."""
    with session.open() as workspace:
        length = audit_log.check(workspace)
        for record in () if check_only else audit_log.records(workspace):
            if as_json:
                put_json(asdict(record))
                continue
            facts = " ".join(f"{name}={value}" for name, value in record.detail.items())
            when = record.at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
            put(f"{record.number}  {when}  {record.who or '-'}  {record.action}  {facts}")
    say(_("The log is whole: {count} entries, each bound to the one before.", count=length))
    return EXIT_NOTHING


def check(where: str, root: Path | None, *, as_json: bool) -> int:
    """Verify a published feed as an agent would."""
    with told() as tell:
        seen = verify(
            where if "://" in where else Path(where),
            root.read_bytes() if root is not None else None,
            progress=tell,
        )
    if as_json:
        put_json(asdict(seen))
    else:
        _print(seen)
    if root is None:
        say(_("Its own root file was believed: this proves that it is whole, not whose it is."))
    return EXIT_NOTHING


def root(folder: Path | None, out: Path | None) -> int:
    """Print the fingerprint by which agents know the feed, and copy its root file out."""
    source = published(folder) / FIRST_ROOT
    if not source.is_file():
        raise UsageError(N_("{folder} holds no published feed."), folder=published(folder))
    data = source.read_bytes()
    facts = trust.inspect(data)
    put(trust.readable(facts.fingerprint))
    if out is not None:
        out.write_bytes(data)
    say(
        _(
            "{threshold} of {keys} keys. Give agents {path}, or the fingerprint above by another "
            "way than the feed itself.",
            threshold=facts.threshold,
            keys=facts.keys,
            path=out or source,
        )
    )
    return EXIT_NOTHING


def serve(folder: Path | None, host: str, port: int) -> int:
    """Serve a published feed until Ctrl-C, to try it out."""
    serving = server(published(folder), host, port)
    say(
        _(
            "Serving on http://{host}:{port}/ for trials, without TLS. Ctrl-C stops.",
            host=host,
            port=serving.server_address[1],
        )
    )
    try:
        serving.serve_forever()
    except KeyboardInterrupt:
        say("")
    finally:
        serving.server_close()
    return EXIT_NOTHING


def _print(seen: Seen) -> None:
    put(
        _(
            "{feed}: root version {root}, timestamp {timestamp} until {time}",
            feed=seen.feed,
            root=seen.root,
            timestamp=seen.timestamp,
            time=seen.expires.astimezone().strftime("%Y-%m-%d %H:%M"),
        )
    )
    put(trust.readable(seen.fingerprint))
    for each in seen.lists:
        put(
            "  "
            + _(
                "{name} of {authority}: version {version}, {entries} entries, {segments} segments, "
                "{size} bytes, {revoked} revoked",
                name=each.name,
                authority=each.authority,
                version=each.version,
                entries=f"{sum(each.entries.values()):,}",
                segments=each.segments,
                size=f"{each.size:,}",
                revoked=each.revoked,
            )
        )
