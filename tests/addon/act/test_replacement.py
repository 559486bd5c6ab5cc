from io import BytesIO

import pytest
from PIL import Image

from garim_addon.act import placeholder, replacement
from garim_addon.act.replacement import FALLBACK, UNKNOWN_SIZE, Replacer
from garim_addon.decide.action import Action, Decision, Style
from garim_addon.verdict import (
    FailureCause,
    Inspection,
    ListMatch,
    Outcome,
    Reason,
    Verdict,
)

CARD = Decision(Action.REPLACE)
BLUR = Decision(Action.REPLACE, Style.BLUR)
MATCH = ListMatch("l", "e", "1", "ncii", "image")


def verdict(reason=Reason.CLASSIFIER_SURE, match=None, failure=None, **seen):
    facts = {"format": "jpeg", "width": 64, "height": 48} | seen
    return Verdict(Outcome.BLOCK, reason, Inspection(**facts), match=match, failure=failure)


class Draws:
    """Notes what is asked for; answers `size` bytes."""

    def __init__(self, size=100):
        self.asked = []
        self.size = size

    async def placeholder(self, spec, body=b""):
        self.asked.append((spec, body))
        return None if self.size is None else bytes(self.size)


class Real:
    async def placeholder(self, spec, body=b""):
        return placeholder.render(spec, body)


def test_the_ready_made_picture_is_a_sound_png():
    with Image.open(BytesIO(FALLBACK)) as image:
        image.verify()
    with Image.open(BytesIO(FALLBACK)) as image:
        image.load()
        assert (image.format, image.size) == ("PNG", (1, 1))


@pytest.mark.parametrize("decision", [CARD, BLUR])
async def test_when_nothing_can_be_drawn_the_ready_made_picture_is_shown(decision):
    for size in (None, 0):
        made = await Replacer(Draws(size)).make(verdict(), decision, "A", b"original")
        assert (made.body, made.mime) == (FALLBACK, "image/png")


@pytest.mark.parametrize(
    ("fmt", "mime"),
    [
        ("jpeg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
        ("avif", "image/avif"),
        ("heic", "image/png"),
        ("jxl", "image/png"),
        ("bmp", "image/png"),
        ("tiff", "image/png"),
        ("ico", "image/png"),
        ("", "image/png"),
    ],
)
async def test_the_type_says_what_was_drawn(fmt, mime):
    made = await Replacer(Real()).make(verdict(format=fmt), CARD, "7K3M9Q", b"")
    assert made.mime == mime
    with Image.open(BytesIO(made.body)) as image:
        assert image.size == (64, 48)
        assert image.get_format_mimetype() == mime


@pytest.mark.parametrize(
    ("width", "height", "size"),
    [(64, 48, (64, 48)), (0, 0, UNKNOWN_SIZE), (0, 48, UNKNOWN_SIZE), (64, 0, UNKNOWN_SIZE)],
)
async def test_the_size_is_the_originals_where_it_is_known(width, height, size):
    draws = Draws()
    await Replacer(draws).make(verdict(width=width, height=height), CARD, "A", b"")
    ((spec, _),) = draws.asked
    assert (spec.width, spec.height) == size
    assert spec.ident == "A"


@pytest.mark.parametrize(
    ("found", "decision", "original", "style"),
    [
        (verdict(), CARD, b"original", "card"),
        (verdict(), BLUR, b"original", "blur"),
        (verdict(), BLUR, b"", "card"),
        (verdict(Reason.LISTED_PICTURE, MATCH), BLUR, b"original", "card"),
        (verdict(Reason.LISTED_DIGEST, MATCH), BLUR, b"original", "card"),
        (verdict(Reason.FAILED, failure=FailureCause.CRASH), CARD, b"original", "card"),
    ],
)
async def test_what_a_list_named_is_never_blurred(found, decision, original, style):
    draws = Draws()
    await Replacer(draws).make(found, decision, "A", original)
    ((spec, body),) = draws.asked
    assert spec.style == style
    assert body == (original if style == "blur" else b"")


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (verdict(), "Sexual content"),
        (verdict(Reason.LISTED_PICTURE, MATCH), "Listed"),
        (verdict(Reason.LISTED_PICTURE, ListMatch("t", "e", "1", "test", "image")), "Test"),
        (verdict(Reason.FAILED), "Not judged"),
    ],
)
async def test_the_word_names_the_rule(found, word):
    draws = Draws()
    await Replacer(draws).make(found, CARD, "A", b"")
    assert draws.asked[0][0].word == word


async def test_a_card_is_drawn_once_and_a_blurred_one_each_time():
    draws = Draws()
    replacer = Replacer(draws)
    for _ in range(3):
        await replacer.make(verdict(), CARD, "A", b"")
    assert len(draws.asked) == 1
    for _ in range(3):
        await replacer.make(verdict(), BLUR, "A", b"original")
    assert len(draws.asked) == 4
    await replacer.make(verdict(), CARD, "B", b"")
    assert len(draws.asked) == 5


async def test_a_failed_drawing_is_tried_again():
    draws = Draws(None)
    replacer = Replacer(draws)
    await replacer.make(verdict(), CARD, "A", b"")
    draws.size = 10
    assert (await replacer.make(verdict(), CARD, "A", b"")).body == bytes(10)


async def test_the_longest_unused_card_makes_room(monkeypatch):
    monkeypatch.setattr(replacement, "MAX_REMEMBERED", 1000)
    draws = Draws(100)
    replacer = Replacer(draws)
    for ident in range(10):
        await replacer.make(verdict(), CARD, str(ident), b"")
    await replacer.make(verdict(), CARD, "0", b"")  # used again: 1 is the oldest now
    await replacer.make(verdict(), CARD, "10", b"")
    assert len(draws.asked) == 11
    await replacer.make(verdict(), CARD, "0", b"")
    assert len(draws.asked) == 11
    await replacer.make(verdict(), CARD, "1", b"")
    assert len(draws.asked) == 12
    assert replacer._size == sum(map(len, replacer._made.values())) <= 1000


async def test_one_large_card_does_not_push_out_all_others(monkeypatch):
    monkeypatch.setattr(replacement, "MAX_REMEMBERED", 1000)
    draws = Draws(126)
    replacer = Replacer(draws)
    for _ in range(2):
        assert len((await replacer.make(verdict(), CARD, "A", b"")).body) == 126
    assert len(draws.asked) == 2
    assert replacer._size == 0
