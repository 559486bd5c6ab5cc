"""What is expected of an answer that came through Garim."""

import io

from PIL import Image
from tests.e2e.curl import Reply

from garim_addon.media.sniff import sniff

LISTED = "img/listed-webp.webp"
"""Its digest is on no list: only who looks at the picture knows it."""
ORDINARY = "img/ordinary-jpeg.jpg"


def original(origin, path: str) -> bytes:
    return (origin.folder / path).read_bytes()


def assert_covered(reply: Reply, body: bytes, form: str = "webp", status: int = 200) -> None:
    """A placeholder of the same size came, whole, and nothing of the original."""
    assert (reply.exit, reply.status) == (0, status), reply.error
    assert body[:200] not in reply.body
    assert sniff(reply.body) == form
    assert reply.header("content-type") == f"image/{form}"
    assert reply.header("content-length") == str(len(reply.body))
    assert reply.header("cache-control") == "no-store"
    gone = {"etag", "last-modified", "content-encoding", "content-range", "transfer-encoding"}
    assert not gone & dict(reply.headers).keys()
    assert Image.open(io.BytesIO(reply.body)).size == Image.open(io.BytesIO(body)).size


def assert_untouched(reply: Reply, plain: Reply) -> None:
    """The same answer came as without Garim: status, headers in their order, bytes."""
    assert (reply.exit, reply.status) == (plain.exit, plain.status) == (0, plain.status)
    assert reply.body == plain.body
    changing = {"date", "connection", "keep-alive"}
    if reply.version != plain.version:
        changing |= {"transfer-encoding"}  # HTTP/2 frames, HTTP/1.1 chunks
    fields, expected = (
        [field for field in answer.headers if field[0] not in changing] for answer in (reply, plain)
    )
    assert fields == expected
