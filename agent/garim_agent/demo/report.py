"""What the demonstration found, as values."""

import json
import statistics
from dataclasses import asdict, dataclass

from garim_addon.verdict import Reason


@dataclass(frozen=True, slots=True)
class Line:
    """One picture.

    Attributes:
        path: Where it is on the site.
        format: Its format.
        width: Pixels as the browser decoded it.
        height: Pixels as the browser decoded it.
        expected: `show` or `cover`.
        got: `show` when its bytes came untouched, else `cover`.
        right: Whether it came as expected, at its own size.
        reason: The rule that decided; empty when nothing is in the log.
        ident: Short id on the placeholder.
        scores: Classifier scores of its frames.
        lists: List entries that matched.
        ms: Milliseconds that it waited for its verdict.
    """

    path: str
    format: str
    width: int
    height: int
    expected: str
    got: str
    right: bool
    reason: Reason | str
    ident: str
    scores: tuple[float, ...]
    lists: tuple[str, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Report:
    """The whole demonstration.

    Attributes:
        lines: One a picture.
        listed_page: Whether the listed address was answered by Garim's own page.
    """

    lines: tuple[Line, ...]
    listed_page: bool

    @property
    def as_expected(self) -> bool:
        """Whether everything came as the site meant it."""
        return self.listed_page and all(line.right for line in self.lines)

    @property
    def notable(self) -> list[Line]:
        """What was covered or went wrong; ordinary pictures are only counted."""
        return [line for line in self.lines if line.got == "cover" or not line.right]

    @property
    def median_ms(self) -> float:
        """Median of the milliseconds a judgement took."""
        times = [line.ms for line in self.lines if line.ms > 0]
        return statistics.median(times) if times else 0.0

    def count(self, got: str) -> int:
        """How many pictures came so."""
        return sum(line.got == got for line in self.lines)

    def to_json(self) -> str:
        """One JSON object."""
        summary = {
            "as_expected": self.as_expected,
            "listed_page": self.listed_page,
            "pictures": len(self.lines),
            "covered": self.count("cover"),
            "shown": self.count("show"),
            "median_ms": self.median_ms,
        }
        lines = [asdict(line) for line in self.lines]
        return json.dumps({**summary, "lines": lines}, ensure_ascii=False)
