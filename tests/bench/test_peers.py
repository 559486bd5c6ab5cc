import pytest
from bench import peers
from bench.stats import Rounds


def rows(**figures):
    return {name.replace("_", " "): Rounds.of([ms]) for name, ms in figures.items()}


def test_the_fastest_peer_is_never_one_of_ours():
    cpu = rows(Garim=10.0, nsfwjs=90.0, nudenet=40.0) | {"Garim, both stages": Rounds.of([20.0])}
    assert peers.fastest_peer(cpu) == ("nudenet", 40.0)
    aim = peers._aim(cpu)
    assert (aim.measured, aim.met) == (4.0, True)
    assert "nudenet" in aim.name


def test_without_peers_the_aim_is_not_measured():
    cpu = rows(Garim=10.0)
    assert peers.fastest_peer(cpu) is None
    assert peers._aim(cpu).met is None


def test_the_table_compares_with_ours():
    cpu = rows(Garim=10.0, nudenet=40.0)
    table = peers._table("1 MP", cpu, rows(Garim=11.0, nudenet=41.0))
    assert table.rows[1] == ("nudenet", 40.0, 40.0, 41.0, pytest.approx(25.0), 4.0)
