"""One body to findings: digest, decode, hash, match, classify. Runs in inspector processes only.

Rules:
- The exact digest is looked up first and needs no decoding: a listed file stays listed when it is
  broken, tiny or of an unknown format.
- A picture below the size floor is not decoded further: it can show nothing.
- A torrent file is known by its first bytes and looked up by what it leads to.
- One decode feeds both the perceptual hash and the classifiers.
- Whatever cannot be judged ends in a `FailureCause`, with the findings made so far; nothing is ever
  silently clean. Without its models an inspector still matches lists.
"""

from dataclasses import dataclass, field
from time import perf_counter

import garim_feed.lookup.pictures  # noqa: F401 - in the sandbox no code can be loaded any more
from garim_addon.judge.classify import Cascade, load_cascade
from garim_addon.judge.config import WorkerConfig
from garim_addon.judge.confirm import TOO_SMALL, TORRENT, VECTOR
from garim_addon.judge.digests import digests
from garim_addon.judge.inspections import list_match
from garim_addon.judge.lists import Shelf
from garim_addon.judge.no_lists import NoLists
from garim_addon.judge.pdq import dihedral, pdq
from garim_addon.media import torrent
from garim_addon.media.encoding import decode
from garim_addon.media.errors import MediaError
from garim_addon.media.image import Frame, Picture, open_picture
from garim_addon.media.sniff import sniff
from garim_addon.verdict import FailureCause, Inspection, ListMatch, Score
from garim_feed.lookup.builtin import builtin
from garim_feed.lookup.generation import Generation
from garim_feed.lookup.match import Index
from garim_models.errors import ModelError

MAX_MATCHES = 128
"""Kept of one media, exact ones first: a crowd of similar entries must not break the answer."""


CUT_SHORT = "only a part of a long animation was looked at"
"""A weakness, said where it shows: frames past the budgets of `media.limits` are not judged. To
call such animations failures would cover every long innocent one."""


@dataclass(slots=True)
class _Draft:
    """What is known so far; becomes an `Inspection`."""

    values: dict[str, object] = field(default_factory=dict)
    matches: list[ListMatch] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    steps: dict[str, float] = field(default_factory=dict)
    mark: float = field(default_factory=perf_counter)

    def step(self, name: str) -> None:
        """Book the time since the last step under `name`."""
        now = perf_counter()
        self.steps[name] = self.steps.get(name, 0.0) + (now - self.mark) * 1000
        self.mark = now

    def done(self, failure: FailureCause | None = None, detail: str = "") -> Inspection:
        """Freeze it."""
        if detail:
            self.values["detail"] = detail[:200]
        return Inspection(
            **self.values,  # type: ignore[arg-type]  # fields are set by name in this module only
            matches=tuple(self.matches[:MAX_MATCHES]),
            scores=tuple(self.scores),
            failure=failure,
            steps={name: round(ms, 3) for name, ms in self.steps.items()},
        )


class Inspector:
    """Everything one inspector process needs to judge; loaded once, before the sandbox closes.

    Attributes:
        model_failure: Why no classifier runs, or `None`.
    """

    def __init__(self, config: WorkerConfig, index: Index | None = None) -> None:
        self._limits = config.limits
        if index is None:
            index = builtin() if config.builtin_list else NoLists()
        self._shelf = Shelf(config.lists, index, Generation)
        self._shelf.take(config.generation)
        self._cascade: Cascade | None = None
        self.model_failure: ModelError | None = None
        try:
            self._cascade = load_cascade(config)
        except ModelError as error:
            self.model_failure = error

    @property
    def model_versions(self) -> tuple[str, ...]:
        """Name, version and variant of each loaded stage."""
        return () if self._cascade is None else self._cascade.versions

    def judge(self, body: bytes, encoding: str = "", lists: str = "") -> Inspection:
        """Find what is known and what is seen in one body.

        Args:
            body: The bytes as they travelled.
            encoding: The `Content-Encoding` they travelled in, or `""`.
            lists: Generation of the lists to match it with; the answer says which it was.
        """
        self._shelf.take(lists)
        draft = _Draft({"lists": self._shelf.generation})
        try:
            return self._judge(draft, body, encoding)
        except MediaError as error:
            draft.step("decode")
            return draft.done(error.cause, error.detail)
        except MemoryError:
            return draft.done(FailureCause.TOO_LARGE, "The memory limit was reached.")
        except Exception as error:  # noqa: BLE001 - what a list already named must not be lost
            return draft.done(FailureCause.INTERNAL, type(error).__name__)

    def _judge(self, draft: _Draft, body: bytes, encoding: str) -> Inspection:
        limits = self._limits
        if encoding:
            body = decode(body, encoding, max_bytes=limits.max_bytes, max_ratio=limits.max_ratio)
            draft.step("decompress")
        index = self._shelf.index
        found = digests(body, index.digests)
        draft.values["sha256"] = found[0].hex()
        draft.matches += [list_match(m) for m in index.digest(*found)]
        draft.step("match")
        if torrent.looks_like(body[: torrent.HEAD_BYTES]):
            return self._torrent(draft, body)
        kind = sniff(body[:4096])
        if kind is not None:
            draft.values |= {"kind": "image", "format": str(kind)}
        if len(body) < limits.min_bytes:
            draft.values["skipped"] = TOO_SMALL
            return draft.done()
        if kind is None:
            return draft.done(FailureCause.UNDECODABLE, "no known picture format")
        return self._look(draft, open_picture(body, limits))

    def _torrent(self, draft: _Draft, body: bytes) -> Inspection:
        draft.values |= {"kind": "torrent", "skipped": TORRENT}
        for info_hash in torrent.info_hashes(body):
            draft.matches += [list_match(m) for m in self._shelf.index.torrent(info_hash)]
        draft.step("match")
        return draft.done()

    def _look(self, draft: _Draft, picture: Picture) -> Inspection:
        draft.step("decode")
        draft.values |= {
            "kind": "animation" if picture.animated else "image",
            "format": str(picture.format),
            "width": picture.width,
            "height": picture.height,
            "frames": picture.frames,
            "detail": "" if picture.complete else CUT_SHORT,
        }
        if not picture.samples:
            draft.values["skipped"] = VECTOR
            return draft.done()
        if min(picture.width, picture.height) < self._limits.min_side:
            draft.values["skipped"] = TOO_SMALL
            return draft.done()
        for frame in picture.samples:
            self._hash(draft, frame)
        if self._cascade is None:
            return self._unclassified(draft)
        try:
            for frame in picture.samples:
                draft.scores += self._cascade.scores(frame.views, frame.index, draft.steps)
        except ModelError as error:
            return draft.done(FailureCause.INTERNAL, str(error))
        return draft.done()

    def _hash(self, draft: _Draft, frame: Frame) -> None:
        draft.mark = perf_counter()
        first = pdq(frame.luma)
        if "pdq" not in draft.values:
            draft.values |= {"pdq": first.bits.hex(), "quality": first.quality}
        forms = dihedral(frame.luma)
        draft.step("hash")
        draft.matches += [
            list_match(m, frame.index) for m in self._shelf.index.image(forms, first.quality)
        ]
        draft.step("match")

    def _unclassified(self, draft: _Draft) -> Inspection:
        if self.model_failure is None:
            return draft.done()
        return draft.done(FailureCause.MODEL_MISSING, str(self.model_failure))
