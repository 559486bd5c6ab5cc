"""A page asks for all its pictures at once: none passes unjudged because the others come first."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.e2e.agent import launch
from tests.e2e.curl import curl

pytestmark = pytest.mark.server

POLICY = """
profile = "home"
[limits]
deadline_ms = 5000
wait_ms = 120000
"""
"""The default queue; the time limits leave room for a busy machine."""


def test_two_hundred_pictures_at_once_are_all_judged(site, origin, tmp_path):
    pictures = [one for one in site.pictures if "/many-" in one.path]
    assert len(pictures) == 200
    with launch(tmp_path, POLICY, origin.certificates.authority) as agent:

        def get(picture):
            reply = curl(f"{origin.https}/{picture.path}", agent=agent)
            return picture, reply.body == (site.folder / picture.path).read_bytes()

        with ThreadPoolExecutor(100) as clients:
            seen = list(clients.map(get, pictures))
        failures = agent.failures("timeout", "overloaded", "crash", "undecodable")
    wrong = [one.path for one, untouched in seen if untouched != (one.expect == "show")]
    assert wrong == []
    assert failures == 0
