"""What the demonstration site shows, and what each picture should become. Data only, no drawing.

Rules:
- Every picture has one expectation: it is shown untouched, or it is covered.
- A covered picture is one of the two official harmless ones, in another wrapping each time.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What should become of a picture."""

    SHOW = "show"
    COVER = "cover"


class Source(StrEnum):
    """What a picture is made from."""

    LANDSCAPE = "landscape"
    TILES = "tiles"
    CONTOURS = "contours"
    LISTED = "listed"
    CLASSIFIER = "classifier"


@dataclass(frozen=True, slots=True)
class Plan:
    """One picture file to make.

    Attributes:
        name: File name without ending, unique.
        source: What it is made from.
        format: A format of `demo.files`.
        width: Pixels; the height is three quarters of it, but icons are square.
        seed: For ordinary pictures.
        quality: JPEG quality; 0 for the format's default.
        animated: Whether it is an animation of several frames.
    """

    name: str
    source: Source
    format: str
    width: int = 640
    seed: int = 0
    quality: int = 0
    animated: bool = False

    @property
    def fate(self) -> Fate:
        """What should become of it."""
        return Fate.COVER if self.source in {Source.LISTED, Source.CLASSIFIER} else Fate.SHOW

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.width if self.format == "ico" else self.width * 3 // 4


_SCENES = (Source.LANDSCAPE, Source.TILES, Source.CONTOURS)
_ORDINARY = ("jpeg", "png", "webp", "avif", "gif", "bmp")

GALLERY_ORDINARY = tuple(
    Plan(f"ordinary-{kind}", _SCENES[n % 3], kind, seed=n) for n, kind in enumerate(_ORDINARY)
)
GALLERY_LISTED = tuple(Plan(f"listed-{kind}", Source.LISTED, kind) for kind in _ORDINARY)
GALLERY_CLASSIFIER = (
    Plan("classifier-png", Source.CLASSIFIER, "png"),
    Plan("classifier-jpeg", Source.CLASSIFIER, "jpeg", quality=75),
)
ICON = Plan("icon", Source.TILES, "ico", 64, seed=3)
ANIMATED = (
    *(Plan(f"moving-{kind}", Source.LANDSCAPE, kind, 320, seed=20, animated=True)
      for kind in ("gif", "webp", "png")),
    *(Plan(f"hidden-{kind}", Source.LISTED, kind, 320, seed=21, animated=True)
      for kind in ("gif", "webp", "png")),
)  # fmt: skip
RESPONSIVE = tuple(
    Plan(f"{name}-{kind}-{width}", source, kind, width, seed=30)
    for name, source in (("lake", Source.LANDSCAPE), ("cover", Source.LISTED))
    for kind in ("jpeg", "webp", "avif")
    for width in (320, 640)
)
LAZY = (
    Plan("late", Source.CONTOURS, "jpeg", 480, seed=40),
    Plan("late-listed", Source.LISTED, "jpeg", 480, quality=80),
)
SCRIPTED = (
    Plan("fetched", Source.TILES, "png", 480, seed=50),
    Plan("fetched-listed", Source.LISTED, "webp", 480),
)
KEPT = (
    Plan("kept", Source.LANDSCAPE, "jpeg", 480, seed=60),
    Plan("kept-listed", Source.LISTED, "jpeg", 480, quality=84),
)
MANY_COUNT = 200
MANY_COVERED = 25
"""Every 25th of the many is covered."""
MANY = tuple(
    Plan(f"many-{n:03}", Source.LISTED, "jpeg", 320, quality=90 - n // MANY_COVERED)
    if n % MANY_COVERED == MANY_COVERED - 1
    else Plan(f"many-{n:03}", _SCENES[n % 3], ("jpeg", "png", "webp")[n % 5 % 3], 160, seed=100 + n)
    for n in range(MANY_COUNT)
)
ALL = (
    *GALLERY_ORDINARY, *GALLERY_LISTED, *GALLERY_CLASSIFIER, ICON, *ANIMATED, *RESPONSIVE,
    *LAZY, *SCRIPTED, *KEPT, *MANY,
)  # fmt: skip
