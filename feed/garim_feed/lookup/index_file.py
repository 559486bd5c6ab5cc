"""One part of a list on disk: a small header and aligned arrays, memory-mapped read-only.

Layout (little-endian): `GARIMIDX`, u16 format 1, u16 zero, u32 length and u32 CRC-32 of the header,
the header (JSON), then the arrays, each at a multiple of 64 bytes, to the end of the file.

Rules:
- Opening reads the header only and checks every bound against the file's real size, so that no
  look-up reads past its end (which would kill the process by SIGBUS).
- Files are written beside and renamed, and never changed or cut afterwards: whoever has one mapped
  keeps what it has.
- Views need no numpy; `array` is for whoever has it loaded.

Weaknesses: opening does not read the arrays, so a bit that rots in them is found by `verify` only
(every build runs it on what it takes over). Readers bound what they take from arrays as positions.
Before Python 3.13 every open file holds a file descriptor.
"""

import mmap
import os
import struct
import sys
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from garim_feed.errors import FeedError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = b"GARIMIDX"
FORMAT = 1
ALIGNMENT = 64
MAX_HEADER_BYTES = 64 << 10
MAX_ARRAYS = 256
_PREFIX = struct.Struct("<8sHHII")
_CODES: dict[str, Literal["B", "H", "I", "Q"]] = {"u1": "B", "u2": "H", "u4": "I", "u8": "Q"}
_SIZES = {"u1": 1, "u2": 2, "u4": 4, "u8": 8}
_CHUNK = 16 << 20


