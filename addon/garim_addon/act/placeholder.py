"""A picture in place of the one that must not be shown: same format, same size in pixels.

Rules:
- Runs in inspector processes only; needs no file and no system font once imported.
- Same width and height as the original, so that no page's layout moves. Above a budget of pixels
  (50 million; 8 for WebP and AVIF, 5 when blurred) the placeholder is a smaller picture of the
  same shape: a page that does not size its pictures sees the difference, memory does not.
- A blur that cannot be made becomes a card; a card can always be made.
"""

import logging

from garim_addon.act import blur, encode
from garim_addon.act.card import card
from garim_addon.act.placeholder_spec import PlaceholderSpec, output_format
from garim_addon.media.errors import MediaError

_log = logging.getLogger(__name__)


def render(spec: PlaceholderSpec, original: bytes = b"") -> bytes:
    """Draw and encode a placeholder.

    Args:
        spec: Format, size, words and style.
        original: The original's decoded body; only the style `blur` looks at it.

    Returns:
        A file of the format `output_format(spec.format)`.
    """
    if spec.style == "blur" and original:
        try:
            return _blurred(spec, original)
        except (MediaError, ValueError, OSError) as error:
            _log.info("blur not possible, a card instead: %s", type(error).__name__)
    return _card(spec)


def _card(spec: PlaceholderSpec) -> bytes:
    kind = output_format(spec.format)
    size = encode.fit(spec.width, spec.height, kind, encode.BUDGET[kind])
    return encode.encode_card(card(spec, size, indexed=kind in encode.PALETTE), kind)


def _blurred(spec: PlaceholderSpec, original: bytes) -> bytes:
    kind = output_format(spec.format)
    size = encode.fit(spec.width, spec.height, kind, encode.COLOUR_BUDGET)
    return encode.encode_colour(blur.blurred(spec, original, size), kind)
