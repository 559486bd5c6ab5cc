import pytest

from garim_addon.media import isobmff


def box(major: bytes, *compatible: bytes, size: int | None = None) -> bytes:
    body = b"ftyp" + major + bytes(4) + b"".join(compatible)
    return (len(body) + 4 if size is None else size).to_bytes(4) + body + b"\0\0\0\x10meta"


@pytest.mark.parametrize(
    ("head", "avif", "heic"),
    [
        (box(b"avif", b"mif1"), True, False),
        (box(b"avis"), True, False),
        (box(b"mif1", b"miaf", b"avif"), True, False),
        (box(b"MA1B", b"avif"), True, False),
        (box(b"heic", b"mif1", b"avif"), False, True),
        (box(b"avif", b"heic"), True, False),
        (box(b"mif1", b"heic", b"avif"), False, True),
        (box(b"msf1", b"hevc"), False, True),
        (box(b"mif1"), False, True),
        (box(b"isom", b"mp42", b"avc1"), False, False),
        (box(b"isom", b"mif1"), False, False),
        (box(b"avif", size=0), True, False),
        (
            b"\0\0\0\x01ftyp" + (32).to_bytes(8) + b"mif1" + bytes(4) + b"avif" + bytes(4),
            True,
            False,
        ),
        (b"\0\0\0\x10ftypmif1\0\0\0\0avif", False, True),  # the brand lies behind the box
        (b"\0\0\0\x08ftyp", False, False),
        (b"\0\0\0\x18fty", False, False),
        (b"", False, False),
    ],
)
def test_brand_decides(head, avif, heic):
    assert (isobmff.is_avif(head), isobmff.is_heic(head)) == (avif, heic)


def test_brands_lists_major_first():
    assert isobmff.brands(box(b"mif1", b"heic", b"miaf")) == [b"mif1", b"heic", b"miaf"]
