"""The caps that keep one hostile file from costing more than one job.

Rules:
- A cap is checked before the memory or time is spent, from what the headers say.
- A picture over `max_pixels`, `max_frames` or `max_bytes` is refused (`TOO_LARGE`), never judged by
  a part.
- An animation within those caps but over the animation budgets is judged by what was seen until
  then, and its `Picture.complete` is false.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps for one media.

    Attributes:
        max_pixels: Pixels of one frame or canvas.
        max_frames: Frames in the file.
        sampled_frames: Frames that are handed on for judgement.
        max_bytes: Bytes of the body after Content-Encoding is undone.
        max_ratio: Times that a body may grow when Content-Encoding is undone.
        min_side: Pictures with a side under this many pixels are not judged.
        min_bytes: Bodies under this many bytes are not judged.
        animation_pixels: Pixels (canvas x frames) that are decoded of one animation.
        animation_seconds: Seconds that are spent on looking through one animation.
    """

    max_pixels: int = 100_000_000
    max_frames: int = 10_000
    sampled_frames: int = 8
    max_bytes: int = 64 << 20
    max_ratio: int = 200
    min_side: int = 36
    min_bytes: int = 1024
    animation_pixels: int = 200_000_000
    animation_seconds: float = 0.4
