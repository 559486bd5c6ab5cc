"""A small made-up site with one of each kind that a list can name, and innocent neighbours."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from garim_agent.demo.scenery import contours, landscape, tiles

PAGE = """<!doctype html><meta charset="utf-8"><title>Shared files</title>
<h1>Shared files</h1>
<p><img id="listed" src="listed.jpg" alt=""> <img id="remade" src="remade.webp" alt="">
<img id="frame" src="frame.jpg" alt=""> <img id="innocent" src="innocent.jpg" alt=""></p>
<p><a id="file" href="film.bin">film</a> <a id="torrent" href="film.torrent">torrent</a></p>
"""
SIZE = (640, 480)


@dataclass(frozen=True)
class FeedSite:
    """The site's folder.

    Attributes:
        folder: What is served.
    """

    folder: Path

    def sha256(self, name: str) -> str:
        """Digest of one of its files, in hex."""
        return hashlib.sha256((self.folder / name).read_bytes()).hexdigest()


def build(folder: Path) -> FeedSite:
    """Make the site; a file's content tells its name, so that no two are alike."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = Image.fromarray(landscape(777, *SIZE))
    listed.save(folder / "listed.jpg", quality=90)
    listed.resize((480, 360), Image.Resampling.LANCZOS).save(folder / "remade.webp", quality=80)
    Image.fromarray(tiles(778, *SIZE)).save(folder / "frame.jpg", quality=88)
    Image.fromarray(contours(779, *SIZE)).save(folder / "innocent.jpg", quality=90)
    # A file that is no picture: noise that only its digest can name.
    noise = b"".join(hashlib.sha256(n.to_bytes(4)).digest() for n in range(1 << 15))
    (folder / "film.bin").write_bytes(noise)
    (folder / "other.bin").write_bytes(noise[::-1])
    (folder / "film.torrent").write_bytes(torrent("film.bin"))
    (folder / "other.torrent").write_bytes(torrent("other.bin"))
    (folder / "item").mkdir(exist_ok=True)
    (folder / "item" / "view.html").write_text("<!doctype html><title>Item</title>An item.")
    (folder / "index.html").write_text(PAGE, "utf-8")
    (folder / "page.html").write_text(PAGE, "utf-8")
    return FeedSite(folder)


def torrent(name: str) -> bytes:
    """A torrent of one file, version 1."""
    info = b"d6:lengthi1048576e4:name%d:%s12:piece lengthi262144e6:pieces80:%se" % (
        len(name),
        name.encode(),
        hashlib.sha512(name.encode()).digest() + bytes(16),
    )
    return b"d8:announce31:http://tracker.example/announce4:info" + info + b"e"
