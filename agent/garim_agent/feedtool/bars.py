"""What the library tells of its steps, as bars on standard error."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from garim_addon.text import N_, _
from garim_agent.bars import progress_bar
from garim_feed.publish.progress import Progress as Told
from garim_feed.publish.progress import Step

if TYPE_CHECKING:
    from rich.progress import TaskID

WORDS = {
    Step.ADD: N_("reading items"),
    Step.DIGEST: N_("checking changes"),
    Step.REVIEW: N_("comparing"),
    Step.APPLY: N_("applying changes"),
    Step.BUILD: N_("building segments"),
    Step.COPY: N_("writing files"),
    Step.VERIFY: N_("verifying"),
}


@contextmanager
def told() -> Iterator[Told]:
    """Show what the library tells of its steps, one bar a step."""
    tasks: dict[Step, TaskID] = {}
    with progress_bar() as bar:

        def tell(step: Step, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(_(WORDS[step]), total=None)
            bar.update(tasks[step], completed=done, total=total or None)

        yield tell
