"""An authority publishes, agents follow, a browser is shielded, a mistake is taken back.

Real programs only: `garim-feed` of two people, nginx with TLS, `garim run`, Chromium, curl.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e import feed_site
from tests.e2e.administrators import APPEAL, KEEPER, LIST, PAGE, Administrators
from tests.e2e.agent import Agent, launch, until
from tests.e2e.curl import Reply, curl
from tests.e2e.feed_site import FeedSite
from tests.e2e.origin import Origin, need, serve

from garim_agent.demo.chromium import chromium

pytestmark = [pytest.mark.server, pytest.mark.timeout(600)]

AGENTS = 3
POLL = 60
"""Seconds between looks at a feed, before chance adds to it."""


@dataclass
class World:
    """One feed, one site, and agents that follow the feed.

    Attributes:
        origin: Serves the site below `/site` and the feed below `/feed`.
        site: The site.
        people: The feed's administrators.
        agents: The agents.
    """

    origin: Origin
    site: FeedSite
    people: Administrators
    agents: list[Agent]

    @property
    def feed(self) -> str:
        """The feed's address."""
        return f"{self.origin.https}/feed"

    @property
    def address(self) -> str:
        """The site's address, by its number: one word alone is no host that a list may name."""
        return f"{self.origin.https}/site".replace("localhost", "127.0.0.1")

    def get(self, path: str, agent: Agent | None = None, *more: str) -> Reply:
        """Fetch something of the site through an agent."""
        return curl(f"{self.address}/{path}", *more, agent=agent or self.agents[0])


def lists(agent: Agent, *words: str, status: int = 0) -> str:
    """Run `garim lists` of an agent's installation; returns what it printed."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("garim")), "--lang", "en", "lists", *words],
        env={**surroundings(agent.home), "PATH": os.environ["PATH"]},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = f"garim lists {words}: {done.returncode}\n{done.stdout}{done.stderr}"
    assert done.returncode == status, said
    assert "Traceback" not in done.stderr, said
    return done.stdout


def surroundings(home: Path) -> dict[str, str]:
    """What an installation's programs are given: the origin's authority is the system's here."""
    return {
        "GARIM_HOME": str(home),
        "HOME": str(home),
        "SSL_CERT_FILE": str(home / "servers.pem"),
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory) -> Iterator[World]:
    """The feed is published with its first list, and every agent follows it."""
    need("nginx")
    folder = tmp_path_factory.mktemp("feed")
    site = feed_site.build(folder / "www" / "site")
    people = Administrators(folder / "people", folder / "www" / "feed").found()
    (folder / "nginx").mkdir()
    with serve(folder / "www", folder / "nginx") as origin, contextlib.ExitStack() as stack:
        people.list(
            site.folder / "listed.jpg",
            site.folder / "film.bin",
            site.folder / "film.torrent",
        )
        made = World(origin, site, people, [])
        people.list("--params", "id", f"{made.address}/item/view.html?id=7&session=abc")
        for number in range(AGENTS):
            home = folder / f"agent-{number}"
            home.mkdir()
            authority = origin.certificates.authority
            (home / "servers.pem").write_bytes(authority.read_bytes())
            agent = stack.enter_context(
                launch(home, extra_ca=authority, environment=surroundings(home))
            )
            made.agents.append(agent)
            lists(agent, "add", made.feed, "--root", str(people.root), "--yes")
            lists(agent, "sync")
            until(lambda a=agent: in_force(a), "the list is in force")
        yield made


def in_force(agent: Agent) -> bool:
    """Whether the list is in force in an installation."""
    return LIST in lists(agent, "status", "--json")


def refused(reply: Reply) -> bool:
    """Whether it is Garim's own answer."""
    return reply.status == 451


@pytest.mark.parametrize("number", range(AGENTS))
def test_every_agent_blocks_what_is_listed(world, number):
    agent = world.agents[number]
    assert refused(world.get("item/view.html?session=xyz&id=7", agent))
    assert not refused(world.get("item/view.html?id=8", agent))
    for name in ("listed.jpg", "remade.webp"):
        body = world.get(name, agent).body
        assert body != (world.site.folder / name).read_bytes()
    innocent = world.get("innocent.jpg", agent)
    assert innocent.body == (world.site.folder / "innocent.jpg").read_bytes()


def test_a_listed_file_never_arrives_whole(world):
    listed = world.get("film.bin")
    assert listed.exit != 0 or refused(listed)
    assert listed.body != (world.site.folder / "film.bin").read_bytes()
    other = world.get("other.bin")
    assert other.exit == 0
    assert other.body == (world.site.folder / "other.bin").read_bytes()


def test_a_listed_torrent_is_refused(world):
    assert refused(world.get("film.torrent"))
    assert not refused(world.get("other.torrent"))


def test_the_answer_names_keeper_list_entry_and_appeal(world):
    reply = world.get("item/view.html?id=7", None, "-H", "Accept: text/html")
    text = reply.body.decode()
    assert reply.header("link") == f'<{PAGE}>; rel="blocked-by"'
    for word in (KEEPER, LIST, "address-", APPEAL):
        assert word in text
    assert "http://" not in text.replace("http://www.w3.org", "")


def test_why_and_test_name_list_and_entry(world):
    found = json.loads(
        lists(world.agents[0], "test", "--json", f"{world.address}/item/view.html?id=7", status=3)
    )
    assert LIST in json.dumps(found)
    lists(world.agents[0], "test", f"{world.address}/item/view.html?id=8")


@pytest.mark.browser
async def test_a_browser_is_shielded(world, tmp_path):
    need("chromium")
    agent = world.agents[1]
    async with chromium(
        tmp_path / "home", proxy=agent.proxy, certificates=(agent.authority,)
    ) as context:
        page = await context.new_page()
        await page.goto(f"{world.address}/page.html")
        await page.wait_for_function("[...document.images].every((image) => image.complete)")
        sizes = await page.evaluate("[...document.images].map((i) => [i.id, i.naturalWidth])")
        assert dict(sizes) == {"listed": 640, "remade": 480, "frame": 640, "innocent": 640}
        await page.screenshot(path=tmp_path / "page.png")
        answer = await page.goto(f"{world.address}/item/view.html?id=7&session=1")
        assert answer is not None
        assert answer.status == 451
        assert KEEPER in await page.inner_text("body")
        await page.screenshot(path=tmp_path / "refused.png")


def test_a_mistake_is_taken_back_within_a_minute_and_a_poll(world):
    agent = world.agents[2]
    path = "item/view.html?id=9"
    world.people.list("--params", "id", f"{world.address}/{path}")
    lists(agent, "sync")
    until(lambda: refused(world.get(path, agent)), "the address is blocked")
    arguments = ("--params", "id", f"{world.address}/{path}")
    world.people.run("revoke", "--now", "--list", LIST, "--reason", "a mistake", *arguments)
    # Nobody asks for it: the agents' own polling has to bring it.
    until(lambda: not refused(world.get(path, agent)), "the address is free again", 2.5 * POLL)
    assert refused(world.get("item/view.html?id=7", agent))


def test_a_file_is_looked_up_by_all_that_it_is(world):
    for name in ("listed.jpg", "remade.webp", "film.bin", "film.torrent"):
        lists(world.agents[0], "test", str(world.site.folder / name), status=3)
    for name in ("innocent.jpg", "other.bin", "other.torrent"):
        lists(world.agents[0], "test", str(world.site.folder / name))
