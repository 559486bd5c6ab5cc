"""One exchange from headers to action: the order of things, none of their details.

The order, cheapest decision first:

1. `begin`: is the address on a list (refused before anything is fetched)? is the host exempt? which
   request headers must go, so that a picture cannot slip by as 304 or in parts?
2. `head` and `peek`: is the body worth holding? Only pictures are, under a byte budget.
3. `judge`: inspection (cache, or an inspector process) -> verdict -> decision -> answer.
4. `end`: give back what was held.

Every way out that is not "innocent" goes through policy: a verdict by `Policy.decide`, a failure by
`Policy.failed`. Nothing here passes anything because of an error.
"""

from dataclasses import dataclass, replace
from time import perf_counter

from garim_addon.act.page import Page, refusal, unverified
from garim_addon.act.replacement import Replacer
from garim_addon.act.rewrite import strip_conditionals, strip_range
from garim_addon.decide.action import Action, Decision
from garim_addon.decide.exemptions import Exemptions
from garim_addon.decide.learned import Cause, Learned
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.policy import Policy
from garim_addon.decide.thresholds import ModelDefaults
from garim_addon.decide.zone import Zones
from garim_addon.exchange import Direction, Request, Response
from garim_addon.judge.confirm import Thresholds, confirm
from garim_addon.judge.inspections import Inspections, list_match
from garim_addon.judge.validators import Validators
from garim_addon.media.budget import Budget, Reservation
from garim_addon.media.encoding import head as decoded_head
from garim_addon.media.screen import (
    PEEK_BYTES,
    Screening,
    after_peek,
    content_type,
    length,
    screen,
    wants_picture,
)
from garim_addon.media.sniff import Format, sniff
from garim_addon.record.recorder import Recorder
from garim_addon.text import language, set_language
from garim_addon.verdict import (
    FailureCause,
    Inspection,
    ListMatch,
    Outcome,
    Reason,
    Verdict,
)
from garim_feed.index import Index

UNKNOWN_LENGTH = 1 << 20
"""Bytes reserved for a picture that does not declare its length."""

FAILED_SCREENINGS = {
    Screening.TOO_LARGE: FailureCause.TOO_LARGE,
    Screening.PARTIAL: FailureCause.PARTIAL,
    Screening.OVER_BUDGET: FailureCause.OVERLOADED,
}
"""Screenings that end in policy's fail matrix."""


