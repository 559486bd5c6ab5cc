"""Build the demonstration site into a folder: pictures, pages, and what to expect of each.

Rules:
- Deterministic: the same two official pictures give the same files.
- The official pictures go in byte for byte where the format is theirs (so that an exact match is
  shown too) and made over in every other format and size.
- `expected.json` names each picture, what should become of it, and the pages that show it.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image

from garim_agent.demo import html, plan
from garim_agent.demo.files import animate, encode
from garim_agent.demo.plan import Plan, Source
from garim_agent.demo.scenery import Maker, contours, landscape, tiles

EXPECTED = "expected.json"
_MAKERS: Mapping[Source, Maker] = {
    Source.LANDSCAPE: landscape,
    Source.TILES: tiles,
    Source.CONTOURS: contours,
}
_FRAMES = 5


@dataclass(frozen=True, slots=True)
class Expected:
    """What should become of one picture of the site.

    Attributes:
        path: Where it is, relative to the site.
        format: Its format.
        width: Pixels.
        height: Pixels.
        expect: `show` or `cover`.
        reason: `ordinary`, `listed` or `classifier`.
        animated: Whether it has several frames.
        pages: The pages that show it.
    """

    path: str
    format: str
    width: int
    height: int
    expect: str
    reason: str
    animated: bool
    pages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """A built site.

    Attributes:
        folder: Where it is.
        pages: Its pages' file names, the gallery first.
        pictures: What to expect of each picture.
    """

    folder: Path
    pages: tuple[str, ...]
    pictures: tuple[Expected, ...]


def build(folder: Path, *, listed: Path, listed_jpeg: Path, classifier: Path) -> Site:
    """Build the site.

    Args:
        folder: Where to; made when missing, its files are overwritten.
        listed: The official test picture as PNG.
        listed_jpeg: The same as JPEG.
        classifier: The picture that the classifiers condemn, as PNG.

    Raises:
        OSError: When a picture cannot be read or a file not be written.
    """
    (folder / "img").mkdir(parents=True, exist_ok=True)
    originals = {
        (Source.LISTED, "png"): listed,
        (Source.LISTED, "jpeg"): listed_jpeg,
        (Source.CLASSIFIER, "png"): classifier,
    }
    pages = html.pages()
    pictures = []
    for picture in plan.ALL:
        data, size = _made(picture, originals)
        (folder / html.path(picture)).write_bytes(data)
        shown = tuple(page.name for page in pages if picture in page.pictures)
        pictures.append(_expected(picture, size, shown))
    (folder / "favicon.ico").write_bytes((folder / html.path(plan.ICON)).read_bytes())
    for page in pages:
        (folder / page.name).write_text(page.html(), "utf-8")
    for name in html.ASSETS:
        (folder / name).write_text(html.asset(name), "utf-8")
    (folder / "sw.js").write_text(html.service_worker(), "utf-8")
    facts = json.dumps([asdict(p) for p in pictures], ensure_ascii=False, indent=1)
    (folder / EXPECTED).write_text(facts + "\n", "utf-8")
    return Site(folder, tuple(page.name for page in pages), tuple(pictures))


def _made(
    picture: Plan, originals: Mapping[tuple[Source, str], Path]
) -> tuple[bytes, tuple[int, int]]:
    original = originals.get((picture.source, picture.format))
    if picture.name == f"{picture.source}-{picture.format}" and original and not picture.quality:
        data = original.read_bytes()
        return data, _opened(original).size
    if picture.animated:
        frames = _frames(picture, originals)
        return animate(frames, picture.format), frames[0].size
    image = _drawn(picture, originals)
    options = {"quality": picture.quality} if picture.quality else {}
    return encode(image, picture.format, **options), image.size


def _drawn(picture: Plan, originals: Mapping[tuple[Source, str], Path]) -> Image.Image:
    if picture.source in _MAKERS:
        pixels = _MAKERS[picture.source](picture.seed, picture.width, picture.height)
        return Image.fromarray(pixels)
    official = _opened(originals[picture.source, "png"])
    height = round(official.height * picture.width / official.width)
    return official.resize((picture.width, height), Image.Resampling.LANCZOS)


def _frames(picture: Plan, originals: Mapping[tuple[Source, str], Path]) -> list[Image.Image]:
    """Ordinary scenes; in an animation that must be covered, the middle frame is the listed one."""
    size = _drawn(picture, originals).size
    frames = [Image.fromarray(landscape(picture.seed + frame, *size)) for frame in range(_FRAMES)]
    if picture.source not in _MAKERS:
        frames[_FRAMES // 2] = _drawn(picture, originals)
    return frames


@lru_cache(maxsize=4)
def _opened(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return image.convert("RGB")


def _expected(picture: Plan, size: tuple[int, int], pages: tuple[str, ...]) -> Expected:
    covered = picture.source not in _MAKERS
    return Expected(
        path=html.path(picture),
        format=picture.format,
        width=size[0],
        height=size[1],
        expect=picture.fate.value,
        reason=picture.source.value if covered else "ordinary",
        animated=picture.animated,
        pages=pages,
    )
