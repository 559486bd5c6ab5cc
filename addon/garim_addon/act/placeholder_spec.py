"""What a placeholder is asked to look like: a plain value that travels to an inspector process.

Rules:
- No imaging import here: the proxy process makes these, an inspector process draws them.
- The word is already in the user's language; the drawing side knows no languages.
- A list match is never blurred, only covered; whoever makes the spec keeps that rule.
- `from_dict` reads what came over a pipe and trusts nothing in it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from garim_addon.media.sniff import Format

type Style = Literal["card", "blur"]

IN_KIND = frozenset({Format.JPEG, Format.PNG, Format.WEBP, Format.GIF, Format.AVIF})
"""Formats that are answered in kind; every browser that asks for them shows them."""
MAX_TEXT = 64
MAX_SIDE = (1 << 31) - 1


@dataclass(frozen=True, slots=True)
class PlaceholderSpec:
    """A placeholder to draw.

    Attributes:
        format: The original's format, a `Format` value; anything else is answered as PNG.
        width: The original's width in pixels as shown.
        height: The original's height in pixels as shown.
        word: The reason in one or two words, already translated.
        ident: A short id that `garim why` finds.
        style: `card` covers; `blur` shows a strong blur of the original.
    """

    format: str
    width: int
    height: int
    word: str
    ident: str
    style: Style = "card"

    def to_dict(self) -> dict[str, str | int]:
        """Return plain fields for the pipe; `from_dict` reads them back."""
        return asdict(self)

    @classmethod
    def from_dict(cls, raw: Mapping[str, object]) -> "PlaceholderSpec":
        """Read a spec that came over a pipe.

        Raises:
            ValueError: When a field is missing, of the wrong type or out of range.
        """
        style = _text(raw, "style")
        if style not in {"card", "blur"}:
            raise ValueError("placeholder: unknown style")
        return cls(
            format=_text(raw, "format"),
            width=_side(raw, "width"),
            height=_side(raw, "height"),
            word=_text(raw, "word"),
            ident=_text(raw, "ident"),
            style="blur" if style == "blur" else "card",
        )


def output_format(original: str) -> Format:
    """Return the format that a placeholder for `original` is encoded in.

    In kind for JPEG, PNG, WebP, GIF and AVIF, else PNG; the response's type is then `MIME` of it.
    """
    return Format(original) if original in IN_KIND else Format.PNG


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError(f"placeholder: {name} is not a short text")
    return value


def _side(raw: Mapping[str, object], name: str) -> int:
    value = raw.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_SIDE:
        raise ValueError(f"placeholder: {name} is not a size in pixels")
    return value
