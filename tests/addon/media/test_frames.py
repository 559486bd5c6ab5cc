import numpy as np
import pytest
from PIL import Image, ImageDraw
from tests.addon.media.made import ANIMATED, animation, scene

from garim_addon.media.errors import MediaError
from garim_addon.media.image import open_picture
from garim_addon.media.limits import Limits

# No test may depend on how busy the machine is.
CALM = Limits(animation_seconds=60.0)


def plain(colour, size=(96, 64)):
    return Image.new("RGB", size, colour)


def drifting(count, size=(100, 75)):
    """A dot that wanders a little over a calm ground: frames that differ, but not much."""
    frames = []
    for index in range(count):
        frame = Image.new("RGB", size, (90, 120, 150))
        x = 10 + index % 60
        ImageDraw.Draw(frame).ellipse((x, 30, x + 9, 39), fill=(200, 180, 90))
        frames.append(frame)
    return frames


def sampled(body, limits=CALM):
    picture = open_picture(body, limits)
    return picture, [frame.index for frame in picture.samples]


@pytest.mark.parametrize("fmt", ANIMATED)
def test_every_kind_of_animation(fmt):
    frames = [plain("red"), plain("lime"), plain("blue"), plain("white")]
    picture, indexes = sampled(animation(fmt, frames, 250))
    assert (picture.format, picture.frames, picture.animated) == (ANIMATED[fmt], 4, True)
    assert picture.complete
    assert not picture.truncated
    assert indexes == [0, 1, 2, 3]
    assert [frame.time for frame in picture.samples] == pytest.approx([0, 0.25, 0.5, 0.75])
    for frame, colour in zip(picture.samples, frames, strict=True):
        wanted = np.asarray(colour).mean(axis=(0, 1))
        assert np.abs(frame.views[0].mean(axis=(0, 1)) - wanted).max() < 6


@pytest.mark.parametrize("place", [1, 149, 150, 298, 299])
def test_one_odd_frame_of_300_is_found(place):
    frames = drifting(300)
    frames[place] = scene(100, 75)
    picture, indexes = sampled(animation("GIF", frames))
    assert picture.frames >= 299  # Pillow merges equal frames when it writes
    found = [f for f in picture.samples if np.abs(f.views[0].astype(int) - 128).mean() > 30]
    odd = [f for f in found if f.views[0].std() > 40]
    assert len(odd) == 1
    assert abs(odd[0].index - place) <= 1
    assert indexes[0] == 0
    assert len(indexes) <= CALM.sampled_frames


@pytest.mark.parametrize("fmt", ["PNG", "WEBP"])
def test_odd_frame_in_other_formats(fmt):
    frames = drifting(60, (64, 48))
    frames[41] = scene(64, 48)
    _, indexes = sampled(animation(fmt, frames))
    assert 41 in indexes


def test_samples_are_the_most_different_ones():
    shades = [plain((value, value, value)) for value in (0, 4, 8, 12, 255, 251, 247, 128)]
    _, indexes = sampled(animation("PNG", shades), Limits(sampled_frames=3, animation_seconds=60))
    assert indexes == [0, 4, 7]


def test_frames_that_look_alike_are_sampled_once():
    frames = [plain((100, 100, 100 + i % 2)) for i in range(20)]
    picture, indexes = sampled(animation("PNG", frames))
    assert indexes == [0]
    assert picture.frames == 20


def test_change_that_shows_only_over_black_counts():
    clear = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    hidden = clear.copy()
    ImageDraw.Draw(hidden).rectangle((8, 8, 40, 40), fill=(255, 255, 255, 255))
    picture, indexes = sampled(animation("PNG", [clear, hidden]))
    assert indexes == [0, 1]
    white, black = picture.samples[1].views
    assert np.ptp(white) == 0
    assert np.ptp(black) == 255


def test_kept_frames_are_not_overwritten_by_later_ones():
    frames = [plain("red"), plain("lime"), plain("blue")]
    picture, _ = sampled(animation("GIF", frames))
    assert [int(f.views[0].argmax(axis=2)[5, 5]) for f in picture.samples] == [0, 1, 2]


def test_pixel_budget_ends_the_look():
    body = animation("GIF", [scene(100, 100, seed) for seed in range(10)])
    picture, indexes = sampled(body, Limits(animation_pixels=45_000, animation_seconds=60))
    assert indexes == [0, 1, 2, 3]
    assert picture.frames == 5  # as far as it was looked through
    assert picture.animated
    assert not picture.complete


def test_first_frame_is_always_judged():
    picture, indexes = sampled(
        animation("PNG", [scene(100, 100, seed) for seed in range(4)]),
        Limits(animation_pixels=1, animation_seconds=0.0),
    )
    assert indexes == [0]
    assert picture.frames == 4
    assert not picture.complete


@pytest.mark.parametrize("fmt", ["GIF", "PNG", "WEBP"])
def test_frame_cap(fmt):
    body = animation(fmt, [plain((i * 9, 0, 0), (8, 8)) for i in range(20)])
    assert open_picture(body, Limits(max_frames=20, animation_seconds=60)).frames == 20
    with pytest.raises(MediaError, match="too-large"):
        open_picture(body, Limits(max_frames=19, animation_seconds=60))


def test_still_gif_is_complete_and_still():
    picture, indexes = sampled(animation("GIF", [scene(50, 50)]))
    assert (picture.animated, picture.frames, picture.complete, indexes) == (False, 1, True, [0])


@pytest.mark.parametrize("fmt", ["GIF", "PNG"])
def test_truncated_animation_is_judged_by_what_is_there(fmt):
    body = animation(fmt, [scene(80, 60, seed) for seed in range(6)])
    picture, indexes = sampled(body[: len(body) // 2])
    assert picture.truncated
    assert 2 <= len(indexes) <= 4
