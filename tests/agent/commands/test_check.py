"""`garim check` with real inspectors, models and list."""

import io
import json
import sys
from io import BytesIO

import pytest
from PIL import Image

from garim_agent.commands import check
from garim_agent.errors import UsageError

FIELDS = [
    "source", "kind", "format", "width", "height", "frames", "sha256", "pdq", "quality", "scores",
    "findings", "verdict", "reason", "failure", "detail", "action", "ms",
]  # fmt: skip


def ordinary():
    out = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "JPEG")
    return out.getvalue()


CORRUPT = b"\x89PNG\r\n\x1a\n" + bytes(4000)
TEXT = b"plain text, long enough to be judged " * 99


@pytest.fixture(autouse=True)
def _own_home(garim_home):
    pass


@pytest.fixture
def folder(tmp_path, testmedia):
    folder = tmp_path / "pictures"
    (folder / "deep").mkdir(parents=True)
    (folder / "a-ordinary.jpg").write_bytes(ordinary())
    (folder / "b-corrupt.png").write_bytes(CORRUPT)
    (folder / "c-text.png").write_bytes(TEXT)
    (folder / "d-empty").touch()
    (folder / "deep" / "listed.any").write_bytes((testmedia / "listed.png").read_bytes())
    return folder


def run(capsys, *targets, as_json=True, policy=None):
    status = check.run([str(each) for each in targets], policy, as_json=as_json)
    out, err = capsys.readouterr()
    return status, [json.loads(line) for line in out.splitlines()] if as_json else out, err


def test_a_folder_is_judged_in_name_order_with_all_facts(capsys, folder):
    status, results, err = run(capsys, folder)
    assert status == 3
    assert err == ""
    assert [r["source"].removeprefix(f"{folder}/") for r in results] == [
        "a-ordinary.jpg",
        "b-corrupt.png",
        "c-text.png",
        "d-empty",
        "deep/listed.any",
    ]
    for result in results:
        assert list(result) == FIELDS
    plain, corrupt, text, empty, listed = results
    assert (plain["kind"], plain["format"], plain["width"]) == ("image", "jpeg", 256)
    assert (plain["verdict"], plain["action"], plain["failure"]) == ("allow", "pass", None)
    assert len(plain["pdq"]) == len(plain["sha256"]) == 64
    int(plain["pdq"], 16)
    assert 0 <= plain["scores"]["stage1"] < 1
    assert plain["ms"]["decode"] >= 0
    assert plain["ms"]["stage1"] > 0
    assert (corrupt["format"], corrupt["failure"]) == ("png", "undecodable")
    assert (corrupt["verdict"], corrupt["reason"]) == ("unconfirmed", "failed")
    for nothing in (text, empty):
        assert (nothing["verdict"], nothing["reason"]) == ("allow", "not-media")
    assert (listed["verdict"], listed["action"]) == ("block", "replace")
    assert listed["reason"] == "listed-digest"
    kinds = {f["kind"] for f in listed["findings"] if "list" in f}
    assert kinds == {"digest", "image"}
    assert {f["stage"] for f in listed["findings"] if "stage" in f} >= {1}


@pytest.mark.parametrize(
    ("names", "status"),
    [
        (["a-ordinary.jpg", "c-text.png"], 0),
        (["a-ordinary.jpg", "b-corrupt.png"], 2),
        (["b-corrupt.png", "deep/listed.any", "a-ordinary.jpg"], 3),
    ],
)
def test_the_worst_result_is_the_exit_code(capsys, folder, names, status):
    assert run(capsys, *(folder / name for name in names))[0] == status


def test_a_dry_run_still_says_what_would_be_blocked(capsys, folder, tmp_path):
    policy = tmp_path / "p.toml"
    policy.write_text("profile = 'school'\nreport_only = true\n")
    status, (result,), _ = run(capsys, folder / "deep", policy=policy)
    assert (status, result["verdict"], result["action"]) == (3, "block", "pass")


@pytest.mark.parametrize("body", [ordinary(), b""])
def test_standard_input_is_read(capsys, monkeypatch, body):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(BytesIO(body)))
    status, (result,), _ = run(capsys, "-")
    assert (status, result["source"]) == (0, "-")
    assert result["format"] == ("jpeg" if body else "")


def test_words_name_the_file_and_the_reason(capsys, folder):
    status, out, _ = run(capsys, folder / "deep", folder / "c-text.png", as_json=False)
    assert status == 3
    first, second = out.split(f"{folder / 'c-text.png'}:")
    assert first.startswith(f"{folder / 'deep' / 'listed.any'}:\n  ")
    assert 'List "test"' in first
    assert second.strip() == "Not a picture; nothing to judge."


@pytest.mark.parametrize("as_json", [True, False])
def test_what_cannot_be_read_costs_only_itself(capsys, folder, monkeypatch, as_json):
    stock = check._read

    def read(source, cap):
        if source.endswith("c-text.png"):
            raise PermissionError(13, "Permission denied", source)
        return stock(source, cap)

    monkeypatch.setattr(check, "_read", read)
    status, out, err = run(
        capsys, folder / "c-text.png", folder / "a-ordinary.jpg", as_json=as_json
    )
    assert status == 2
    if as_json:
        assert list(out[0]) == ["source", "error"]
        assert "Permission denied" in out[0]["error"]
        assert out[1]["verdict"] == "allow"
    else:
        assert "Permission denied" in err
        assert "a-ordinary.jpg" in out


def test_a_missing_target_ends_it_before_anything_is_judged(capsys, folder, monkeypatch):
    monkeypatch.setattr(check, "judging", None)
    with pytest.raises(UsageError, match="neither a file"):
        run(capsys, folder / "a-ordinary.jpg", folder / "missing.jpg")


def test_an_address_is_fetched_up_to_just_over_the_cap(capsys, monkeypatch):
    asked = []

    def fetch(address, cap):
        asked.append((address, cap))
        return bytes(cap)

    monkeypatch.setattr(check, "fetch", fetch)
    address = "https://site.example/a.png"
    status, (result,), _ = run(capsys, address)
    assert asked == [(address, (16 << 20) + 1)]
    assert (status, result["failure"], result["source"]) == (2, "too-large", address)


def test_a_broken_model_is_said_and_never_clean(capsys, folder, garim_home):
    models = garim_home / "config" / "models"
    models.mkdir(parents=True)
    status, (result,), _ = run(capsys, folder / "a-ordinary.jpg")
    assert status == 2
    assert result["failure"] == "model-missing"
    assert "No model" in result["detail"]


@pytest.mark.parametrize(
    ("one", "other", "worse"),
    [(0, 0, 0), (0, 2, 2), (2, 0, 2), (2, 3, 3), (3, 2, 3), (0, 3, 3)],
)
def test_blocked_is_worse_than_unjudged_is_worse_than_nothing(one, other, worse):
    assert check._worse(one, other) == worse
