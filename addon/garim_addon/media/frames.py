"""Which frames of an animation are judged: those that differ most, found in one pass.

An animation is decoded from its start (GIF, APNG and WebP allow nothing else). Of each frame a
16 x 16 thumbnail is compared with those of the kept frames; one that differs is kept, scaled. When
more are kept than wanted, the later of the two most alike is dropped, so a single odd frame
survives however long the animation is. At the end the frames farthest from each other are chosen.

Rules:
- The first frame is always chosen; a frame that looks like a chosen one never is.
- Stops at the caps of `Limits` (pixels, seconds) and says so (`complete`).

Weakness: what differs by less than about one part in a hundred of the picture is not told apart,
and frames after the caps are not seen.
"""

import math
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import GifImagePlugin, Image

from garim_addon.media import pixels
from garim_addon.media.decoders import checked
from garim_addon.media.errors import too_large
from garim_addon.media.limits import Limits

_THUMB = 16
_KEPT = 16
_DIFFERS = 2.5
"""Root mean square difference, in levels of 255, from which on two frames count as different."""
_LONGEST_FRAME = 3600.0


@dataclass(frozen=True, slots=True)
class Sampled:
    """One chosen frame: its index in the file, its time in seconds, its scaled pixels."""

    index: int
    time: float
    scaled: pixels.Scaled


@dataclass(frozen=True, slots=True)
class Sampling:
    """What a pass over an animation gave.

    Attributes:
        chosen: In order of time, never empty.
        frames: Frames in the file, as far as it was looked through or as it declares.
        complete: Whether all frames were seen.
    """

    chosen: tuple[Sampled, ...]
    frames: int
    complete: bool


def sample(image: Image.Image, limits: Limits, *, lenient: bool) -> Sampling:
    """Choose the frames of an opened animation.

    Args:
        image: Opened at its first frame, inside `guard.guarded`.
        limits: Caps, and how many frames to choose.
        lenient: Whether a frame that fails ends the animation instead of failing it.

    Raises:
        MediaError: More frames than `Limits.max_frames`, or a frame over the pixel cap.
        Exception: Whatever the decoder raises.
    """
    declared = (
        1 if isinstance(image, GifImagePlugin.GifImageFile) else getattr(image, "n_frames", 1)
    )
    if declared > limits.max_frames:
        raise too_large(f"{declared} frames")
    kept = _Kept()
    left = limits.animation_pixels
    until = time.monotonic() + limits.animation_seconds
    start, seen, complete = 0.0, 0, True
    while _advance(image, seen, limits, lenient=lenient):
        left -= image.width * image.height
        if seen and (left < 0 or time.monotonic() > until):
            complete = False
            break
        if not _load(image, seen, lenient=lenient):
            break
        kept.offer(seen, start, image)
        start += _duration(image)
        seen += 1
    frames = seen if complete else max(seen + 1, declared)
    return Sampling(kept.choose(limits.sampled_frames), frames, complete)


def _advance(image: Image.Image, index: int, limits: Limits, *, lenient: bool) -> bool:
    """Go to frame `index`; false when there is none."""
    try:
        if index:
            image.seek(index)
    except EOFError:
        return False
    except Exception:
        if lenient:
            return False
        raise
    if index >= limits.max_frames:
        raise too_large(f"more than {limits.max_frames} frames")
    checked(image, limits)
    return True


def _load(image: Image.Image, index: int, *, lenient: bool) -> bool:
    try:
        image.load()
    except Exception:
        if lenient and index:
            return False
        raise
    return True


def _duration(image: Image.Image) -> float:
    """Return how long the decoded frame is shown, in seconds; what is no duration counts as 0."""
    milliseconds = image.info.get("duration", 0)
    if not isinstance(milliseconds, int | float) or not math.isfinite(milliseconds):
        return 0.0
    return min(max(milliseconds / 1000.0, 0.0), _LONGEST_FRAME)


class _Kept:
    """The frames that differ, at most `_KEPT` of them, with their mutual distances."""

    def __init__(self) -> None:
        self._frames: list[Sampled] = []
        self._thumbs = np.zeros((_KEPT + 1, _THUMB * _THUMB * 4), np.float32)
        self._apart = np.full((_KEPT + 1, _KEPT + 1), np.inf, np.float32)

    def offer(self, index: int, start: float, image: Image.Image) -> None:
        """Keep the decoded frame if it differs from every kept one."""
        flat = pixels.flat(image)
        thumb = _thumbnail(flat)
        count = len(self._frames)
        apart = np.sqrt(np.square(self._thumbs[:count] - thumb).mean(axis=1))
        if count and apart.min() < _DIFFERS:
            return
        small = pixels.scaled(flat, image.size).detached(image)
        self._frames.append(Sampled(index, start, small))
        self._put(count, thumb, apart)
        if count == _KEPT:
            self._drop_one()

    def _put(self, slot: int, thumb: NDArray[np.float32], apart: NDArray[np.float32]) -> None:
        self._thumbs[slot] = thumb
        self._apart[slot, : apart.size] = self._apart[: apart.size, slot] = apart
        self._apart[slot, slot] = np.inf

    def _drop_one(self) -> None:
        """Drop the later of the two kept frames that are most alike; the newest takes its slot."""
        dropped = max(divmod(int(self._apart.argmin()), _KEPT + 1))
        newest = self._frames.pop()
        if dropped < _KEPT:
            self._frames[dropped] = newest
            self._put(dropped, self._thumbs[_KEPT], self._apart[_KEPT, :_KEPT])
        self._apart[_KEPT] = self._apart[:, _KEPT] = np.inf

    def choose(self, wanted: int) -> tuple[Sampled, ...]:
        """Return the first frame and those farthest from the chosen ones, in order of time."""
        count = len(self._frames)
        chosen = [0]
        nearest = self._apart[0, :count].copy()
        while len(chosen) < min(wanted, count):
            nearest[chosen] = -1.0
            farthest = int(nearest.argmax())
            chosen.append(farthest)
            nearest = np.minimum(nearest, self._apart[farthest, :count])
        return tuple(sorted((self._frames[i] for i in chosen), key=lambda frame: frame.index))


def _thumbnail(flat: Image.Image) -> NDArray[np.float32]:
    """Return box-averaged colour times opacity, and opacity, so that both backgrounds count."""
    small = np.asarray(flat.resize((_THUMB, _THUMB), Image.Resampling.BOX).convert("RGBA"))
    thumb = small.astype(np.float32)
    thumb[..., :3] *= thumb[..., 3:] / 255.0
    return thumb.ravel()
