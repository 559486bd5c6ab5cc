"""A shield with all its rooms; only the inspector pool is a fake."""

import os
import random
import time
from dataclasses import replace

from garim_addon.act.answering import Answering
from garim_addon.act.replacement import Replacer
from garim_addon.decide.live import LivePolicy
from garim_addon.decide.thresholds import ModelDefaults
from garim_addon.decide.verdicts import Verdicts
from garim_addon.decide.zone import Zones
from garim_addon.exchange import Request, Response
from garim_addon.gate import Gate
from garim_addon.judge.cache import VerdictCache
from garim_addon.judge.condemned import Condemned
from garim_addon.judge.files import Files
from garim_addon.judge.inspections import Inspections
from garim_addon.judge.quarantine import Quarantine
from garim_addon.judge.staleness import Staleness
from garim_addon.judge.validators import Validators
from garim_addon.media.screen import FAILED_SCREENINGS, Screening
from garim_addon.record.events import EventLog
from garim_addon.record.metrics import Metrics
from garim_addon.record.reader import EventReader
from garim_addon.record.recorder import Recorder
from garim_addon.shield import Shield
from garim_addon.verdict import Inspection, ListMatch, Score
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.live import LiveIndex

LISTED_HOST = "blocked.garim.test"
PNG = b"\x89PNG\r\n\x1a\n" + random.Random(0).randbytes(3000)
TEXT = b"<!doctype html>" + b"hello " * 500
SEEN = {"kind": "image", "format": "png", "width": 64, "height": 48, "frames": 1}
DEFAULTS = ModelDefaults(low=0.3, high=0.9, agree=0.6, gate=0.1)
HOME, SCHOOL = "profile = 'home'\n", "profile = 'school'\n"
REPORT = HOME + "report_only = true\n"


def scored(first, second=None, **facts):
    scores = [Score("m1", "1", 1, first)] + ([Score("m2", "1", 2, second)] if second else [])
    return Inspection(**SEEN, scores=tuple(scores), sha256="ab" * 32, **facts)


CLEAN, SURE = scored(0.01), scored(0.99)
AGREED, DISAGREED = scored(0.5, 0.9), scored(0.5, 0.1)
LISTED = scored(0.01, matches=(ListMatch("l", "e", "1", "ncii", "image"),))
NEARLY = scored(0.01, matches=(ListMatch("l", "e", "1", "ncii", "image", 40, tight=False),))


class Pool:
    models = "models"

    def __init__(self):
        self.answer = CLEAN
        self.asked = []
        self.draws = b"placeholder"
        self.painted = []
        self.lists = str

    async def judge(self, body, *, encoding="", deadline):
        self.asked.append((body, encoding, deadline))
        if isinstance(self.answer, Exception):
            raise self.answer
        return replace(self.answer, lists=self.lists())

    async def placeholder(self, spec, body=b""):
        self.painted.append((spec, body))
        return self.draws


class House:
    """A shield and its rooms, in a folder of its own."""

    def __init__(self, folder, policy, *, index=None, clock=time.time):
        self.folder, self.file = folder, folder / "policy.toml"
        self.write(policy)
        self.pool, self.metrics = Pool(), Metrics()
        self.live = LivePolicy(self.file)
        self.events = EventLog(folder / "log", self.live.current.log)
        self.cache = VerdictCache(folder / "verdicts.sqlite")
        self.zones = Zones(self.live.current.zones, b"z" * 32)
        self.index = index = index or LiveIndex(folder / "lists", builtin())
        self.pool.lists = lambda: index.generation
        self.quarantine = Quarantine(folder / "quarantine.json", clock=clock)
        self.staleness = Staleness(folder / "lists", clock=clock)
        inspections = Inspections(self.pool, self.cache, index, secret=b"test", min_bytes=1024)
        common = {
            "validators": Validators(self.cache, b"v" * 32),
            "recorder": Recorder(self.events, self.metrics, dict),
        }
        verdicts = Verdicts(self.live, self.zones, DEFAULTS, self.quarantine, self.staleness)
        shared = common | {
            "policy": self.live,
            "index": index,
            "inspections": inspections,
            "answering": Answering(Replacer(self.pool), index.keeper),
            "verdicts": verdicts,
        }
        condemned = Condemned(b"c" * 32, lambda: index.version, clock=clock)
        self.shield = Shield(
            gate=Gate(**shared),
            files=Files(index=index, decide=verdicts.decided, condemned=condemned, **common),
            zones=self.zones,
            staleness=self.staleness,
            **shared,
        )

    def write(self, policy):
        self.file.write_text(policy)
        # Each writing has a time of its own, however quickly one follows another.
        self.time = getattr(self, "time", 1_000_000_000) + 10
        os.utime(self.file, (self.time, self.time))

    def reload(self, policy):
        self.write(policy)
        self.shield.refresh()

    def close(self):
        self.cache.close()
        self.events.close()

    def entries(self):
        self.events.flush()
        return EventReader(self.folder / "log").recent()

    async def whole(self, body=PNG, mime="image/png", request=None, encoding=""):
        """The way of a body that comes whole; returns what the adapter would do with it."""
        headers = {"content-type": mime, "content-length": str(len(body))}
        if encoding:
            headers["content-encoding"] = encoding
        reply = Response(200, headers)
        exchange = self.shield.begin(request or ask())
        screening = self.shield.head(exchange, reply)
        if screening is Screening.PEEK:
            screening = self.shield.peek(exchange, reply, body[:4096])
        if screening in FAILED_SCREENINGS:
            return await self.shield.fail(exchange, FAILED_SCREENINGS[screening])
        if screening is Screening.PASS:
            return None
        assert self.shield.budget.held == len(body)
        answer = await self.shield.judge(exchange, reply, body)
        self.shield.end(exchange)
        assert self.shield.budget.held == 0
        return answer


def ask(site="site.example", path="/a.png", method="GET", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, "https", site, 443, path, fields)


def reply(status=200, mime="image/png", **headers):
    fields = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(status, {"content-type": mime} | fields)
