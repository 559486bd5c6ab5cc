import hashlib
import io
import json

import pytest
from PIL import Image

from garim_addon.media.sniff import sniff
from garim_agent.demo.files import encode
from garim_agent.demo.scenery import contours, landscape
from garim_agent.demo.site import EXPECTED, build


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    """Stand-ins for the official pictures: the builder does not care what they show."""
    folder = tmp_path_factory.mktemp("official")
    listed = Image.fromarray(landscape(1, 960, 720))
    classifier = Image.fromarray(contours(2, 512, 512))
    for name, image, kind in (
        ("listed.png", listed, "png"),
        ("listed.jpg", listed, "jpeg"),
        ("classifier.png", classifier, "png"),
    ):
        (folder / name).write_bytes(encode(image, kind))
    return {
        "listed": folder / "listed.png",
        "listed_jpeg": folder / "listed.jpg",
        "classifier": folder / "classifier.png",
    }


@pytest.fixture(scope="module")
def site(official, tmp_path_factory):
    return build(tmp_path_factory.mktemp("site") / "new", **official)


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_same_pictures_give_the_same_site(site, official, tmp_path):
    again = build(tmp_path, **official)
    assert digests(again.folder) == digests(site.folder)
    assert again.pictures == site.pictures


def test_every_picture_is_what_is_expected_of_it(site):
    for picture in site.pictures:
        data = (site.folder / picture.path).read_bytes()
        image = Image.open(io.BytesIO(data))
        assert sniff(data) == picture.format
        assert image.size == (picture.width, picture.height)
        assert getattr(image, "n_frames", 1) == (5 if picture.animated else 1)
        assert picture.pages
        assert {picture.expect, picture.reason} in (
            {"show", "ordinary"}, {"cover", "listed"}, {"cover", "classifier"},
        )  # fmt: skip


def test_pictures_are_large_enough_to_be_judged(site):
    for picture in site.pictures:
        assert (site.folder / picture.path).stat().st_size >= 1024
        assert min(picture.width, picture.height) >= 36


def test_expected_json_says_the_same(site):
    facts = json.loads((site.folder / EXPECTED).read_text("utf-8"))
    assert [fact["path"] for fact in facts] == [picture.path for picture in site.pictures]
    assert facts[0]["pages"] == ["index.html"]
    assert {fact["expect"] for fact in facts} == {"show", "cover"}


@pytest.mark.parametrize(
    ("path", "original"),
    [
        ("img/listed-png.png", "listed"),
        ("img/listed-jpeg.jpg", "listed_jpeg"),
        ("img/classifier-png.png", "classifier"),
    ],
)
def test_the_official_files_go_in_byte_for_byte(site, official, path, original):
    assert (site.folder / path).read_bytes() == official[original].read_bytes()


def test_the_hidden_frame_is_in_the_middle(site):
    with Image.open(site.folder / "img/hidden-png.png") as image:
        image.seek(2)
        middle = image.convert("RGB")
        image.seek(4)
        last = image.convert("RGB")
    with Image.open(site.folder / "img/listed-png.png") as image:
        listed = image.convert("RGB").resize(middle.size, Image.Resampling.LANCZOS)
    assert middle.tobytes() == listed.tobytes()
    assert last.tobytes() != listed.tobytes()


def test_all_files_that_browsers_ask_for_are_there(site):
    names = {path.name for path in site.folder.iterdir()}
    assert {"index.html", "sw.js", "favicon.ico", "style.css", "common.js", EXPECTED} <= names
    assert site.pages[0] == "index.html"
    assert set(site.pages) <= names


def test_a_missing_official_picture_is_an_error(official, tmp_path):
    with pytest.raises(FileNotFoundError):
        build(tmp_path / "site", **official | {"classifier": tmp_path / "none.png"})
