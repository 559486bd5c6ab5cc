"""The part that publishes a large list: its driver and its tables."""

import json
import subprocess
import sys

from bench import feed_scale
from bench.report import Part


def test_a_small_run_goes_all_the_way(tmp_path):
    done = subprocess.run(
        (sys.executable, feed_scale._DRIVER, "1200", tmp_path), capture_output=True, check=True
    )
    facts = json.loads(done.stdout)
    assert facts["seen"] == {"address": 1100, "host": 100}
    assert facts["segments"] == 2
    assert all(taken["peak_mb"] > 0 for taken in facts["steps"].values())
    part = feed_scale.part(facts)
    assert isinstance(part, Part)
    steps, sizes = part.tables
    assert [row[0] for row in steps.rows] == [*facts["steps"]]
    assert sizes.rows[1][1] == facts["change_bytes"] / 1e6
    assert len(part.aims) == 4


def test_the_changes_are_not_counted_as_import():
    taken = {"seconds": 60.0, "cpu": 30.0, "peak_mb": 100.0}
    facts = {
        "entries": 1000,
        "steps": {
            "read and import": taken,
            "build": taken,
            "changes: all steps": {**taken, "seconds": 7.0},
            "verify": {**taken, "peak_mb": 9000.0},
        },
        "site_bytes": 6000,
        "change_bytes": 9000,
        "store_bytes": 100_000,
    }
    measured = [aim.measured for aim in feed_scale.part(facts).aims]
    assert measured == [2.0, 100.0, 7.0, 9.0]
