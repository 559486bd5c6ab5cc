"""Stills: one picture, the first pages of a TIFF, the views of an MPO.

Rules:
- JPEG is scaled while decoding (`draft`): an eighth, a quarter or a half, as long as 256 pixels
  stay on the short side.
- A TIFF gives its first pages as frames; browsers show none of them, file viewers all.
- An MPO (several JPEGs in one file) gives the views that are meant to be looked at (stereo, angles,
  panorama), not previews and gain maps.
"""

from io import BytesIO

from PIL import Image, JpegImagePlugin, MpoImagePlugin

from garim_addon.media.decoders import checked
from garim_addon.media.frames import Sampled, Sampling
from garim_addon.media.limits import Limits
from garim_addon.media.pixels import SHORT_SIDE, scaled


def still(image: Image.Image) -> Sampling:
    """Decode one picture."""
    return Sampling((_one(image, 0),), 1, complete=not image.info.get("animated", False))


def tiff(image: Image.Image, limits: Limits, *, lenient: bool) -> Sampling:
    """Decode the first pages; a page after the first that fails ends them when lenient."""
    chosen: list[Sampled] = []
    for index in range(limits.sampled_frames + 1):
        try:
            image.seek(index)
            if index == limits.sampled_frames:
                return Sampling(tuple(chosen), index + 1, complete=False)
            chosen.append(_one(checked(image, limits), index, several=True))
        except EOFError:
            if not chosen:
                raise
            break
        except Exception:
            if lenient and chosen:
                break
            raise
    return Sampling(tuple(chosen), len(chosen), complete=True)


def views(image: MpoImagePlugin.MpoImageFile, body: bytes, limits: Limits) -> Sampling:
    """Decode the first picture of an MPO and its further views, each scaled while decoding."""
    wanted = _view_indexes(image)[: limits.sampled_frames - 1]
    chosen = [_one(image, 0)]
    for index in wanted:
        again = JpegImagePlugin.jpeg_factory(BytesIO(body))
        again.seek(index)
        chosen.append(_one(checked(again, limits), index))
    return Sampling(tuple(chosen), 1 + len(wanted), complete=True)


def _view_indexes(image: MpoImagePlugin.MpoImageFile) -> list[int]:
    entries = (image.mpinfo or {}).get(0xB002, [])
    return [
        index
        for index, entry in enumerate(entries)
        if index and str(entry["Attribute"]["MPType"]).startswith("Multi-Frame")
    ]


def _one(image: Image.Image, index: int, *, several: bool = False) -> Sampled:
    size = image.size
    drafted = image.draft(None, (SHORT_SIDE, SHORT_SIDE))
    image.load()
    step = round(size[0] / drafted[1][2]) if drafted else 1
    small = scaled(image, size if drafted else image.size, step)
    return Sampled(index, 0.0, small.detached(image) if several else small)
