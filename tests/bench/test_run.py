import pytest
from bench import run
from bench.context import SkippedError


@pytest.fixture
def small(monkeypatch, tmp_path):
    """One part that runs and one that cannot, and a checkout elsewhere."""

    class Works:
        NAME = "works"
        TITLE = "Works"

        @staticmethod
        def run(context):
            return run.Part("works", "Works", notes=(f"quick: {context.quick}",))

    class Fails:
        NAME = "fails"
        TITLE = "Fails"

        @staticmethod
        def run(context):
            raise SkippedError("no tool")

    monkeypatch.setattr(run, "ROOT", tmp_path)
    monkeypatch.setattr(run, "PARTS", {"works": Works, "fails": Fails})
    return tmp_path


def test_all_parts_have_names_and_titles():
    assert list(run.PARTS) == [
        "stages", "peers", "proxy-cpu", "latency", "memory", "lists", "feed"
    ]  # fmt: skip
    assert all(part.TITLE.startswith("(") for part in run.PARTS.values())


def test_a_part_that_cannot_run_is_said_and_keeps_the_results_out(small, capsys):
    assert run.main([]) == 1
    assert "no tool" in capsys.readouterr().out
    assert not (small / "bench" / "results").exists()
    assert "Not run: no tool" in next((small / ".cache").rglob("latest.md")).read_text("utf-8")


def test_a_full_run_is_kept(small, monkeypatch):
    monkeypatch.delitem(run.PARTS, "fails")
    assert run.main([]) == 0
    assert (small / "bench" / "results" / "latest.md").exists()


@pytest.mark.parametrize("arguments", [["--quick"], ["works"]])
def test_a_trial_or_a_part_is_not(small, arguments):
    run.main(arguments)
    assert not (small / "bench" / "results").exists()


def test_an_unknown_part_is_refused(small, capsys):
    with pytest.raises(SystemExit):
        run.main(["other"])
    assert "works" in capsys.readouterr().err
