from garim_agent import __version__
from garim_agent.commands import version
from garim_models.manifest import available


def test_it_names_program_proxy_models_and_lists(garim_home, capsys):
    assert version.run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"garim {__version__}"
    assert lines[1].startswith("mitmproxy 12.2.")
    assert lines[2].startswith("onnxruntime ")
    models = [f"model {m.name} {m.version}" for m in available()]
    assert models
    assert lines[3:] == [*models, "list test 1 (builtin)"]
    assert not garim_home.exists()
