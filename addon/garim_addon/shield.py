"""One exchange from headers to action: the order of things, none of their details.

The order, cheapest decision first:

1. `begin` (`gate`): is the address on a list (refused before anything is fetched)? is the host
   exempt? which request headers must go, so that a picture cannot slip by as 304 or in parts?
2. `head` and `peek`: is it a file that was condemned before? is the body worth holding? Pictures
   and torrent files are, under a byte budget.
3. `judge`: inspection (cache, or an inspector process) -> verdict -> decision -> answer.
   Or `stream`: what is not held is hashed on its way, where lists name files.
4. `end`: give back what was held.

Every way out that is not "innocent" goes through policy: a verdict by `Policy.decide`, a failure by
`Policy.failed`. Nothing here passes anything because of an error.
"""

from time import perf_counter

from garim_addon.act.answering import Answering, fitting
from garim_addon.answer import Answer, Exchange
from garim_addon.decide.action import Action
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.policy import Policy
from garim_addon.decide.verdicts import Verdicts
from garim_addon.decide.zone import Zones
from garim_addon.exchange import Direction, Request, Response
from garim_addon.gate import Gate
from garim_addon.judge.files import Files
from garim_addon.judge.inspections import Inspections
from garim_addon.judge.lists import Live
from garim_addon.judge.staleness import Staleness
from garim_addon.judge.validators import Validators
from garim_addon.media import torrent
from garim_addon.media.budget import Budget
from garim_addon.media.encoding import head as decoded_head
from garim_addon.media.screen import (
    PEEK_BYTES,
    Screening,
    after_peek,
    content_type,
    length,
    screen,
)
from garim_addon.media.sniff import Format, sniff
from garim_addon.record.recorder import Recorder
from garim_addon.text import language, set_language
from garim_addon.verdict import FailureCause, Inspection, Outcome, Reason, Verdict

UNKNOWN_LENGTH = 1 << 20
"""Bytes reserved for a body that does not declare its length."""


