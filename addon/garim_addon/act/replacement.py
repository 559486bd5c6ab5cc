"""Placeholders for condemned pictures: asked of an inspector process, remembered, never failing.

Rules:
- The proxy process draws nothing: an inspector process does, from a `PlaceholderSpec`.
- A card depends on its spec alone and is remembered; a blurred original is not.
- When no inspector can draw it, a tiny ready-made picture takes its place: what was condemned is
  never shown because a drawing failed.
"""

import base64
from collections import OrderedDict
from dataclasses import dataclass
from typing import Protocol

from garim_addon.act.placeholder_spec import PlaceholderSpec, output_format
from garim_addon.act.words import word
from garim_addon.decide.action import Decision, Style
from garim_addon.media.sniff import MIME, Format
from garim_addon.verdict import Verdict

FALLBACK = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mM4AQAAygDJNEIn8wAAAABJRU5ErkJggg=="
)
"""A PNG of one grey pixel."""
UNKNOWN_SIZE = (320, 180)
"""Pixels of a placeholder for a picture whose size could not be read."""
MAX_REMEMBERED = 8 << 20
"""Bytes of remembered placeholders."""


class Draws(Protocol):
    """What is needed of `judge.pool.InspectorPool`."""

    async def placeholder(self, spec: PlaceholderSpec, body: bytes = b"") -> bytes | None:
        """Draw a placeholder; `None` when it could not be."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is shown instead.

    Attributes:
        body: The placeholder's bytes.
        mime: Its type.
    """

    body: bytes
    mime: str


class Replacer:
    """Makes placeholders and remembers the last ones."""

    def __init__(self, pool: Draws) -> None:
        self._pool = pool
        self._made: OrderedDict[PlaceholderSpec, bytes] = OrderedDict()
        self._size = 0

    async def make(
        self, verdict: Verdict, decision: Decision, ident: str, original: bytes
    ) -> Replacement:
        """Make the placeholder for a condemned picture.

        Args:
            verdict: Why; names format and size of the original.
            decision: How it should look.
            ident: Short id to show.
            original: The original for the blurred style; without it the card is made.
        """
        spec = _spec(verdict, decision, ident, blurred=bool(original))
        if spec.style == "blur":
            drawn = await self._pool.placeholder(spec, original)
        else:
            drawn = self._recall(spec) or await self._pool.placeholder(spec)
            if drawn:
                self._remember(spec, drawn)
        if not drawn:
            return Replacement(FALLBACK, MIME[Format.PNG])
        return Replacement(drawn, MIME[output_format(spec.format)])

    def _recall(self, spec: PlaceholderSpec) -> bytes | None:
        drawn = self._made.get(spec)
        if drawn is not None:
            self._made.move_to_end(spec)
        return drawn

    def _remember(self, spec: PlaceholderSpec, drawn: bytes) -> None:
        if spec in self._made or len(drawn) > MAX_REMEMBERED // 8:
            return
        self._made[spec] = drawn
        self._size += len(drawn)
        while self._size > MAX_REMEMBERED:
            self._size -= len(self._made.popitem(last=False)[1])


def _spec(verdict: Verdict, decision: Decision, ident: str, *, blurred: bool) -> PlaceholderSpec:
    seen = verdict.inspection
    known = seen.width > 0 and seen.height > 0
    width, height = (seen.width, seen.height) if known else UNKNOWN_SIZE
    blur = blurred and decision.style is Style.BLUR and not verdict.listed
    return PlaceholderSpec(
        format=seen.format or Format.PNG,
        width=width,
        height=height,
        word=word(verdict.reason, verdict.match.category if verdict.match else ""),
        ident=ident,
        style="blur" if blur else "card",
    )
