"""Everything put together, with real inspectors, the shipped models and the built-in list."""

import stat
import subprocess
import sys
from dataclasses import replace
from io import BytesIO

import pytest
import pytest_asyncio
from made_lists import make_lists
from PIL import Image
from shield_house import HOME, ask, reply

from garim_addon.assembly import Assembly, Places, model_defaults, worker_config
from garim_addon.decide.action import Action
from garim_addon.decide.policy import Policy
from garim_addon.decide.policy_error import PolicyError
from garim_addon.media.screen import Screening
from garim_addon.private_files import PrivateFileError
from garim_addon.record.reader import EventReader
from garim_addon.verdict import FailureCause
from garim_models import preference
from garim_models.errors import ModelError
from garim_models.manifest import available

MODULE = pytest.mark.asyncio(loop_scope="module")
PATIENT = HOME + "[limits]\ndeadline_ms = 60000\nworkers = 1\n"


def places(folder, policy=PATIENT, models=None):
    file = folder / "policy.toml"
    file.write_text(policy)
    return Places(folder / "state", file, models)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assembly(tmp_path_factory):
    made = Assembly(places(tmp_path_factory.mktemp("assembly")))
    await made.start()
    yield made
    await made.close()


async def judged(assembly, body, mime, path):
    shield = assembly.shield
    exchange = shield.begin(ask(path=path))
    response = reply(mime=mime, content_length=str(len(body)))
    assert shield.head(exchange, response) is Screening.BUFFER
    answer = await shield.judge(exchange, response, body)
    shield.end(exchange)
    return answer


def ordinary():
    out = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(out, "JPEG")
    return out.getvalue()


@MODULE
@pytest.mark.parametrize("name", ["listed.png", "listed.jpg", "classifier.png"])
async def test_a_test_picture_is_covered_in_kind_and_size(assembly, testmedia, name):
    body = (testmedia / name).read_bytes()
    mime = "image/png" if name.endswith("png") else "image/jpeg"
    answer = await judged(assembly, body, mime, f"/{name}")
    assert (answer.action, answer.mime) == (Action.REPLACE, mime)
    with Image.open(BytesIO(body)) as original, Image.open(BytesIO(answer.body)) as card:
        assert card.size == original.size
        assert card.get_format_mimetype() == mime
    assert answer.body != body


@MODULE
async def test_an_ordinary_picture_passes_and_its_event_names_the_versions(assembly):
    assert (await judged(assembly, ordinary(), "image/jpeg", "/o.jpg")).action is Action.PASS
    assembly.events.flush()
    (entry, *_) = EventReader(assembly._places.log).recent()
    assert entry.versions == assembly.versions()
    assert entry.versions["models"] == assembly.pool.models != ""
    assert entry.versions["lists"] == assembly.index.version != ""
    assert entry.thresholds.low < entry.thresholds.high


@MODULE
async def test_the_gauges_are_of_this_moment(assembly):
    figures = assembly.render_metrics().decode()
    assert "garim_workers_alive 1.0" in figures
    assert "garim_buffered_bytes 0.0" in figures
    assert "garim_worker_restarts_total 0.0" in figures


@MODULE
async def test_losses_of_the_cache_are_counted_once(assembly):
    assembly.cache.stats.write_errors += 2
    for _ in range(2):
        figures = assembly.render_metrics().decode()
        assert 'garim_cache_errors_total{cause="write"} 2.0' in figures
        assert 'garim_cache_errors_total{cause="queue"} 0.0' in figures


@MODULE
async def test_what_is_written_is_the_owners_alone(assembly):
    state = assembly._places.state
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


@MODULE
async def test_versions_follow_the_policy(assembly):
    before = assembly.versions()
    assert set(before) == {"models", "lists", "policy"}


async def test_findings_and_experience_outlive_the_process(tmp_path, monkeypatch, testmedia):
    where = places(tmp_path)
    first = Assembly(where)
    await first.start()
    await judged(first, ordinary(), "image/jpeg", "/o.jpg")
    rate = first._zones.rate("site.example")
    await first.close()
    assert first.pool.stats.alive == 0
    second = Assembly(where)
    assert second._zones.rate("site.example") == pytest.approx(rate, rel=1e-3)
    await second.start()
    monkeypatch.setattr(second.pool, "judge", None)  # asking again would raise
    assert (await judged(second, ordinary(), "image/jpeg", "/o.jpg")).action is Action.PASS
    await second.close()