@dataclass(slots=True)
class Exchange:
    """What the shield knows of one exchange while it lasts.

    Attributes:
        request: The request.
        exempt: Whether its host is exempt (nothing is held or judged).
        stripped: Request headers to remove before it is sent on.
        page: The page that refuses it, or `None`.
        held: Bytes reserved for its body.
        unsure: Whether it is held because its first bytes could not be decoded yet; it is no
            picture until it turns out to be one.
    """

    request: Request
    exempt: bool = False
    stripped: tuple[str, ...] = ()
    page: Page | None = None
    held: Reservation | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What the adapter does with a body.

    Attributes:
        action: Pass it, replace it by `body`, cut the connection, or refuse by `page`.
        body: The placeholder.
        mime: Its type.
        page: The page that refuses.
    """

    action: Action
    body: bytes = b""
    mime: str = ""
    page: Page | None = None


class Shield:
    """The core: every adapter drives one of these."""

    def __init__(
        self,
        *,
        policy: LivePolicy,
        index: Index,
        inspections: Inspections,
        validators: Validators,
        replacer: Replacer,
        zones: Zones,
        recorder: Recorder,
        defaults: ModelDefaults,
    ) -> None:
        """Join the rooms.

        Args:
            policy: The policy, kept current by `refresh`.
            index: Exact look-ups: hosts, addresses.
            inspections: The way from a body to what was found in it.
            validators: What is known of ETags and dates.
            replacer: Makes placeholders.
            zones: What is known of sites.
            recorder: Events and metrics.
            defaults: Thresholds that the models recommend.
        """
        self._live = policy
        self._index = index
        self._inspections = inspections
        self._validators = validators
        self._replacer = replacer
        self._zones = zones
        self._recorder = recorder
        self._defaults = defaults
        self._learned = Learned(lambda host: bool(index.host(host)))
        self._language = language()
        self.budget = Budget(0)
        self.can_peek = True
        self._adopt()

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._live.current

    def refresh(self) -> None:
        """Follow the policy file; asked for once a second."""
        before = self._live.errors
        if self._live.refresh():
            self._adopt()
        if self._live.errors != before:
            self._recorder.policy_refused()

    def passes_through(self, host: str) -> bool:
        """Whether a connection to `host` is tunnelled and never decrypted."""
        return not self._index.host(host) and self._exemptions.pass_through(host) is not None

    def learn(self, host: str, cause: Cause) -> None:
        """Remember that decrypting `host` would break it."""
        self._learned.learn(host, cause)

    def hook_failed(self, hook: str, error: Exception) -> None:
        """Count and log an exception in an adapter's hook."""
        self._recorder.hook_failed(hook, error)

    def internal_error_passes(self) -> bool:
        """Whether policy lets an exchange go on after an error of ours."""
        decision = self.policy.failed(FailureCause.INTERNAL, Direction.DOWNLOAD)
        return decision.action is Action.PASS

    def begin(self, request: Request) -> Exchange:
        """Decide what the request's head allows to decide."""
        exchange = Exchange(request)
        matches = self._listed(request)
        if matches:
            self._refuse(exchange, Inspection(matches=matches))
        if exchange.page is None and self._doubtful(request):
            exchange.page = unverified(request)
        if exchange.page is None:
            exchange.exempt = self._exemptions.exempt(request.host) is not None
            exchange.stripped = () if exchange.exempt else self._stripped(request)
        return exchange

    def head(self, exchange: Exchange, response: Response) -> Screening:
        """Decide what to do with the response's body; reserves the bytes of what is held."""
        if exchange.exempt:
            return Screening.PASS
        if response.status == 304 and exchange.stripped:
            # Asked without conditions, so this answer would show what the browser kept unjudged.
            return Screening.PARTIAL
        cap = self.policy.limits.picture_bytes
        screening = screen(exchange.request, response, cap=cap, can_peek=self.can_peek)
        return self._reserved(exchange, response, screening)

    def peek(self, exchange: Exchange, response: Response, first: bytes) -> Screening:
        """Decide by the first bytes of a body that was not declared a picture."""
        encoding = response.headers.get("content-encoding", "") or ""
        start = decoded_head(first, encoding) if encoding else first
        picture = sniff(start[:PEEK_BYTES]) not in {None, Format.SVG}
        # Some coders give nothing before a whole block is there: hold it and look again then.
        exchange.unsure = not picture and bool(encoding and first) and len(start) < PEEK_BYTES
        if not (picture or exchange.unsure) and response.status != 206:
            self._validators.remember_harmless(exchange.request, response)
        cap = self.policy.limits.picture_bytes
        screening = after_peek(response, picture=picture or exchange.unsure, cap=cap)
        return self._reserved(exchange, response, screening)

    async def judge(self, exchange: Exchange, response: Response, body: bytes) -> Answer:
        """Judge a held body and say what becomes of it."""
        encoding = (response.headers.get("content-encoding", "") or "").strip()
        began = perf_counter()
        deadline = self.policy.limits.deadline_ms / 1000
        found = await self._inspections.find(body, encoding, deadline)
        if exchange.unsure and _no_picture(found.inspection):
            self._validators.remember_harmless(exchange.request, response)
            return Answer(Action.PASS)
        thresholds = self._thresholds(exchange.request)
        verdict = confirm(self._judged(found.inspection), thresholds)
        decision = self.policy.decide(verdict, Direction.DOWNLOAD)
        self._observe(exchange.request, found.inspection)
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
        original = b"" if encoding else body
        return await self._answer(exchange, verdict, decision, ident, original)

    async def fail(self, exchange: Exchange, cause: FailureCause) -> Answer:
        """Say what becomes of a body that could not be held or judged at all."""
        verdict = Verdict(
            Outcome.UNCONFIRMED, Reason.FAILED, Inspection(failure=cause), failure=cause
        )
        decision = self.policy.failed(cause, Direction.DOWNLOAD)
        ident = self._recorder.decided(exchange.request, verdict, decision)
        return await self._answer(exchange, verdict, decision, ident, b"")

    def grow(self, exchange: Exchange, size: int) -> FailureCause | None:
        """Reserve more for a body of undeclared length; say why when it may not be held."""
        most = self.policy.limits.picture_bytes
        if exchange.held is None or size > most:
            return FailureCause.TOO_LARGE
        grown = exchange.held.grow(min(2 * size, most + 1))
        return None if grown else FailureCause.OVERLOADED

    def next_cap(self, exchange: Exchange) -> int:
        """Bytes that a held body may grow to before `grow` must be asked."""
        held = exchange.held.size if exchange.held is not None else 0
        return min(held, self.policy.limits.picture_bytes)

    def end(self, exchange: Exchange) -> None:
        """Give back what was held; may be called more than once."""
        if exchange.held is not None:
            exchange.held.release()

    def _adopt(self) -> None:
        policy = self._live.current
        self._exemptions = Exemptions(policy.hosts, self._learned)
        self._zones.configure(policy.zones)
        self.budget.limit = policy.limits.buffer_bytes
        self._recorder.configure(policy.log)
        set_language(self._language if policy.language == "auto" else policy.language)

    def _doubtful(self, request: Request) -> bool:
        """Whether the server's certificate was in doubt a moment ago, on this very connection."""
        learned = self._learned.find(request.host) if request.scheme == "https" else None
        return learned is not None and learned.cause is Cause.UPSTREAM_DOUBTFUL

    def _listed(self, request: Request) -> tuple[ListMatch, ...]:
        """Match the address, and the `Host` header where it says something else."""
        named = (request.headers.get("host", "") or "").rpartition(":")[0]
        named = named or (request.headers.get("host", "") or "")
        matches = self._index.host(request.host) or self._index.address(request.address)
        if not matches and named and named != request.host:
            matches = self._index.host(named)
        return tuple(list_match(m) for m in matches)

    def _refuse(self, exchange: Exchange, inspection: Inspection) -> None:
        verdict = self._verdict(exchange.request, inspection)
        decision = self.policy.decide(verdict, Direction.DOWNLOAD)
        ident = self._recorder.decided(exchange.request, verdict, decision)
        if decision.action is not Action.PASS and verdict.match is not None:
            exchange.page = refusal(exchange.request, verdict.match, ident)

    def _stripped(self, request: Request) -> tuple[str, ...]:
        known = self._validators.body_of(request)
        passes = known is not None and self._still_passes(request, known)
        removed = () if passes else strip_conditionals(request.headers)
        return removed + strip_range(request.headers) if wants_picture(request) else removed

    def _still_passes(self, request: Request, key: bytes) -> bool:
        inspection = self._inspections.recall(key)
        if inspection is None:
            return False
        verdict = self._verdict(request, inspection)
        return self.policy.decide(verdict, Direction.DOWNLOAD).action is Action.PASS

    def _reserved(self, exchange: Exchange, response: Response, screening: Screening) -> Screening:
        if screening is not Screening.BUFFER:
            return screening
        exchange.held = self.budget.reserve(length(response) or UNKNOWN_LENGTH)
        return Screening.OVER_BUDGET if exchange.held is None else screening

    def _thresholds(self, request: Request) -> Thresholds:
        return self.policy.thresholds(self._zones.shift(request.host), self._defaults)

    def _verdict(self, request: Request, inspection: Inspection) -> Verdict:
        return confirm(inspection, self._thresholds(request))

    def _judged(self, inspection: Inspection) -> Inspection:
        """A picture that no classifier saw is not innocent where policy wants one to look.

        So it is when the classifier is switched on while inspectors run that were started without.
        """
        seen = inspection.scores or inspection.skipped or inspection.failure is not None
        if seen or not self.policy.classifier.enabled:
            return inspection
        return replace(
            inspection,
            failure=FailureCause.MODEL_MISSING,
            detail="the classifier was switched on; restart Garim to load its models",
        )

    def _observe(self, request: Request, inspection: Inspection) -> None:
        """Count for the site, by unshifted thresholds: a shift must not feed itself."""
        if inspection.failure is None and not inspection.skipped:
            verdict = confirm(inspection, self.policy.thresholds(0.0, self._defaults))
            self._zones.observe(request.host, condemned=verdict.outcome is Outcome.BLOCK)

    async def _answer(
        self, exchange: Exchange, verdict: Verdict, decision: Decision, ident: str, original: bytes
    ) -> Answer:
        if decision.action is Action.REPLACE:
            made = await self._replacer.make(verdict, decision, ident, original)
            return Answer(Action.REPLACE, made.body, made.mime)
        if decision.action is Action.REFUSE:
            page = refusal(exchange.request, verdict.match, ident)
            return Answer(Action.REFUSE, page=page)
        return Answer(decision.action)


def _no_picture(inspection: Inspection) -> bool:
    """Whether a body that was held on suspicion turned out to be something else."""
    if inspection.format or inspection.matches:
        return False
    return inspection.failure in {None, FailureCause.UNDECODABLE}
