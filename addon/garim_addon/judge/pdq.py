"""PDQ, the 256-bit perceptual hash of a picture, and its eight dihedral forms from one DCT.

Method: Facebook, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm", 2019:
the DCT coefficients 1..16 x 1..16 of the 64 x 64 luma, each one bit by comparison with their
median.

Rules:
- Bits, hex digits, quality and the order of the dihedral forms are those of the reference
  implementation, so hashes can be exchanged with every other PDQ list.
- A hash with a quality under 50 says nothing (flat picture); `garim_feed.lookup` never matches it.

Weakness: PDQ survives recompression, scaling and slight blur, not crops, borders, rotations off 90
degrees or overlays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_LUMA, _BAND = 64, 16
_FREQUENCY = np.arange(1, _BAND + 1)[:, None]
_DCT = (
    np.sqrt(2 / _LUMA)
    * np.cos(np.pi * (2 * np.arange(_LUMA)[None, :] + 1) * _FREQUENCY / (2 * _LUMA))
).astype(np.float32)
_ALTERNATE = np.where(_FREQUENCY % 2, -1, 1).astype(np.float32)
"""Mirroring an axis changes the sign of its odd frequencies."""


@dataclass(frozen=True, slots=True)
class Pdq:
    """A PDQ hash.

    Attributes:
        bits: 32 bytes, most significant bit first, as the official tools print them.
        quality: 0 (flat) to 100 (rich in detail).
    """

    bits: bytes
    quality: int

    @property
    def hex(self) -> str:
        """The 64 hex digits of the official tools."""
        return self.bits.hex()


def pdq(luma: NDArray[np.float32]) -> Pdq:
    """Hash a picture.

    Args:
        luma: (64, 64) filtered luma, 0..255, from `media.luma.luma64`.
    """
    return Pdq(_bits(_coefficients(luma)), quality(luma))


def dihedral(luma: NDArray[np.float32]) -> tuple[bytes, ...]:
    """Return the hashes of the picture's eight rotations and mirrorings.

    Order: as it is, turned 90, 180 and 270 degrees, mirrored along x, along y, transposed along the
        diagonal and the
    other diagonal.
    """
    plain = _coefficients(luma)
    turned = plain.T
    row, column = _ALTERNATE, _ALTERNATE.T
    forms = (
        plain,
        turned * row,
        plain * row * column,
        turned * column,
        plain * row,
        plain * column,
        turned,
        turned * row * column,
    )
    return tuple(_bits(form) for form in forms)


def quality(luma: NDArray[np.float32]) -> int:
    """Return PDQ's image-domain quality 0..100: the sum of luma steps between neighbours."""
    total = 0
    for axis in (0, 1):
        total += int(np.abs((np.diff(luma, axis=axis) * 100 / 255).astype(np.int32)).sum())
    return min(100, total // 90)


def hamming(a: bytes, b: bytes) -> int:
    """Return the number of bits in which two hashes differ, 0..256."""
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def _coefficients(luma: NDArray[np.float32]) -> NDArray[np.float32]:
    coefficients: NDArray[np.float32] = _DCT @ luma @ _DCT.T
    return coefficients


def _bits(coefficients: NDArray[np.float32]) -> bytes:
    flat = coefficients.ravel()
    median = np.partition(flat, flat.size // 2 - 1)[flat.size // 2 - 1]
    # The official order counts bits from the last coefficient.
    return np.packbits((flat > median)[::-1]).tobytes()
