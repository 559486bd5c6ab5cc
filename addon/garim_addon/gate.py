"""What is decided of a connection or a request before anything is fetched.

Rules:
- A listed host or address is refused whatever else holds for it, also where a host is exempt or
  passed through.
- A tunnel in which nobody speaks HTTP is refused by its host alone.
- Conditions of a request (and ranges, where it looks like one for a picture) go, unless what the
  browser kept was judged and still passes.
"""

from garim_addon.act.answering import Answering
from garim_addon.act.page import unverified
from garim_addon.act.rewrite import strip_conditionals, strip_range
from garim_addon.answer import Exchange
from garim_addon.decide.action import Action
from garim_addon.decide.exemptions import Exemptions
from garim_addon.decide.learned import Cause, Learned
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.verdicts import Verdicts
from garim_addon.exchange import Request
from garim_addon.judge.addresses import Addresses
from garim_addon.judge.inspections import Inspections
from garim_addon.judge.validators import Validators
from garim_addon.media.screen import wants_picture
from garim_addon.record.recorder import Recorder
from garim_addon.verdict import Inspection
from garim_feed.lookup.match import Index


class Gate:
    """Decides what a request's head allows to decide."""

    def __init__(
        self,
        *,
        policy: LivePolicy,
        index: Index,
        inspections: Inspections,
        validators: Validators,
        verdicts: Verdicts,
        answering: Answering,
        recorder: Recorder,
    ) -> None:
        """Join the parts.

        Args:
            policy: The policy in force.
            index: The lists.
            inspections: What is remembered of bodies.
            validators: What is known of ETags and dates.
            verdicts: The way from what was found to what it means.
            answering: Makes pages.
            recorder: Events and metrics.
        """
        self._live = policy
        self._index = index
        self._addresses = Addresses(index)
        self._inspections = inspections
        self._validators = validators
        self._verdicts = verdicts
        self._answering = answering
        self._recorder = recorder
        self._learned = Learned(lambda host: bool(index.host(host)))
        self.adopt()

    def adopt(self) -> None:
        """Take the hosts of the policy in force."""
        self._exemptions = Exemptions(self._live.current.hosts, self._learned)

    def learn(self, host: str, cause: Cause) -> None:
        """Remember that decrypting `host` would break it."""
        self._learned.learn(host, cause)

    def passes_through(self, host: str) -> bool:
        """Whether a connection to `host` is tunnelled and never decrypted."""
        return not self._index.host(host) and self._exemptions.pass_through(host) is not None

    def refuses_tunnel(self, host: str, port: int) -> bool:
        """Whether a tunnel in which nobody speaks HTTP may not be opened to `host`."""
        matches = self._addresses.host(host)
        request = Request("CONNECT", "https", host, port, "", {})
        return bool(matches) and self.refuse(Exchange(request), Inspection(matches=matches))

    def begin(self, request: Request) -> Exchange:
        """Decide what the request's head allows to decide."""
        exchange = Exchange(request)
        matches = self._addresses.matches(request)
        if matches and self.refuse(exchange, Inspection(matches=matches)):
            return exchange
        if self._doubtful(request):
            exchange.page = unverified(request)
            return exchange
        exchange.exempt = self._exemptions.exempt(request.host) is not None
        exchange.stripped = () if exchange.exempt else self._stripped(request)
        return exchange

    def refuse(self, exchange: Exchange, inspection: Inspection) -> bool:
        """Put a page into an exchange of what a list names, if policy says so; record it."""
        verdict, decision = self._verdicts.decided(exchange.request, inspection)
        ident = self._recorder.decided(exchange.request, verdict, decision)
        refused = decision.action is not Action.PASS
        if refused:
            self._answering.refuse(exchange, verdict, decision, ident)
        return refused

    def _doubtful(self, request: Request) -> bool:
        """Whether the server's certificate was in doubt a moment ago, on this very connection."""
        learned = self._learned.find(request.host) if request.scheme == "https" else None
        return learned is not None and learned.cause is Cause.UPSTREAM_DOUBTFUL

    def _stripped(self, request: Request) -> tuple[str, ...]:
        known = self._validators.body_of(request)
        passes = known is not None and self._still_passes(request, known)
        removed = () if passes else strip_conditionals(request.headers)
        return removed + strip_range(request.headers) if wants_picture(request) else removed

    def _still_passes(self, request: Request, key: bytes) -> bool:
        inspection = self._inspections.recall(key)
        if inspection is None:
            return False
        return self._verdicts.decided(request, inspection)[1].action is Action.PASS
