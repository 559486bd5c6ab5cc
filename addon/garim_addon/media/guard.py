"""Pillow's process-wide switches, set for one decode and put back.

Rules:
- `Image.MAX_IMAGE_PIXELS` follows `Limits.max_pixels`: plugins that allocate in their constructor
  (WebP, ICO, GIF) then refuse a bomb before the memory is spent.
- Lenient decoding (`LOAD_TRUNCATED_IMAGES`) never leaks into the next decode.
- No warning leaves a decode: what Pillow warns of is either a cap (checked here) or of no interest.
- One decode at a time in a process; an inspector has one thread, the lock keeps others honest.
"""

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile

from garim_addon.media.limits import Limits

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def guarded(limits: Limits, *, lenient: bool) -> Iterator[None]:
    """Hold Pillow's switches for one decode.

    Args:
        limits: The caps that are in force.
        lenient: Whether what is missing of a truncated or damaged file is filled up, as browsers
            do, instead of failing.
    """
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pixels, truncated = Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES
        # Pillow raises at twice this figure and only warns below.
        Image.MAX_IMAGE_PIXELS = max(1, limits.max_pixels // 2)
        ImageFile.LOAD_TRUNCATED_IMAGES = lenient
        try:
            yield
        finally:
            Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES = pixels, truncated
