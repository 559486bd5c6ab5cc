"""Listed files of any type: downloads are hashed on their way and stopped at their end.

Rules:
- Nothing is hashed while no list names a file.
- What policy does about a listed file is done, as far as it still can be: its head and most of it
  have gone, so `replace` and `refuse` cut the connection, too.
- The next try is refused by its head (`judge.condemned`).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Request, Response
from garim_addon.judge.condemned import Condemned
from garim_addon.judge.digests import Digests
from garim_addon.judge.inspections import list_match
from garim_addon.judge.stream import Download
from garim_addon.judge.validators import Validators
from garim_addon.media.download import hashed, withheld
from garim_addon.media.screen import content_type, length
from garim_addon.record.recorder import Recorder
from garim_addon.verdict import Inspection, Verdict
from garim_feed.lookup.match import Index

type Decide = Callable[[Request, Inspection], tuple[Verdict, Decision]]
"""Says what an inspection of a file means and what policy does about it."""


class Files:
    """Watches downloads."""

    def __init__(
        self,
        *,
        index: Index,
        decide: Decide,
        condemned: Condemned,
        validators: Validators,
        recorder: Recorder,
    ) -> None:
        """Join the parts.

        Args:
            index: The lists.
            decide: Decides about a listed file.
            condemned: Remembers listed files.
            validators: What is known of ETags and dates.
            recorder: Events and metrics.
        """
        self._index = index
        self._decide = decide
        self._condemned = condemned
        self._validators = validators
        self._recorder = recorder

    def watch(self, request: Request, response: Response) -> Download | None:
        """Return the filter for a body that streams; `None` when it is not hashed."""
        wanted = self._index.digests
        if not wanted or not hashed(request, response):
            return None
        return Download(
            Digests(wanted),
            withheld(request, response),
            length(response),
            partial(self._ended, request, response),
        )

    def condemned(self, request: Request, response: Response) -> Inspection | None:
        """Return what was found in the file that this response begins, if it was listed before."""
        return self._condemned.find(request, response)

    def _ended(
        self, request: Request, response: Response, found: tuple[bytes, bytes, bytes], size: int
    ) -> bool:
        matches = tuple(list_match(m) for m in self._index.digest(*found))
        if not matches:
            return False
        inspection = Inspection(kind="file", sha256=found[0].hex(), matches=matches)
        verdict, decision = self._decide(request, inspection)
        stopped = decision.action.changes
        if stopped:
            decision = replace(decision, action=Action.CUT)
            self._condemned.remember(request, response, inspection)
            self._validators.forget(request, response)
        self._recorder.decided(
            request, verdict, decision, mime=content_type(response), size=size, streamed=True
        )
        return stopped