class _Array(BaseModel):
    """Where one array of unsigned integers lies (bytes from the start), and its CRC-32."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    type: Literal["u1", "u2", "u4", "u8"]
    shape: Annotated[
        tuple[Annotated[int, Field(ge=0, lt=1 << 40)], ...], Field(min_length=1, max_length=2)
    ]
    offset: Annotated[int, Field(ge=0, lt=1 << 48)]
    crc: Annotated[int, Field(ge=0, lt=1 << 32)]

    @property
    def bytes(self) -> int:
        """Length in bytes."""
        items = self.shape[0] * (self.shape[1] if len(self.shape) == 2 else 1)
        return items * _SIZES[self.type]


class _Header(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    size: Annotated[int, Field(ge=0)]
    arrays: Annotated[tuple[_Array, ...], Field(max_length=MAX_ARRAYS)]


class IndexFile:
    """A file of arrays, mapped read-only and shared by all processes that have it open.

    Args:
        path: The file.

    Attributes:
        crc: CRC-32 of the header, which holds those of the arrays: changes with any content.
        size: Bytes of the file.

    Raises:
        FeedError: When it is not whole or not such a file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self.size = os.fstat(file.fileno()).st_size
                if self.size < _PREFIX.size:
                    raise self.damaged("it is too short")
                mapped = mmap.mmap(file.fileno(), self.size, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise self.damaged("it cannot be read") from error
        self._bytes = memoryview(mapped)
        header, self.crc, end = self._header()
        self._arrays = {one.name: one for one in header.arrays}
        self._check(header, end)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the arrays."""
        return tuple(self._arrays)

    def shape(self, name: str) -> tuple[int, ...]:
        """Return an array's shape; `(0,)` when there is none of the name."""
        found = self._arrays.get(name)
        return found.shape if found is not None else (0,)

    def view(self, name: str, *types: str) -> "memoryview[int]":
        """Return a one-dimensional array without numpy; an empty one when there is none.

        Args:
            name: Its name.
            types: Which of `u1`, `u2`, `u4`, `u8` it may be.

        Raises:
            FeedError: When it is something else.
        """
        found = self._arrays.get(name)
        if found is None:
            return memoryview(b"").cast(_CODES[types[0]])
        if found.type not in types or len(found.shape) != 1:
            raise self.damaged(f"{name} has a wrong type")
        return self._raw(found).cast(_CODES[found.type])

    def array(self, name: str) -> "NDArray[np.unsignedinteger]":
        """Return an array as numpy sees it, read-only; not copied.

        Raises:
            FeedError: When there is none of the name.
        """
        import numpy as np  # noqa: PLC0415 - the proxy looks up hosts and addresses without numpy

        found = self._arrays.get(name)
        if found is None:
            raise self.damaged(f"{name} is missing")
        return np.frombuffer(self._raw(found), f"<{found.type}").reshape(found.shape)

    def verify(self) -> None:
        """Read everything and compare it with its checksums.

        Raises:
            FeedError: When a bit differs.
        """
        for one in self._arrays.values():
            raw, crc = self._raw(one), 0
            for start in range(0, len(raw), _CHUNK):
                crc = zlib.crc32(raw[start : start + _CHUNK], crc)
            if crc != one.crc:
                raise self.damaged("a checksum differs")

    def damaged(self, reason: str) -> FeedError:
        """Return the error that says what is wrong with this file."""
        return FeedError(
            "{file} is damaged ({reason}); run `garim lists sync` to build it anew.",
            file=self._path.name,
            reason=reason,
        )

    def _raw(self, one: _Array) -> memoryview:
        return self._bytes[one.offset : one.offset + one.bytes]

    def _header(self) -> tuple[_Header, int, int]:
        """Return the header, its CRC-32 and where it ends."""
        magic, form, zero, length, crc = _PREFIX.unpack(self._bytes[: _PREFIX.size])
        end = _PREFIX.size + length
        if magic != MAGIC or form != FORMAT or zero or sys.byteorder != "little":
            raise self.damaged("its format is not known")
        if length > MAX_HEADER_BYTES or end > self.size:
            raise self.damaged("its header is cut off")
        text = bytes(self._bytes[_PREFIX.size : end])
        if zlib.crc32(text) != crc:
            raise self.damaged("a checksum differs")
        try:
            return _Header.model_validate_json(text), crc, end
        except ValidationError as error:
            raise self.damaged("its header is not valid") from error

    def _check(self, header: _Header, end: int) -> None:
        if header.size != self.size:
            raise self.damaged("its size is not what it says")
        if len(self._arrays) != len(header.arrays):
            raise self.damaged("an array is there twice")
        for one in header.arrays:
            if one.offset % ALIGNMENT or one.offset < end or one.offset + one.bytes > self.size:
                raise self.damaged("an array is out of bounds")
            end = one.offset + one.bytes


def write_index(path: Path, arrays: "Mapping[str, NDArray[np.unsignedinteger]]") -> None:
    """Write a file, wholly and durably, under a name that does not exist yet.

    Args:
        path: Where; its folder is renamed into place later, so the name itself is not guarded.
        arrays: One- or two-dimensional unsigned integers by name.

    Raises:
        OSError: When it cannot be written.
    """
    import numpy as np  # noqa: PLC0415 - see `IndexFile.array`

    plain = {name: np.ascontiguousarray(one) for name, one in arrays.items()}
    crcs = {name: zlib.crc32(memoryview(one).cast("B")) for name, one in plain.items() if one.size}
    start = _PREFIX.size
    while True:  # the header's length moves the offsets, which change the header's length
        text, offsets = _layout(plain, crcs, start)
        if _PREFIX.size + len(text) <= start:
            break
        start += ALIGNMENT
    text = text.ljust(start - _PREFIX.size)
    with path.open("xb") as file:
        file.write(_PREFIX.pack(MAGIC, FORMAT, 0, len(text), zlib.crc32(text)) + text)
        for name, one in plain.items():
            file.write(bytes(offsets[name] - file.tell()))
            if one.size:
                file.write(memoryview(one).cast("B"))
        file.flush()
        os.fsync(file.fileno())


def _layout(
    arrays: "Mapping[str, NDArray[np.unsignedinteger]]", crcs: Mapping[str, int], start: int
) -> tuple[bytes, dict[str, int]]:
    """Return the header's text and where each array begins when the header ends at `start`."""
    offsets: dict[str, int] = {}
    described = []
    for name, one in arrays.items():
        offsets[name] = -(-start // ALIGNMENT) * ALIGNMENT
        start = offsets[name] + one.nbytes
        described.append(
            _Array(
                name=name,
                type=f"u{one.itemsize}",  # type: ignore[arg-type]  # checked when it is made
                shape=one.shape,
                offset=offsets[name],
                crc=crcs.get(name, 0),
            )
        )
    header = _Header(size=start, arrays=tuple(described))
    return header.model_dump_json().encode(), offsets
