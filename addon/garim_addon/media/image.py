"""Open a picture: from a body of bytes to the frames that are judged.

Rules:
- One decode feeds the model input (`Frame.views`) and the perceptual hash (`Frame.luma`).
- Whatever the bytes are, `MediaError` is the only exception.
- A truncated or damaged file that a strict decoder refuses is decoded once more the way browsers
  do, keeping what is there, and judged by that (`Picture.truncated`). When nothing of it decodes it
  is `UNDECODABLE`. AVIF, HEIC and JXL have no such second try: viewers show nothing of them either.
- An animation is judged by the frames that differ most, a TIFF by its first pages, an MPO by its
  views, an ICO by its largest picture, HEIC and JXL by the first.
- SVG is recognized and has no samples: rasters embedded in it are not opened here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, MpoImagePlugin

from garim_addon.media import decoders, frames, pages, pixels
from garim_addon.media.errors import MediaError, too_large, undecodable
from garim_addon.media.guard import guarded
from garim_addon.media.limits import Limits
from garim_addon.media.sniff import Format, sniff
from garim_addon.verdict import FailureCause

_HEAD = 4096
_STRICT_ONLY = frozenset({Format.AVIF, Format.HEIC, Format.JXL})
_UPRIGHT = frozenset({Format.TIFF, Format.HEIC, Format.JXL})
_MAY_MOVE = frozenset({Format.GIF, Format.PNG, Format.WEBP, Format.AVIF})


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One frame to judge.

    Attributes:
        index: Its number in the file, from 0.
        time: When it is shown first, in seconds; 0 for stills.
        views: One (H, W, 3) RGB array, or two (over white, over black) where transparency makes
            them differ; upright, scaled so that the short side has at least 256 pixels where the
            original has them.
        luma: (64, 64) luma 0..255 of the first view, for `judge.pdq`.
    """

    index: int
    time: float
    views: tuple[NDArray[np.uint8], ...]
    luma: NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """An opened picture.

    Attributes:
        format: What the first bytes say.
        width: Width in pixels as shown (after EXIF orientation); 0 for SVG.
        height: Height in pixels as shown; 0 for SVG.
        frames: Frames in the file, as far as it was looked through.
        animated: Whether it moves.
        samples: The frames to judge, in order of time; empty for SVG.
        truncated: Whether only a part of the file could be decoded.
        complete: Whether every frame that a viewer shows was looked at; an animation beyond the
            caps of `Limits` was only looked at until there.
    """

    format: Format
    width: int
    height: int
    frames: int
    animated: bool
    samples: tuple[Frame, ...]
    truncated: bool = False
    complete: bool = True


def open_picture(body: bytes, limits: Limits) -> Picture:
    """Open a picture of any supported format.

    Args:
        body: The file, Content-Encoding undone.
        limits: The caps.

    Raises:
        MediaError: `TOO_LARGE` over a cap, `UNDECODABLE` for everything else that fails.
    """
    found = sniff(body[:_HEAD])
    if found is None:
        raise undecodable("not a known picture format")
    if len(body) > limits.max_bytes:
        raise too_large(f"{found}: {len(body)} bytes")
    if found is Format.SVG:
        return Picture(found, 0, 0, 1, animated=False, samples=())
    try:
        return _open(body, found, limits, lenient=False)
    except MediaError as error:
        if error.cause is FailureCause.TOO_LARGE or found in _STRICT_ONLY:
            raise
    return _open(_filled(body, found, limits), found, limits, lenient=True)


def _open(body: bytes, found: Format, limits: Limits, *, lenient: bool) -> Picture:
    """Decode with every failure mapped to `MediaError`."""
    try:
        with guarded(limits, lenient=lenient):
            picture = _decode(body, found, limits, lenient=lenient)
    except MediaError:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise too_large(f"{found}: {type(error).__name__}") from error
    except Exception as error:  # decoders raise anything on hostile bytes
        raise undecodable(f"{found}: {type(error).__name__}") from error
    if lenient and all(np.ptp(view) == 0 for frame in picture.samples for view in frame.views):
        raise undecodable(f"{found}: nothing of it decodes")
    return picture


def _decode(body: bytes, found: Format, limits: Limits, *, lenient: bool) -> Picture:
    image = decoders.open_image(body, found, limits)
    width, height = image.size
    turn = 1 if found in _UPRIGHT else pixels.orientation(image)
    sampling = _sample(image, body, found, limits, lenient=lenient)
    if found is Format.TIFF:  # its pixels are turned while they are decoded
        width, height = sampling.chosen[0].scaled.size
    return Picture(
        found,
        *((height, width) if turn >= 5 else (width, height)),
        frames=sampling.frames,
        animated=found in _MAY_MOVE and sampling.frames > 1,
        samples=tuple(_frame(sampled, turn) for sampled in sampling.chosen),
        truncated=lenient,
        complete=sampling.complete,
    )


def _sample(
    image: Image.Image, body: bytes, found: Format, limits: Limits, *, lenient: bool
) -> frames.Sampling:
    if found is Format.TIFF:
        return pages.tiff(image, limits, lenient=lenient)
    if isinstance(image, MpoImagePlugin.MpoImageFile):
        return pages.views(image, body, limits)
    moves = found is Format.GIF or getattr(image, "n_frames", 1) > 1
    if found in _MAY_MOVE and moves:
        return frames.sample(image, limits, lenient=lenient)
    return pages.still(image)


def _frame(sampled: frames.Sampled, turn: int) -> Frame:
    small = sampled.scaled
    seen = pixels.views(small.image)
    luma = pixels.luma(seen[0], small)
    if turn == 1:
        return Frame(sampled.index, sampled.time, seen, luma)
    turned = tuple(pixels.upright(view, turn) for view in seen)
    return Frame(sampled.index, sampled.time, turned, pixels.upright(luma, turn))


def _filled(body: bytes, found: Format, limits: Limits) -> bytes:
    """Fill a truncated WebP up to the length it declares: its decoder takes whole files only."""
    if found is not Format.WEBP:
        return body
    declared = int.from_bytes(body[4:8], "little") + 8
    return body.ljust(min(declared, limits.max_bytes), b"\0")
