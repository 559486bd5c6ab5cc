"""Which still-picture format an ISO base media file (`ftyp` box) declares: AVIF, HEIC or neither.

Rules:
- The major brand decides when it names a codec; else the first compatible brand that does (ISO/IEC
  23008-12, MIAF).
- A file with structural brands only (`mif1`, `msf1`) is called HEIC, because libheif reads every
  codec that it knows.
- Videos (`isom`, `mp42`, ...) are neither.
"""

_AVIF = frozenset({b"avif", b"avis", b"avio"})
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_STRUCTURAL = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})


def brands(head: bytes) -> list[bytes]:
    """Return the brands of the `ftyp` box at the start of `head`, major first, or nothing."""
    if head[4:8] != b"ftyp":
        return []
    size = int.from_bytes(head[:4])
    start = 8
    if size == 1:  # 64-bit size follows the type
        size, start = int.from_bytes(head[8:16]), 16
    elif size == 0:  # the box runs to the end of the file
        size = len(head)
    box = head[start : min(size, len(head))]
    major, compatible = box[:4], box[8:]
    return [major, *(compatible[i : i + 4] for i in range(0, len(compatible) - 3, 4))]


def is_avif(head: bytes) -> bool:
    """Whether the file declares AVIF."""
    return _codec(head) == "avif"


def is_heic(head: bytes) -> bool:
    """Whether the file declares HEIC (HEVC in HEIF) or an unnamed codec in HEIF."""
    return _codec(head) == "heic"


def _codec(head: bytes) -> str:
    found = brands(head)
    for brand in found:
        if brand in _AVIF:
            return "avif"
        if brand in _HEIC:
            return "heic"
    return "heic" if found and found[0] in _STRUCTURAL else ""