class Shield:
    """The core: every adapter drives one of these.

    Attributes:
        gate: Decides about connections and requests.
        answering: Makes placeholders and pages.
        budget: Bytes that may be held.
        can_peek: Whether the adapter can show the first bytes of a body before its head goes on.
    """

    def __init__(
        self,
        *,
        policy: LivePolicy,
        index: Live,
        gate: Gate,
        inspections: Inspections,
        validators: Validators,
        answering: Answering,
        verdicts: Verdicts,
        files: Files,
        zones: Zones,
        staleness: Staleness,
        recorder: Recorder,
    ) -> None:
        """Join the rooms.

        Args:
            policy: The policy, kept current by `refresh`.
            index: The lists, kept current by `refresh`.
            gate: What is decided before anything is fetched.
            inspections: The way from a body to what was found in it.
            validators: What is known of ETags and dates.
            answering: Makes placeholders and pages.
            verdicts: The way from what was found to what it means.
            files: Downloads that are hashed on their way.
            zones: What is known of sites.
            staleness: How old the lists are, kept current by `refresh`.
            recorder: Events and metrics.
        """
        self._live = policy
        self._index = index
        self._inspections = inspections
        self._validators = validators
        self.answering = answering
        self._verdicts = verdicts
        self._files = files
        self._zones = zones
        self._staleness = staleness
        self._recorder = recorder
        self._language = language()
        self.gate = gate
        self.budget = Budget(0)
        self.can_peek = True
        self._adopt()

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._live.current

    def refresh(self) -> None:
        """Follow the policy file and the lists; asked for once a second."""
        before = self._live.errors
        if self._live.refresh():
            self._adopt()
        if self._live.errors != before:
            self._recorder.policy_refused()
        if self._index.refresh():
            self._recorder.lists_changed()
        for feed in self._staleness.refresh():
            decision = self.policy.failed(FailureCause.LIST_STALE, Direction.DOWNLOAD)
            self._recorder.overdue(feed, decision)

    def hook_failed(self, hook: str, error: Exception) -> None:
        """Count and log an exception in an adapter's hook."""
        self._recorder.hook_failed(hook, error)

    def internal_error_passes(self) -> bool:
        """Whether policy lets an exchange go on after an error of ours."""
        decision = self.policy.failed(FailureCause.INTERNAL, Direction.DOWNLOAD)
        return decision.action is Action.PASS

    def begin(self, request: Request) -> Exchange:
        """Decide what the request's head allows to decide."""
        return self.gate.begin(request)

    def head(self, exchange: Exchange, response: Response) -> Screening:
        """Decide what to do with the response's body; reserves the bytes of what is held."""
        if exchange.exempt:
            return Screening.PASS
        if response.status == 304 and exchange.stripped:
            # Asked without conditions, so this answer would show what the browser kept unjudged.
            return Screening.PARTIAL
        condemned = self._files.condemned(exchange.request, response)
        if condemned is not None and self.gate.refuse(exchange, condemned):
            return Screening.LISTED
        cap = self.policy.limits.picture_bytes
        screening = screen(exchange.request, response, cap=cap, can_peek=self.can_peek)
        return self._reserved(exchange, response, screening)

    def peek(self, exchange: Exchange, response: Response, first: bytes) -> Screening:
        """Decide by the first bytes of a body that was not declared a picture."""
        encoding = response.headers.get("content-encoding", "") or ""
        start = (decoded_head(first, encoding) if encoding else first)[:PEEK_BYTES]
        exchange.torrent = torrent.looks_like(start)
        wanted = exchange.torrent or sniff(start) not in {None, Format.SVG}
        # Some coders give nothing before a whole block is there: hold it and look again then.
        exchange.unsure = not wanted and bool(encoding and first) and len(start) < PEEK_BYTES
        held = wanted or exchange.unsure
        if not held and response.status != 206:
            self._validators.remember_harmless(exchange.request, response)
        screening = after_peek(response, picture=held, cap=self._cap(exchange))
        return self._reserved(exchange, response, screening)

    def stream(self, exchange: Exchange, response: Response) -> bool:
        """Prepare the way of a body that is not held; whether it goes through `download`."""
        if not exchange.exempt:
            exchange.download = self._files.watch(exchange.request, response)
        return exchange.download is not None

    async def judge(self, exchange: Exchange, response: Response, body: bytes) -> Answer:
        """Judge a held body and say what becomes of it."""
        encoding = (response.headers.get("content-encoding", "") or "").strip()
        began = perf_counter()
        found = await self._inspections.find(
            body, encoding, self.policy.limits.deadline_ms / 1000, picture=not exchange.torrent
        )
        if exchange.unsure and _nothing_to_judge(found.inspection):
            self._validators.remember_harmless(exchange.request, response)
            return Answer(Action.PASS)
        thresholds = self._verdicts.thresholds(exchange.request)
        verdict = self._verdicts.judged(exchange.request, found, thresholds)
        decision = self.policy.decide(verdict, Direction.DOWNLOAD)
        decision = fitting(exchange, found.inspection, decision)
        if decision.action is Action.PASS and verdict.failure is None:
            self._validators.remember(exchange.request, response, found.key)
        ident = self._recorder.decided(
            exchange.request,
            verdict,
            decision,
            thresholds=thresholds,
            mime=content_type(response),
            size=len(body),
            cached=found.cached,
            waited=(perf_counter() - began) * 1000,
        )
        body = b"" if encoding else body
        return await self.answering.answer(exchange, verdict, decision, ident, body)

    async def fail(self, exchange: Exchange, cause: FailureCause) -> Answer:
        """Say what becomes of a body that could not be held or judged at all."""
        seen = Inspection(failure=cause)
        verdict = Verdict(Outcome.UNCONFIRMED, Reason.FAILED, seen, failure=cause)
        decision = fitting(exchange, seen, self.policy.failed(cause, Direction.DOWNLOAD))
        ident = self._recorder.decided(exchange.request, verdict, decision)
        return await self.answering.answer(exchange, verdict, decision, ident, b"")

    def grow(self, exchange: Exchange, size: int) -> FailureCause | None:
        """Reserve more for a body of undeclared length; say why when it may not be held."""
        most = self._cap(exchange)
        if exchange.held is None or size > most:
            return FailureCause.TOO_LARGE
        return None if exchange.held.grow(min(2 * size, most + 1)) else FailureCause.OVERLOADED

    def next_cap(self, exchange: Exchange) -> int:
        """Bytes that a held body may grow to before `grow` must be asked."""
        held = exchange.held.size if exchange.held is not None else 0
        return min(held, self._cap(exchange))

    def end(self, exchange: Exchange) -> None:
        """Give back what was held; may be called more than once."""
        if exchange.held is not None:
            exchange.held.release()

    def _adopt(self) -> None:
        policy = self._live.current
        self.gate.adopt()
        self._zones.configure(policy.zones)
        self.budget.limit = policy.limits.buffer_bytes
        self._recorder.configure(policy.log)
        set_language(policy.language if policy.language != "auto" else self._language)

    def _cap(self, exchange: Exchange) -> int:
        return torrent.MAX_BYTES if exchange.torrent else self.policy.limits.picture_bytes

    def _reserved(self, exchange: Exchange, response: Response, screening: Screening) -> Screening:
        if screening is not Screening.BUFFER:
            return screening
        exchange.held = self.budget.reserve(length(response) or UNKNOWN_LENGTH)
        return Screening.OVER_BUDGET if exchange.held is None else screening


def _nothing_to_judge(inspection: Inspection) -> bool:
    """Whether a body that was held on suspicion turned out to be something else."""
    if inspection.format or inspection.matches or inspection.kind == "torrent":
        return False
    return inspection.failure in {None, FailureCause.UNDECODABLE}