async def test_before_the_start_and_after_the_end_nothing_is_clean(tmp_path):
    made = Assembly(places(tmp_path, "profile = 'school'\n"))
    assert (await judged(made, ordinary(), "image/jpeg", "/a")).action is Action.REPLACE
    await made.close()
    entries = EventReader(tmp_path / "state" / "log").recent()
    assert [e.failure for e in entries] == [FailureCause.INTERNAL]


@pytest.mark.parametrize(
    ("prepare", "error"),
    [
        (lambda folder: places(folder, "profile = 'nobody'\n"), PolicyError),
        (lambda folder: Places(folder / "state", folder / "missing.toml"), PolicyError),
        (lambda folder: places(folder, models=_broken(folder)), ModelError),
        (lambda folder: Places(_file(folder)), PrivateFileError),
    ],
    ids=["policy", "no-policy", "model", "no-folder"],
)
def test_what_cannot_be_used_ends_the_start_with_a_sentence(tmp_path, prepare, error):
    with pytest.raises(error) as raised:
        Assembly(prepare(tmp_path))
    assert "\n" not in str(raised.value)


def _broken(folder):
    (folder / "models" / "mine").mkdir(parents=True)
    (folder / "models" / "mine" / "manifest.toml").write_text("no toml")
    return folder / "models"


def _file(folder):
    (folder / "state").write_text("not a folder")
    return folder / "state"


@pytest.mark.parametrize(("enabled", "stages"), [(True, (1, 2)), (False, ())])
def test_inspectors_are_configured_by_policy(tmp_path, enabled, stages):
    policy = Policy.parse(
        HOME
        + f"[classifier]\nenabled = {str(enabled).lower()}\n"
        + "[limits]\nmin_side = 50\nmin_bytes = 0\nsampled_frames = 3\n"
    )
    config = worker_config(policy, Places(tmp_path))
    assert config.stages == stages
    limits = config.limits
    assert (limits.min_side, limits.min_bytes, limits.sampled_frames) == (50, 0, 3)
    assert config.models is None
    assert config.sandbox


def test_the_variant_that_was_measured_is_run(tmp_path):
    where = Places(tmp_path)
    assert set(worker_config(Policy.preset(), where).variants.values()) == {"int8"}
    first = available()[0]
    preference.remember(first, {"int8": 9.0, "float32": 1.0}, where.preference)
    assert worker_config(Policy.preset(), where).variants[first.name] == "float32"


def test_thresholds_are_the_manifests(tmp_path):
    one = next(m.thresholds for m in available() if m.stage == 1)
    two = next(m.thresholds for m in available() if m.stage == 2)
    found = model_defaults(None)
    assert (found.gate, found.low, found.high, found.agree) == (
        one.gate,
        one.low,
        one.high,
        two.agree,
    )
    none = model_defaults(tmp_path)
    assert (none.low, none.high, none.agree) == (1.0, 1.0, 1.0)


def test_the_proxys_parts_load_no_decoder_and_no_model():
    code = (
        "import sys, garim_addon.assembly\n"
        "never = {'numpy', 'PIL', 'onnxruntime', 'mitmproxy', 'tuf', 'urllib3'}\n"
        "print(sorted(never & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def look_up(assembly, host):
    exchange = assembly.shield.begin(ask(host, "/"))
    return exchange.page is not None


@pytest.mark.parametrize(("builtin_list", "refused"), [(True, True), (False, False)])
async def test_the_shipped_list_counts_while_there_are_no_others(tmp_path, builtin_list, refused):
    made = Assembly(replace(places(tmp_path), builtin_list=builtin_list))
    assert look_up(made, "blocked.garim.test") == refused
    await made.close()


@MODULE
async def test_lists_that_come_into_force_are_followed_and_named(assembly):
    assert not look_up(assembly, "new.example")
    name = make_lists(assembly._places.lists, hosts=["new.example"], builtin=True)
    assembly.shield.refresh()
    assert assembly.index.generation == name
    assert look_up(assembly, "new.example")
    assert look_up(assembly, "blocked.garim.test")
    # ... also by an inspector that is in its sandbox already.
    found = await assembly.pool.judge(ordinary(), deadline=60.0)
    assert (found.failure, found.lists) == (None, name)
    figures = assembly.render_metrics().decode()
    assert "garim_list_reloads_total 1.0" in figures
    assert "garim_lists_behind_total 0.0" in figures
    assert 'garim_feeds{freshness="overdue"} 0.0' in figures
