"""Whom Garim leaves alone: hosts never decrypted, and hosts decrypted but not judged.

Rules:
- Pass-through is decided from the host name before anything is decrypted: policy's own list, then
  the shipped public list, then what was learned.
- The shipped list is a text file that anyone can read (`pass_through.txt`): one host a line, `#`
  for comments. A line that is no host is a defect of the release, so it raises.
- The answer names the entry and where it stands, so that `garim why` can say it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from garim_addon.decide.hosts import HostList
from garim_addon.decide.learned import Learned
from garim_addon.decide.settings import HostRules

SHIPPED = Path(__file__).with_name("pass_through.txt")


class Source(StrEnum):
    """Where an exemption stands."""

    POLICY = "policy"
    SHIPPED = "shipped"
    LEARNED = "learned"


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a host is left alone.

    Attributes:
        entry: The list entry that covers it.
        source: Where that entry stands.
        detail: A learned host's cause, else `""`.
    """

    entry: str
    source: Source
    detail: str = ""


class Exemptions:
    """The three pass-through lists and the exempt hosts of one policy."""

    def __init__(self, rules: HostRules, learned: Learned) -> None:
        """Combine a policy's `[hosts]` with the shipped list and what was learned."""
        self._exempt = HostList(rules.exempt)
        self._policy = HostList(rules.pass_through)
        self._learned = learned

    def pass_through(self, host: str) -> Exemption | None:
        """Return why `host` is not decrypted, or `None` when it is."""
        entry = self._policy.find(host)
        if entry is not None:
            return Exemption(entry, Source.POLICY)
        entry = shipped().find(host)
        if entry is not None:
            return Exemption(entry, Source.SHIPPED)
        learned = self._learned.find(host)
        if learned is not None:
            return Exemption(learned.host, Source.LEARNED, learned.cause)
        return None

    def exempt(self, host: str) -> Exemption | None:
        """Return why media of `host` is not judged, or `None` when it is."""
        entry = self._exempt.find(host)
        return None if entry is None else Exemption(entry, Source.POLICY)


@cache
def shipped() -> HostList:
    """Return the public pass-through list."""
    return HostList(lines(SHIPPED.read_text(encoding="utf-8")))


def lines(text: str) -> Iterator[str]:
    """Yield the entries of a host list file without its comments."""
    for line in text.splitlines():
        entry = line.partition("#")[0].strip()
        if entry:
            yield entry
