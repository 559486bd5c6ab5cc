import pytest
from models.build import pictures
from PIL import Image


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kay/contents/images/5120x2880.png", "Kay/contents/images/1080x1920.png"),
        ("gnome/wood-l.webp", "gnome/wood-d.webp"),
        ("abstract/Elephants.jpg", "abstract/Elephants_3840x2160.jpg"),
        ("cats/lion-1.png", "cats/lion-2.png"),
        ("asl/asl_zzz_5.png", "asl/asl_zzz_9.png"),
    ],
)
def test_variants_of_one_subject_share_a_key(one, other):
    assert pictures.source_key("p", one) == pictures.source_key("p", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kay/contents/images/5120x2880.png", "Flow/contents/images/5120x2880.png"),
        ("a/horizontal.png", "a/horizonta.png"),
        ("joy-theme/grub/grub-16x9.png", "lines-theme/grub/grub-16x9.png"),
        ("asl/asl_d.png", "asl/asl_zzz_5.png"),
    ],
)
def test_different_subjects_do_not(one, other):
    assert pictures.source_key("p", one) != pictures.source_key("p", other)


def test_a_rendition_follows_from_the_key_alone():
    keys = [f"key {number}" for number in range(400)]
    found = [pictures.rendition(key) for key in keys]
    assert found == [pictures.rendition(key) for key in keys]
    share = sum(one.part == pictures.CALIBRATION for one in found) / len(found)
    assert 0.2 < share < 0.4
    assert {one.kind for one in found} == {"PNG", "JPEG"}
    assert all(0.6 <= one.cut <= 1 and 40 <= one.quality <= 95 for one in found)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "P", "L", "CMYK", "1"])
def test_every_mode_is_rendered_within_its_size(mode):
    for key in map(str, range(12)):
        how = pictures.rendition(key)
        made = pictures.render(Image.new(mode, (900, 500)), how)
        assert made.mode == "RGB"
        assert 1 <= max(made.size) <= how.side


def test_clear_pixels_show_the_ground():
    how = next(one for one in map(pictures.rendition, map(str, range(99))) if one.ground[0] == 255)
    made = pictures.render(Image.new("RGBA", (90, 50), (9, 9, 9, 0)), how)
    assert made.getpixel((0, 0)) == (255, 255, 255)


def test_small_pictures_are_left_out_and_others_land_on_their_side(tmp_path, monkeypatch):
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    for part in (pictures.CALIBRATION, pictures.TEST):
        (tmp_path / part).mkdir()
    Image.new("RGB", (20, 200)).save(tmp_path / "small.png")
    Image.new("RGB", (100, 80)).save(tmp_path / "large.png")
    assert not pictures._write("some/small", tmp_path / "small.png")
    assert pictures._write("some/large", tmp_path / "large.png")
    part = pictures.rendition("some/large").part
    assert [path.stem for path in pictures.files(part)] == ["some-large"]
