"""The inspector with the shipped models and the built-in list, on real and made pictures."""

import gzip
import hashlib
import shutil
import zlib
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from made_lists import make_lists
from PIL import Image

from garim_addon.judge import inspect as module
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.confirm import Thresholds, confirm
from garim_addon.judge.inspect import MAX_MATCHES, Inspector
from garim_addon.media.limits import Limits
from garim_addon.verdict import MAX_FINDINGS, FailureCause, Inspection, Outcome
from garim_feed.lookup.match import Match
from garim_models.manifest import WEIGHTS, available


def scene(width, height, seed=0):
    """A smooth made picture with enough detail for a PDQ of quality 100."""
    coarse = np.random.default_rng(seed).integers(0, 256, (9, 12, 3), np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def saved(image, kind, **options):
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


ORDINARY = saved(scene(640, 480), "JPEG", quality=85)
JUNK = b"\x89PNG\r\n\x1a\n" + bytes(4000)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg">' + b"<g/>" * 400 + b"</svg>"


@pytest.fixture(scope="module")
def inspector():
    return Inspector(WorkerConfig())


@pytest.fixture(scope="module")
def lists_only():
    return Inspector(WorkerConfig(stages=()))


class Index:
    """Lists that match what they are told to."""

    version = "v"
    digests = frozenset({"sha256"})

    def __init__(self, digests=(), pictures=0, torrents=()):
        self.listed = {hashlib.sha256(body).digest() for body in digests}
        self.pictures = pictures
        self.torrents = torrents

    def digest(self, sha256, sha1=b"", md5=b""):
        found = Match("l", "exact", "1", "test", "digest")
        return (found,) if sha256 in self.listed else ()

    def torrent(self, info_hash):
        found = Match("l", "exact", "1", "test", "torrent")
        return (found,) if info_hash in self.torrents else ()

    def image(self, hashes, quality):
        return tuple(
            Match("l", f"e{n}", "1", "test", "image", n % 32, quality) for n in range(self.pictures)
        )


def read_back(found):
    """What the proxy makes of it: an answer that it refuses is a crashed worker."""
    assert Inspection.from_json(found.to_json()) == found
    return found


def test_an_ordinary_picture_has_scores_and_no_match(inspector):
    found = read_back(inspector.judge(ORDINARY))
    assert (found.kind, found.format, found.width, found.height) == ("image", "jpeg", 640, 480)
    assert (found.frames, found.failure, found.skipped, found.matches) == (1, None, "", ())
    assert found.sha256 == hashlib.sha256(ORDINARY).hexdigest()
    assert len(found.pdq) == 64
    assert found.quality == 100
    assert found.scores[0].stage == 1
    assert {"match", "decode", "hash", "stage1"} <= set(found.steps)
    assert {s.model for s in found.scores} <= {m.name for m in available()}


@pytest.mark.parametrize("name", ["listed.png", "listed.jpg"])
def test_the_test_picture_matches_by_digest_and_by_looks(inspector, testmedia, name):
    found = read_back(inspector.judge((testmedia / name).read_bytes()))
    assert {m.kind for m in found.matches} == {"digest", "image"}
    assert {m.list for m in found.matches} == {"test"}
    assert found.failure is None


@pytest.mark.parametrize(
    "change",
    [
        lambda image: saved(image, "JPEG", quality=60),
        lambda image: saved(image.resize((480, 360)), "PNG"),
        lambda image: saved(image, "WEBP", quality=80),
        lambda image: saved(image.transpose(Image.Transpose.FLIP_LEFT_RIGHT), "PNG"),
        lambda image: saved(image.transpose(Image.Transpose.ROTATE_90), "PNG"),
    ],
    ids=["jpeg", "smaller", "webp", "mirrored", "turned"],
)
def test_a_changed_test_picture_is_found_by_its_looks(inspector, testmedia, change):
    with Image.open(testmedia / "listed.png") as image:
        found = inspector.judge(change(image.convert("RGB")))
    (match,) = found.matches
    assert (match.kind, match.tight) == ("image", True)


@pytest.mark.parametrize(
    ("name", "outcome", "stages"),
    [
        ("classifier.png", Outcome.BLOCK, {1, 2}),
        ("ambiguous.png", Outcome.UNCONFIRMED, {1, 2}),
    ],
)
def test_the_classifiers_pictures_are_judged_by_their_scores(
    inspector, testmedia, name, outcome, stages
):
    found = read_back(inspector.judge((testmedia / name).read_bytes()))
    assert (found.failure, found.matches) == (None, ())
    assert {s.stage for s in found.scores} == stages
    one = next(m.thresholds for m in available() if m.stage == 1)
    two = next(m.thresholds for m in available() if m.stage == 2)
    assert confirm(found, Thresholds(one.low, one.high, two.agree)).outcome is outcome


@pytest.mark.parametrize("coding", ["gzip", "deflate", "x-gzip", "GZIP"])
def test_a_coded_body_is_judged_like_the_plain_one(inspector, coding):
    pack = zlib.compress if coding == "deflate" else gzip.compress
    plain, coded = inspector.judge(ORDINARY), inspector.judge(pack(ORDINARY), coding)
    assert coded.sha256 == plain.sha256
    assert coded.scores == plain.scores
    assert "decompress" in coded.steps


@pytest.mark.parametrize(
    ("body", "coding", "cause"),
    [
        (ORDINARY, "gzip", FailureCause.UNDECODABLE),
        (ORDINARY, "rot13", FailureCause.UNDECODABLE),
        (gzip.compress(bytes(100 << 20)), "gzip", FailureCause.TOO_LARGE),
    ],
    ids=["not-gzip", "unknown-coding", "bomb"],
)
def test_a_body_that_cannot_be_decoded_fails(inspector, body, coding, cause):
    found = read_back(inspector.judge(body, coding))
    assert found.failure is cause
    assert not found.scores


@pytest.mark.parametrize(
    ("body", "fmt", "skipped", "failure"),
    [
        (b"", "", "too-small", None),
        (b"hello", "", "too-small", None),
        (saved(Image.new("RGB", (1, 1)), "PNG"), "png", "too-small", None),
        (saved(scene(35, 800), "PNG"), "png", "too-small", None),
        (saved(scene(800, 35), "PNG"), "png", "too-small", None),
        (saved(scene(36, 800), "PNG"), "png", "", None),
        (SVG, "svg", "vector", None),
        (b"plain text, long enough " * 100, "", "", FailureCause.UNDECODABLE),
        (ORDINARY[: len(ORDINARY) // 2], "jpeg", "", None),  # browsers show half of it, too
        (JUNK, "png", "", FailureCause.UNDECODABLE),
    ],
    ids=["empty", "tiny", "pixel", "narrow", "flat", "side-36", "svg", "text", "cut", "junk"],
)
def test_what_is_not_judged_says_why(inspector, body, fmt, skipped, failure):
    found = read_back(inspector.judge(body))
    assert (found.format, found.skipped, found.failure) == (fmt, skipped, failure)
    assert bool(found.scores) == (not skipped and failure is None)


@pytest.mark.parametrize("broken", [JUNK, b"text " * 500, b"tiny"])
def test_a_list_match_survives_a_broken_picture(broken):
    inspector = Inspector(WorkerConfig(stages=()), Index([broken]))
    found = read_back(inspector.judge(broken))
    assert [m.entry for m in found.matches] == ["exact"]
    assert found.failure is FailureCause.UNDECODABLE or found.skipped == "too-small"


@pytest.mark.parametrize(
    ("error", "cause"),
    [(MemoryError(), FailureCause.TOO_LARGE), (ZeroDivisionError(), FailureCause.INTERNAL)],
)
def test_a_list_match_survives_a_defect_of_ours(monkeypatch, error, cause):
    def fails(body, limits):
        raise error

    monkeypatch.setattr(module, "open_picture", fails)
    found = read_back(Inspector(WorkerConfig(stages=()), Index([ORDINARY])).judge(ORDINARY))
    assert [m.entry for m in found.matches] == ["exact"]
    assert found.failure is cause


INFO = b"d6:lengthi9e4:name7:made upe"
MADE_UP = b"d8:announce3:x:/4:info" + INFO + b"e"
V1, V2 = hashlib.sha1(INFO).digest(), hashlib.sha256(INFO).digest()


@pytest.mark.parametrize("coding", ["", "gzip"])
@pytest.mark.parametrize(("listed", "matches"), [((V1,), 1), ((V2,), 1), ((V1, V2), 2), ((), 0)])
def test_a_torrent_file_is_looked_up_by_its_info_hashes(coding, listed, matches):
    inspector = Inspector(WorkerConfig(stages=()), Index(torrents=listed))
    body = gzip.compress(MADE_UP) if coding else MADE_UP
    found = read_back(inspector.judge(body, coding))
    assert (found.kind, found.skipped, found.failure) == ("torrent", "torrent", None)
    assert [m.kind for m in found.matches] == ["torrent"] * matches


def test_a_torrent_file_that_cannot_be_read_fails_and_keeps_its_digest():
    body = b"d8:announce3:x:/4:infod6:length"
    found = read_back(Inspector(WorkerConfig(stages=()), Index([body])).judge(body))
    assert (found.kind, found.failure) == ("torrent", FailureCause.UNDECODABLE)
    assert [m.kind for m in found.matches] == ["digest"]


def test_the_lists_that_were_asked_are_named(tmp_path):
    name = make_lists(tmp_path / "lists", bodies=[ORDINARY])
    config = WorkerConfig(stages=(), lists=tmp_path / "lists" / "generations", builtin_list=False)
    inspector = Inspector(config)
    for lists, told, matches in (("", "", 0), (name, name, 1), ("g9-0", name, 1), ("", "", 0)):
        found = read_back(inspector.judge(ORDINARY, "", lists))
        assert (found.lists, len(found.matches)) == (told, matches)
    begun = Inspector(replace(config, generation=name))
    assert begun.judge(ORDINARY, "", "g9-0").lists == name


@pytest.mark.parametrize(("builtin_list", "matches"), [(True, 2), (False, 0)])
def test_the_shipped_list_can_be_left_out(testmedia, builtin_list, matches):
    inspector = Inspector(WorkerConfig(stages=(), builtin_list=builtin_list))
    assert len(inspector.judge((testmedia / "listed.png").read_bytes()).matches) == matches


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_each_sampled_frame_of_an_animation_is_hashed_and_scored(inspector, kind):
    shots = [scene(200, 150, seed) for seed in range(5)]
    body = saved(shots[0], kind, save_all=True, append_images=shots[1:], duration=100)
    found = read_back(inspector.judge(body))
    assert (found.kind, found.frames, found.failure) == ("animation", 5, None)
    scored = [s.frame for s in found.scores if s.stage == 1]
    assert scored == sorted(set(scored)) == [0, 1, 2, 3, 4]


def test_a_listed_picture_in_the_middle_of_an_animation_is_found(inspector, testmedia):
    with Image.open(testmedia / "listed.png") as image:
        listed = image.convert("RGB").resize((480, 360))
    shots = [scene(480, 360, 1), scene(480, 360, 2), listed, scene(480, 360, 3)]
    body = saved(shots[0], "WEBP", save_all=True, append_images=shots[1:], duration=100, quality=90)
    found = inspector.judge(body)
    assert {m.frame for m in found.matches} == {2}


def test_a_crowd_of_matches_does_not_break_the_answer():
    shots = [scene(120, 90, seed) for seed in range(8)]
    body = saved(shots[0], "PNG", save_all=True, append_images=shots[1:], duration=100)
    found = Inspector(WorkerConfig(stages=()), Index([body], pictures=200)).judge(body)
    assert len(found.matches) == MAX_MATCHES < MAX_FINDINGS
    assert found.matches[0].kind == "digest"
    read_back(found)


def test_transparency_is_seen_over_white_and_over_black(inspector):
    clear = scene(300, 200).convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize((300, 200)))
    found = read_back(inspector.judge(saved(clear, "PNG")))
    assert found.failure is None
    assert [s.frame for s in found.scores if s.stage == 1] == [0]


def test_lists_only_is_not_a_failure(lists_only, testmedia):
    assert lists_only.model_versions == ()
    found = lists_only.judge(ORDINARY)
    assert (found.failure, found.scores) == (None, ())
    assert lists_only.judge((testmedia / "listed.png").read_bytes()).matches


def test_a_missing_model_fails_each_picture_and_keeps_the_list_matches(tmp_path, testmedia):
    inspector = Inspector(WorkerConfig(models=tmp_path))
    assert inspector.model_failure is not None
    found = read_back(inspector.judge(ORDINARY))
    assert (found.failure, found.scores) == (FailureCause.MODEL_MISSING, ())
    listed = read_back(inspector.judge((testmedia / "listed.png").read_bytes()))
    assert listed.failure is FailureCause.MODEL_MISSING
    assert {m.kind for m in listed.matches} == {"digest", "image"}


def test_a_changed_model_is_a_missing_model(tmp_path):
    for manifest in available():
        shutil.copytree(WEIGHTS / manifest.name, tmp_path / manifest.name)
        for variant in manifest.variants.values():
            with (tmp_path / manifest.name / variant.file).open("ab") as file:
                file.write(b"\0")
    inspector = Inspector(WorkerConfig(models=tmp_path))
    assert "changed" in str(inspector.model_failure)
    assert inspector.judge(ORDINARY).failure is FailureCause.MODEL_MISSING


def test_the_floor_and_the_caps_are_the_configs():
    limits = Limits(min_side=500, min_bytes=0, max_pixels=640 * 480)
    inspector = Inspector(WorkerConfig(stages=(), limits=limits))
    assert inspector.judge(ORDINARY).skipped == "too-small"
    larger = saved(scene(641, 480), "PNG")
    assert inspector.judge(larger).failure is FailureCause.TOO_LARGE
    assert inspector.judge(b"hello").failure is FailureCause.UNDECODABLE


def test_versions_name_models_and_variants(inspector):
    assert [v.count("/") for v in inspector.model_versions] == [2, 2]
