"""Open one picture file with the decoder of its sniffed format, and with no other.

Rules:
- The sniffed format chooses the decoder; nothing is guessed among plugins, no file can pick
  another.
- All decoders are imported with this module: an inspector gives up file access before it opens
  anything (Landlock), so nothing may be imported or opened at decode time.
- The size in the header is checked against `Limits.max_pixels` before pixels are decoded.
- One thread a decode: parallelism comes from inspector processes.

Licences decided two choices: pi-heif (decode only; pillow-heif's wheels carry the GPL x265) and
pylibjxl (BSD; pillow-jxl-plugin is GPL).
"""

import importlib
from collections.abc import Callable
from io import BytesIO

import pi_heif
import pylibjxl
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from garim_addon.media import icon
from garim_addon.media.errors import too_large, undecodable
from garim_addon.media.limits import Limits
from garim_addon.media.sniff import Format

# Pillow imports these inside functions.
for _module in ("IcoImagePlugin", "MpoImagePlugin", "ImageOps", "ImageSequence", "ImagePalette"):
    importlib.import_module(f"PIL.{_module}")

AvifImagePlugin.DEFAULT_MAX_THREADS = 1
pi_heif.options.DECODE_THREADS = 1
pi_heif.options.THUMBNAILS = False
pi_heif.options.DEPTH_IMAGES = False
pi_heif.options.AUX_IMAGES = False
_JXL = pylibjxl.JXL(threads=1, pool_size=1)


def open_image(body: bytes, found: Format, limits: Limits) -> Image.Image:
    """Open a picture; pixels may still be undecoded (`Image.load`).

    To be called, like every use of the returned image, inside `guard.guarded`.

    Args:
        body: The whole file.
        found: Its sniffed format.
        limits: The caps.

    Raises:
        MediaError: Over the pixel cap, or no decoder for the format.
        Exception: Whatever the decoder raises on hostile bytes.
    """
    opener = _OPENERS.get(found)
    if opener is None:
        raise undecodable(f"{found}: no decoder")
    return checked(opener(body, limits), limits)


def checked(image: Image.Image, limits: Limits) -> Image.Image:
    """Return `image` if its size is inside the pixel cap.

    Raises:
        MediaError: Over the cap or empty.
    """
    check_size(image.width, image.height, limits)
    return image


def check_size(width: int, height: int, limits: Limits) -> None:
    """Refuse a size that is empty or over the pixel cap.

    Raises:
        MediaError: `TOO_LARGE` over the cap, `UNDECODABLE` when empty.
    """
    if width <= 0 or height <= 0:
        raise undecodable("empty picture")
    if width * height > limits.max_pixels:
        raise too_large(f"{width} x {height} pixels")


def _plugin(opener: Callable[[BytesIO], Image.Image]) -> Callable[[bytes, Limits], Image.Image]:
    return lambda body, _limits: opener(BytesIO(body))


def _icon(body: bytes, _limits: Limits) -> Image.Image:
    single = icon.largest(body)
    if single.startswith(b"\x89PNG"):
        return PngImagePlugin.PngImageFile(BytesIO(single))
    return _seen(_IcoImageFile(BytesIO(single)))


def _bitmap(body: bytes, limits: Limits) -> Image.Image:
    image: Image.Image = BmpImagePlugin.BmpImageFile(BytesIO(body))
    if image.mode != "RGBA":
        return image
    return _seen(checked(image, limits))


def _seen(image: Image.Image) -> Image.Image:
    """A bitmap whose alpha is zero everywhere is shown as if it had none."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (0, 0):
        return image.convert("RGB")
    return image


def _heic(body: bytes, limits: Limits) -> Image.Image:
    """The primary picture, upright as libheif gives it; browsers show no other."""
    heif = pi_heif.open_heif(BytesIO(body), convert_hdr_to_8bit=True)
    width, height = heif.size
    check_size(width, height, limits)
    image: Image.Image = heif.to_pillow()
    return image


def _jxl(body: bytes, limits: Limits) -> Image.Image:
    """The first frame, upright as libjxl gives it."""
    header = pylibjxl.probe(body)
    check_size(header["width"], header["height"], limits)
    pixels = _JXL.decode(body)
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    image = Image.fromarray(pixels)
    image.info["animated"] = bool(header["have_animation"])
    return image


_IcoImageFile = importlib.import_module("PIL.IcoImagePlugin").IcoImageFile
_OPENERS: dict[Format, Callable[[bytes, Limits], Image.Image]] = {
    Format.JPEG: _plugin(JpegImagePlugin.jpeg_factory),
    Format.PNG: _plugin(PngImagePlugin.PngImageFile),
    Format.GIF: _plugin(GifImagePlugin.GifImageFile),
    Format.WEBP: _plugin(WebPImagePlugin.WebPImageFile),
    Format.AVIF: _plugin(AvifImagePlugin.AvifImageFile),
    Format.TIFF: _plugin(TiffImagePlugin.TiffImageFile),
    Format.BMP: _bitmap,
    Format.ICO: _icon,
    Format.HEIC: _heic,
    Format.JXL: _jxl,
}
