"""`garim check`: judge files, folders, addresses or standard input, and print why.

Rules:
- Exit code 3 when something would be blocked, else 2 when something could not be judged, else 0.
- With `--json`, one object a line and nothing else on standard output.
- A folder is walked in name order; progress goes to standard error.
- Judged a few at a time: memory stays bounded however large the folder is.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from garim_addon.decide.policy import Policy
from garim_addon.record.why import explain_judgement
from garim_addon.text import N_, _, explain
from garim_agent.errors import EXIT_BLOCKED, EXIT_ERROR, EXIT_NOTHING, UsageError
from garim_agent.fetch import fetch
from garim_agent.folders import folders
from garim_agent.judging import Judged, Judging, judging

STDIN = "-"
AT_ONCE = 4


def run(targets: Sequence[str], policy_file: Path | None, *, as_json: bool) -> int:
    """Judge all targets; returns the exit code."""
    where = folders()
    chosen = policy_file or where.policy
    policy = Policy.load(chosen) if chosen else Policy.preset()
    sources = list(_expanded(targets))
    return asyncio.run(_run(sources, policy, as_json=as_json))


async def _run(sources: Sequence[str], policy: Policy, *, as_json: bool) -> int:
    status = EXIT_NOTHING
    few = len(sources) == 1
    async with judging(folders(), policy, workers=1 if few else None) as judge:
        with _progress(len(sources)) as bar:
            task = bar.add_task(_("judging"), total=len(sources))
            async for source, result in _judged(sources, judge, policy.limits.picture_bytes):
                bar.advance(task)
                status = _worse(status, _print(source, result, as_json=as_json))
    return status


async def _judged(
    sources: Sequence[str], judge: Judging, cap: int
) -> AsyncIterator[tuple[str, Judged | Exception]]:
    """Judge a few at a time, in order."""

    async def one(source: str) -> Judged | Exception:
        try:
            body = await asyncio.to_thread(_read, source, cap)
            return await judge.judge(body)
        except (OSError, UsageError) as error:
            return error

    for start in range(0, len(sources), AT_ONCE):
        chunk = sources[start : start + AT_ONCE]
        for source, result in zip(chunk, await asyncio.gather(*map(one, chunk)), strict=True):
            yield source, result


def _expanded(targets: Sequence[str]) -> Iterator[str]:
    for target in targets:
        path = Path(target)
        if target == STDIN or target.startswith(("http://", "https://")):
            yield target
        elif path.is_dir():
            yield from (str(file) for file in sorted(path.rglob("*")) if file.is_file())
        elif path.exists():
            yield target
        else:
            raise UsageError(
                N_("{target} is neither a file, a folder nor an http(s) address."), target=target
            )


def _read(source: str, cap: int) -> bytes:
    """Read at most one byte more than `cap`, which is enough to be too large."""
    if source == STDIN:
        return sys.stdin.buffer.read(cap + 1)
    if source.startswith(("http://", "https://")):
        return fetch(source, cap + 1)
    with Path(source).open("rb") as file:
        return file.read(cap + 1)


def _print(source: str, result: Judged | Exception, *, as_json: bool) -> int:
    if isinstance(result, Exception):
        if as_json:
            _line(json.dumps({"source": source, "error": explain(result)}, ensure_ascii=False))
        else:
            sys.stderr.write(f"{source}: {explain(result)}\n")
        return EXIT_ERROR
    if as_json:
        _line(json.dumps(as_object(source, result), ensure_ascii=False))
    else:
        _line("\n  ".join([f"{source}:", *words(result)]))
    if result.decision.wanted.changes and result.verdict.failure is None:
        return EXIT_BLOCKED
    return EXIT_NOTHING if result.verdict.failure is None else EXIT_ERROR


def words(result: Judged) -> list[str]:
    """Explain one result in the user's language."""
    if not result.media:
        return [_("Not a picture; nothing to judge.")]
    return explain_judgement(result.inspection, result.verdict, result.decision, result.thresholds)


def as_object(source: str, result: Judged) -> dict[str, object]:
    """One result as plain values for `--json`."""
    seen = result.inspection
    return {
        "source": source,
        "kind": seen.kind,
        "format": seen.format,
        "width": seen.width,
        "height": seen.height,
        "frames": seen.frames,
        "sha256": seen.sha256,
        "pdq": seen.pdq,
        "quality": seen.quality,
        "scores": {
            f"stage{stage}": max((s.value for s in seen.scores if s.stage == stage), default=None)
            for stage in (1, 2)
        },
        "findings": [*map(asdict, seen.matches), *map(asdict, seen.scores)],
        "verdict": result.verdict.outcome,
        "reason": result.verdict.reason if result.media else "not-media",
        "failure": result.verdict.failure,
        "detail": seen.detail,
        "action": result.decision.action,
        "ms": seen.steps,
    }


def _worse(one: int, other: int) -> int:
    order = (EXIT_NOTHING, EXIT_ERROR, EXIT_BLOCKED)
    return max(one, other, key=order.index)


def _line(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _progress(count: int) -> Progress:
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=count < 2 or not console.is_terminal,
        transient=True,
    )
