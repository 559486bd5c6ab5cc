"""Every figure that the README quotes: `bench/run.py [--quick] [PART ...]`.

Rules:
- Parts run one after the other, never together; each says the load average before and after.
- Peers are measured in the same run, alternating with ours.
- Results go to `bench/results/` only when every part ran in full; a trial or a part alone goes to
  the cache folder.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# As a script, this folder is first on the path; the checkout must be.
sys.path[0] = str(ROOT)
sys.path[1:1] = [str(ROOT / name) for name in ("feed", "models", "addon", "agent")]

from bench import feed_scale, latency, lists, machine, memory, peers, proxy_cpu, report, stages  # noqa: E402
from bench.context import Context, SkippedError  # noqa: E402
from bench.report import Part  # noqa: E402
from rich.console import Console  # noqa: E402

PARTS = {part.NAME: part for part in (stages, peers, proxy_cpu, latency, memory, lists, feed_scale)}
_BUSY = 0.5
"""Load average from which on the machine is called busy."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts; returns the exit code: 0 when all ran, 1 when one could not."""
    options = parser().parse_args(arguments)
    console = Console(width=None if sys.stdout.isatty() else 140, highlight=False)
    context = Context(ROOT / ".cache" / "bench", options.quick, _teller(console))
    about = machine.describe()
    for name, value in about.items():
        console.print(f"{name}: {value}", style="dim")
    if machine.load() > _BUSY:
        console.print(f"Load average is {machine.load():.2f}: the machine is busy.", style="yellow")
    done = [_part(name, context, console) for name in options.parts or PARTS]
    folder = ROOT / "bench" / "results"
    if options.quick or len(done) < len(PARTS) or any(part.skipped for part in done):
        folder = context.cache / "results"
    for path in report.write(folder, machine.slug(about), about, done):
        console.print(f"written: {path}", style="dim")
    return 1 if any(part.skipped for part in done) else 0


def parser() -> argparse.ArgumentParser:
    """Return the command line."""
    made = argparse.ArgumentParser(description="Measure Garim and its peers on this machine.")
    made.add_argument("parts", nargs="*", choices=[[], *PARTS], help="by default all of them")
    made.add_argument("--quick", action="store_true", help="a trial: few and short rounds")
    return made


def _part(name: str, context: Context, console: Console) -> Part:
    module = PARTS[name]
    before, began = machine.load(), time.monotonic()
    console.rule(module.TITLE, align="left")
    try:
        part: Part = module.run(context)
    except SkippedError as error:
        part = Part(name, module.TITLE, skipped=str(error))
    part = replace(part, load=(before, machine.load()))
    report.show(console, part)
    console.print(f"took {time.monotonic() - began:.0f} s", style="dim")
    return part


def _teller(console: Console) -> Callable[[str], None]:
    return lambda text: console.print(f"  {text}", style="dim")


if __name__ == "__main__":
    sys.exit(main())
