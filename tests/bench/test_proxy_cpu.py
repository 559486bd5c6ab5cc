from bench import proxy_cpu
from bench.loads import PROTOCOLS
from bench.stats import Rounds


def test_both_proxies_stand_side_by_side():
    cpu = {f"{p}, ours": Rounds.of([1.0, 0.5, 3.0]) for p in PROTOCOLS}
    cpu |= {f"{p}, stock": Rounds.of([2.0, 2.5, 4.0]) for p in PROTOCOLS}
    workers = {f"{p}, ours": Rounds.of([0.0]) for p in PROTOCOLS}
    table = proxy_cpu.table(cpu, workers, "ours", "stock")
    assert [row[0] for row in table.rows] == list(PROTOCOLS)
    assert table.rows[0][1:] == (1.0, 0.5, 2.5, 2.0, 0.4, 0.25, 0.0)
    assert all(len(row) == len(table.columns) for row in table.rows)
    aim = proxy_cpu._aim(PROTOCOLS[0], cpu, "ours", "stock")
    assert (aim.measured, aim.met) == (0.4, True)
