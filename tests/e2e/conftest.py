"""The demonstration site on a real nginx and Garim in front of it, once for all tests."""

import os
import uuid
import warnings
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image
from tests.e2e.agent import PATIENT, Agent, launch
from tests.e2e.origin import Origin, serve
from tests.e2e.pictures import Picture

from garim_agent.demo.site import Site, build
from garim_models.testmedia import CLASSIFIER, LISTED, LISTED_JPEG

with warnings.catch_warnings():
    # mitmproxy 12.2 uses old names of pyparsing while it is imported.
    warnings.simplefilter("ignore")
    import mitmproxy.master  # noqa: F401

LONG_AGO = 1_600_000_000
LARGE_BYTES = 50 << 20
CAP = 16 << 20
"""The policy's default for the largest picture that is held."""


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    """The demonstration site, with files in `extra` that are no part of it."""
    folder = tmp_path_factory.mktemp("site")
    made = build(folder, listed=LISTED, listed_jpeg=LISTED_JPEG, classifier=CLASSIFIER)
    _add_files(folder)
    for path in folder.rglob("*"):
        # Of an old file a browser knows that it will last: nothing is asked for twice by chance.
        os.utime(path, (LONG_AGO, LONG_AGO))
    return made


@pytest.fixture(scope="session")
def origin(site, tmp_path_factory) -> Iterator[Origin]:
    """The site on nginx."""
    with serve(site.folder, tmp_path_factory.mktemp("nginx")) as running:
        yield running


@pytest.fixture(scope="session")
def garim(origin, tmp_path_factory) -> Iterator[Agent]:
    """Garim with a patient home policy, trusting the origin's authority."""
    home = tmp_path_factory.mktemp("garim")
    with launch(home, extra_ca=origin.certificates.authority) as running:
        yield running
        figures = running.metrics()
        thrown = [name for name in figures if name.startswith("garim_hook_exceptions_total")]
        assert not thrown, thrown


@pytest.fixture(scope="session")
def school(origin, tmp_path_factory) -> Iterator[Agent]:
    """Garim with a patient school policy: what cannot be judged is not shown."""
    policy = PATIENT.format(profile="school")
    with launch(
        tmp_path_factory.mktemp("school"), policy, extra_ca=origin.certificates.authority
    ) as running:
        yield running


@pytest.fixture(params=["http", "https", "h2"])
def base(request, origin) -> str:
    """The site's address over each protocol."""
    return str(getattr(origin, request.param))


@pytest.fixture
def fresh(origin: Origin):
    """Makes pictures whose digest is in no cache; the listed ones are known by their looks only."""
    folder = origin.folder / "extra" / uuid.uuid4().hex
    folder.mkdir()

    def make(*, listed: bool = True) -> Picture:
        source = LISTED if listed else origin.folder / "img" / "ordinary-jpeg.jpg"
        path = folder / f"{uuid.uuid4().hex}.jpg"
        Image.open(source).convert("RGB").save(path, quality=85, comment=path.stem.encode())
        address = f"{origin.http}/{path.relative_to(origin.folder)}"
        return Picture(address, path.read_bytes(), listed)

    return make


@pytest.fixture
def clients() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(12) as pool:
        yield pool


def _add_files(folder: Path) -> None:
    extra = folder / "extra"
    extra.mkdir()
    # The start of a real film: its boxes look like those of an AVIF picture.
    film = b"\0\0\0\x20ftypisom\0\0\x02\0isomiso2avc1mp41" + b"\0\0\0\x08free"
    (extra / "film.mp4").write_bytes(film + bytes(range(256)) * 1024)
    with zipfile.ZipFile(extra / "archive.zip", "w") as archive:
        for path in sorted(folder.glob("img/listed-*")):
            archive.write(path, path.name)
    (extra / "notes.txt").write_text("plain words\n" * 500, "utf-8")
    listed = (folder / "img" / "listed-webp.webp").read_bytes()
    (extra / "no-ending").write_bytes(listed)
    (extra / "over-the-cap.png").write_bytes(_padded(folder / "img" / "listed-png.png", CAP + 4096))
    block = bytes(range(251)) * 4178  # no power of two: a lost or doubled piece would show
    with (extra / "large.bin").open("wb") as file:
        while file.tell() < LARGE_BYTES:
            file.write(block)


def _padded(picture: Path, size: int) -> bytes:
    body = picture.read_bytes()
    return body + bytes(size - len(body))
