"""kill -9 at random moments of a publish: the folder is old or new, the workspace opens.

The moments are spread over the time that a whole publish takes here, so that every part is hit.
"""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner
from tests.feed.publish.office import KIM, LEE, PARK, Office, card, hosts
from tests.feed.publish.reader import Reader

from garim_feed.publish import audit, people, publishing, signing, staging
from garim_feed.publish.workspace import Workspace

KILLS = 30
_SCRIPT = Path(__file__).with_name("publisher.py")


def started(office):
    """Start a publisher that waits for a word."""
    process = subprocess.Popen(
        (sys.executable, _SCRIPT, office.workspace.root, office.site),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def killed(office, after):
    """Publish, and kill that after some seconds; return whether it was finished before."""
    with started(office) as process:
        process.stdin.write("go\n")
        process.stdin.flush()
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
    return process.returncode == 0


def whole_time(office):
    """Return the seconds that a publish takes."""
    with started(office) as process:
        began = time.monotonic()
        process.stdin.write("go\n")
        process.stdin.flush()
        assert process.wait() == 0
        return time.monotonic() - began


def change(office, number):
    """Change the list, and now and then the keys, and stage that."""
    new = None
    if number % 5 == 4:
        new = CryptoSigner.generate_ed25519()
        people.replace_key(office.workspace, LEE, card(KIM, new))
    if number % 7 == 6:
        people.replace_online_key(office.workspace, LEE)
    office.change(hosts(*range(number * 3, number * 3 + 3)), by=PARK, and_by=LEE)
    staging.stage(office.workspace, LEE)
    office.sign(LEE, PARK)
    if new is not None:
        signing.sign(office.workspace, KIM, new)
        office.signers[KIM] = new


@pytest.mark.timeout(600)
def test_killed_publishes_leave_the_old_or_the_new_state(tmp_path):
    office = Office(tmp_path)
    office.make_list()
    office.change(hosts(1000))
    office.publish()
    reader = Reader(tmp_path / "reader", office.site)
    assert reader.look() == {"sites": 1}
    change(office, 0)
    whole = whole_time(office)
    assert reader.look() == {"sites": 2}
    chance = random.Random(20)
    seen, version, finished = {"old": 0, "new": 0}, 2, 0
    for number in range(1, KILLS + 1):
        change(office, number)
        finished += killed(office, chance.uniform(0, whole * 1.1))
        got = reader.look()["sites"]
        fresh = Reader(tmp_path / f"reader-{number}", office.site).look()["sites"]
        assert got == fresh
        assert got in {version, version + 1}
        seen["new" if got > version else "old"] += 1
        office.workspace.close()
        office.workspace = Workspace.open(office.workspace.root, lambda: office.time)
        audit.check(office.workspace)
        publishing.publish(office.workspace, LEE, office.site)
        version += 1
        assert reader.look() == {"sites": version}
        assert staging.staged(office.workspace) is None
        assert not list(office.site.rglob(".garim-*"))
    office.workspace.close()
    # Otherwise the moments were not well chosen, and nothing was shown.
    assert seen["old"]
    assert finished < KILLS
