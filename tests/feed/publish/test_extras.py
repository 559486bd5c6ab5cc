"""Policy and models of a school's own feed."""

import pytest
from tests.feed.publish.office import KIM, LEE, PARK, hosts

from garim_feed.errors import FeedError
from garim_feed.publish import extras, roles, staging
from garim_feed.publish.verify import verify

POLICY = "title = '학교'\n".encode()


@pytest.fixture
def model(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.onnx").write_bytes(b"weights" * 1000)
    (folder / "manifest.json").write_text("{}")
    return folder


def carried(office, role):
    return set(office.metadata(role).signed.targets)


def test_a_policy_travels_when_it_is_signed(office):
    extras.set_policy(office.workspace, KIM, POLICY)
    office.publish()
    assert carried(office, "policy") == {"policy/policy.toml"}
    (file,) = (office.site / "targets" / "policy").iterdir()
    assert file.read_bytes() == POLICY
    verify(office.site)


def test_a_policy_is_replaced_and_removed(office):
    extras.set_policy(office.workspace, KIM, POLICY)
    office.publish()
    extras.set_policy(office.workspace, KIM, b"a = 2")
    office.publish()
    assert office.metadata("policy").signed.targets["policy/policy.toml"].length == 5
    extras.remove_policy(office.workspace, KIM)
    office.publish()
    assert carried(office, "policy") == set()
    with pytest.raises(FeedError, match="carries no policy"):
        extras.remove_policy(office.workspace, KIM)
    verify(office.site)


def test_models_travel_and_are_replaced_as_a_whole(office, model):
    extras.set_model(office.workspace, KIM, "small", model)
    extras.set_model(office.workspace, KIM, "large", model)
    office.publish()
    assert carried(office, "models") == {
        f"models/{name}/{file}"
        for name in ("small", "large")
        for file in ("model.onnx", "manifest.json")
    }
    (model / "manifest.json").unlink()
    extras.set_model(office.workspace, KIM, "small", model)
    extras.remove_model(office.workspace, KIM, "large")
    assert extras.carried(office.workspace) == ["models/small/model.onnx"]
    office.publish()
    assert carried(office, "models") == {"models/small/model.onnx"}
    with pytest.raises(FeedError, match="no model large"):
        extras.remove_model(office.workspace, KIM, "large")
    verify(office.site)


def test_a_feed_without_them_has_no_such_roles(office):
    office.publish()
    assert not {"policy", "models"} & {role.name for role in roles.roles(office.workspace)}
    assert not list((office.site / "metadata").glob("*.policy.json"))


def test_the_agents_own_check_is_asked(office):
    def refuse(data):
        raise FeedError("No {what}.", what=data.decode()[:5])

    with pytest.raises(FeedError, match="No title"):
        extras.set_policy(office.workspace, KIM, POLICY, refuse)
    assert extras.carried(office.workspace) == []


@pytest.mark.parametrize("data", [b"\xff", b"not toml", b"a = 1\n" * 200_000])
def test_what_is_no_policy_is_refused(office, data):
    with pytest.raises(FeedError, match="policy"):
        extras.set_policy(office.workspace, KIM, data)


@pytest.mark.parametrize(
    ("name", "file"),
    [("../x", "model.onnx"), ("Model", "model.onnx"), ("small", ".hidden"), ("small", "a b")],
)
def test_odd_names_are_refused(office, model, name, file):
    (model / file).write_bytes(b"x")
    with pytest.raises(FeedError, match="plain names"):
        extras.set_model(office.workspace, KIM, name, model)


def test_bounds_of_a_model(office, model, monkeypatch):
    monkeypatch.setattr(extras, "MAX_MODEL", 100)
    with pytest.raises(FeedError, match="at most 100 bytes"):
        extras.set_model(office.workspace, KIM, "small", model)
    monkeypatch.setattr(extras, "MAX_FILES", 1)
    with pytest.raises(FeedError, match="plain names"):
        extras.set_model(office.workspace, KIM, "small", model)
    (model / "model.onnx").unlink()
    (model / "manifest.json").unlink()
    with pytest.raises(FeedError, match="plain names"):
        extras.set_model(office.workspace, KIM, "small", model)


def test_only_the_roles_people(office, model):
    roles.set_role(office.workspace, KIM, "targets", people=[LEE, PARK])
    for act in (
        lambda: extras.set_policy(office.workspace, KIM, POLICY),
        lambda: extras.set_model(office.workspace, KIM, "small", model),
    ):
        with pytest.raises(FeedError, match="not one of the people"):
            act()
    extras.set_policy(office.workspace, LEE, POLICY)
    roles.set_role(office.workspace, LEE, "policy", people=[KIM, LEE])
    extras.set_policy(office.workspace, KIM, b"a = 1")


def test_files_of_a_model_that_is_set_are_not_tidied_away(office, model):
    extras.set_model(office.workspace, KIM, "small", model)
    office.change(hosts(1))
    staging.stage(office.workspace, KIM)
    staging.unstage(office.workspace, KIM)
    office.publish()
    verify(office.site)
