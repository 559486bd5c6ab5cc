"""From a decision to what the client gets: a placeholder, a page, or nothing at all.

Rules:
- What is no picture cannot be replaced by one: there `replace` becomes `refuse`.
- A refusal names the list and who keeps it.
- A refused address is answered at once by what needs no inspector; the picture that says why is
  drawn afterwards, where there is time for it.
"""

from collections.abc import Callable
from dataclasses import replace

from garim_addon.act.page import Kind, Page, kind_for, refusal
from garim_addon.act.replacement import FALLBACK, Replacement, Replacer
from garim_addon.answer import Answer, Exchange, Refusal
from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Request
from garim_addon.judge.inspections import as_match
from garim_addon.media.sniff import MIME, Format
from garim_addon.verdict import Inspection, ListMatch, Verdict
from garim_feed.lookup.match import Keeper, Match

_PIXEL = Replacement(FALLBACK, MIME[Format.PNG])


class Answering:
    """Makes answers.

    Args:
        replacer: Makes placeholders.
        keeper: Says who keeps the list of a match.
    """

    def __init__(self, replacer: Replacer, keeper: Callable[[Match], Keeper | None]) -> None:
        self._replacer = replacer
        self._keeper = keeper

    def refuse(self, exchange: Exchange, verdict: Verdict, decision: Decision, ident: str) -> None:
        """Put the page that refuses a listed address into its exchange."""
        request = exchange.request
        exchange.page = self._page(request, verdict.match, ident, picture=_PIXEL)
        if kind_for(request) is Kind.PICTURE:
            exchange.refusal = Refusal(verdict, decision, ident)

    async def draw(self, exchange: Exchange) -> None:
        """Put a placeholder that says why in place of the plain pixel of a refused picture."""
        refused, exchange.refusal = exchange.refusal, None
        if refused is not None:
            verdict, ident = refused.verdict, refused.ident
            drawn = await self._replacer.make(verdict, refused.decision, ident, b"")
            exchange.page = self._page(exchange.request, verdict.match, ident, picture=drawn)

    async def answer(
        self, exchange: Exchange, verdict: Verdict, decision: Decision, ident: str, original: bytes
    ) -> Answer:
        """Return what becomes of a held body.

        Args:
            exchange: Whose body it is.
            verdict: What was found.
            decision: What is done (`fitting`).
            ident: Short id to show.
            original: The body, where a placeholder may be made of it.
        """
        if decision.action is Action.REPLACE:
            made = await self._replacer.make(verdict, decision, ident, original)
            return Answer(Action.REPLACE, made.body, made.mime)
        if decision.action is Action.REFUSE:
            page = self._page(exchange.request, verdict.match, ident)
            return Answer(Action.REFUSE, page=page)
        return Answer(decision.action)

    def _page(
        self,
        request: Request,
        match: ListMatch | None,
        ident: str,
        picture: Replacement | None = None,
    ) -> Page:
        keeper = None if match is None else self._keeper(as_match(match))
        return refusal(request, match, ident, keeper=keeper, picture=picture)


def fitting(exchange: Exchange, inspection: Inspection, decision: Decision) -> Decision:
    """Return the decision, with `refuse` for `replace` where no picture was sent."""
    picture = inspection.kind != "torrent" and not exchange.torrent
    if picture or decision.action is not Action.REPLACE:
        return decision
    return replace(decision, action=Action.REFUSE)
