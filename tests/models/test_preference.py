import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_models import manifest as manifests
from garim_models import preference
from garim_models.errors import ModelError

MID = manifests.read(manifests.WEIGHTS / "nsfw-mid")
OPEN = manifests.read(manifests.WEIGHTS / "open-nsfw")


@pytest.fixture
def state(tmp_path):
    return tmp_path / "deep" / "models.json"


def test_int8_until_something_was_measured(state):
    assert preference.preferred(MID, state) == "int8"


@pytest.mark.parametrize(
    ("milliseconds", "wanted"),
    [
        ({"int8": 5.0, "float32": 9.0}, "int8"),
        ({"int8": 9.0, "float32": 5.0}, "float32"),
        ({"float32": 5.0}, "float32"),
    ],
)
def test_the_fastest_is_remembered(state, milliseconds, wanted):
    assert preference.remember(MID, milliseconds, state) == wanted
    assert preference.preferred(MID, state) == wanted


def test_nothing_measured_is_nothing_to_remember(state):
    with pytest.raises(ModelError):
        preference.remember(MID, {}, state)
    assert not state.exists()


def test_each_model_has_its_own(state):
    preference.remember(MID, {"int8": 2, "float32": 1}, state)
    preference.remember(OPEN, {"int8": 1, "float32": 2}, state)
    assert preference.preferred(MID, state) == "float32"
    assert preference.preferred(OPEN, state) == "int8"


@pytest.mark.parametrize("change", ["processor", "model", "runtime"])
def test_it_holds_for_one_processor_model_and_runtime_only(state, monkeypatch, change):
    preference.remember(MID, {"int8": 2, "float32": 1}, state)
    manifest = MID
    if change == "processor":
        monkeypatch.setattr(preference, "processor", lambda: "another")
    elif change == "runtime":
        monkeypatch.setattr(preference.importlib.metadata, "version", lambda _: "0")
    else:
        manifest = MID.model_copy(update={"version": "another"})
    assert preference.preferred(manifest, state) == "int8"


def test_a_variant_that_is_gone_is_not_preferred(state):
    preference.remember(MID, {"float32": 1}, state)
    only = MID.model_copy(update={"variants": {"int8": MID.variants["int8"]}})
    key = preference._key(only)
    state.write_text(json.dumps({key: "float32"}))
    assert preference.preferred(only, state) == "int8"


@given(st.one_of(st.binary(max_size=100), st.just(b"[" * 50_000), st.just(b" " * 100_000)))
def test_a_broken_state_file_is_forgotten(tmp_path_factory, body):
    state = tmp_path_factory.getbasetemp() / "broken.json"
    state.write_bytes(body)
    assert preference.preferred(MID, state) == "int8"
    assert preference.remember(MID, {"float32": 1}, state) == "float32"
    assert preference.preferred(MID, state) == "float32"


def test_no_temporary_file_is_left_behind(state):
    preference.remember(MID, {"int8": 1}, state)
    assert [path.name for path in state.parent.iterdir()] == ["models.json"]


def test_measuring_runs_every_variant():
    found = preference.measure("open-nsfw", rounds=1)
    assert set(found) == {"int8", "float32"}
    assert all(value > 0 for value in found.values())


def test_the_processor_has_a_name():
    assert preference.processor()
