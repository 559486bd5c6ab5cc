"""The tables of a policy file, validated: types, bounds and host names; no behaviour.

Rules:
- Strict: no unknown key, no text where a number belongs; every number has a lower and an upper
  bound.
- Frozen: a changed file makes a new policy, so that one exchange is decided by one policy.
- `unconfirmed` can only pass or be reported: what two confirmations did not hold is never blocked.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from garim_addon.decide.action import Action, Style
from garim_addon.decide.hosts import pattern
from garim_addon.verdict import FailureCause

MAX_HOSTS = 20_000


def _host(entry: str) -> str:
    try:
        return pattern(entry)
    except ValueError:
        raise PydanticCustomError("host", "not a host name") from None


type Host = Annotated[str, AfterValidator(_host)]
type Hosts = Annotated[tuple[Host, ...], Field(strict=False, max_length=MAX_HOSTS)]
type AnyAction = Annotated[Action, Field(strict=False)]
type Cause = Annotated[FailureCause, Field(strict=False)]
type Probability = Annotated[float, Field(ge=0, le=1)]


class Table(BaseModel):
    """What all tables share: strict, frozen, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class Actions(Table):
    """`[actions]`: what is done for each kind of verdict.

    Attributes:
        listed: A list named the address, the file or the picture.
        classifier: The classifier is sure, or both stages agree.
        unconfirmed: One signal without its confirmation; it can only pass or be reported.
    """

    listed: AnyAction = Action.REPLACE
    classifier: AnyAction = Action.REPLACE
    unconfirmed: Literal[Action.PASS, Action.REPORT] = Action.REPORT


class Placeholder(Table):
    """`[placeholder]`: how it looks; `blur` never applies to what a list named."""

    style: Annotated[Style, Field(strict=False)] = Style.CARD


class Classifier(Table):
    """`[classifier]`: whether it is used, and thresholds in place of the models' own.

    Attributes:
        enabled: Whether the classifier decides anything.
        low: Stage 1, below it a picture is clear.
        high: Stage 1, from it on a picture is condemned alone.
        agree: Stage 2, from it on the second opinion agrees.
    """

    enabled: bool = True
    low: Probability | None = None
    high: Probability | None = None
    agree: Probability | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low is not None and self.high is not None and self.low > self.high:
            raise PydanticCustomError(
                "low_above_high", "low above high", {"low": self.low, "high": self.high}
            )
        return self


class Limits(Table):
    """`[limits]`: what is judged and what it may cost.

    Attributes:
        picture_bytes: Pictures above it are not held; they fail as `too-large`.
        buffer_bytes: Bytes that all held bodies together may take.
        deadline_ms: Milliseconds that judging a picture may take before it fails as `timeout`.
        wait_ms: Milliseconds that a picture may wait for its turn besides.
        min_side: Pictures with a side below it (pixels) are passed.
        min_bytes: Pictures with fewer bytes are passed.
        sampled_frames: Frames of an animation that are judged.
        workers: Inspector processes; 0 means by CPU count.
        queue: Pictures that may wait; above it they fail as `overloaded`.
    """

    picture_bytes: Annotated[int, Field(ge=1 << 10, le=64 << 20)] = 16 << 20
    buffer_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 36)] = 128 << 20
    deadline_ms: Annotated[int, Field(ge=50, le=60_000)] = 800
    wait_ms: Annotated[int, Field(ge=0, le=120_000)] = 10_000
    min_side: Annotated[int, Field(ge=1, le=1024)] = 36
    min_bytes: Annotated[int, Field(ge=0, le=1 << 20)] = 1024
    sampled_frames: Annotated[int, Field(ge=1, le=64)] = 8
    workers: Annotated[int, Field(ge=0, le=256)] = 0
    queue: Annotated[int, Field(ge=1, le=10_000)] = 1000


class Zones(Table):
    """`[zones]`: what is known of sites beforehand, and how fast experience counts.

    Attributes:
        trusted: Sites with a strong prior of innocence.
        untrusted: Sites with a strong prior of guilt.
        base_rate: Share of condemned pictures that is expected of an unknown site.
        weight: How many pictures that expectation weighs.
        strong_weight: How many pictures the word of a zone list weighs.
        half_life_days: Days after which an observation counts half.
        max_shift: The most that a zone moves the classifier's thresholds.
        max_sites: Sites that are remembered; the longest unseen is forgotten first.
    """

    trusted: Hosts = ()
    untrusted: Hosts = ()
    base_rate: Annotated[float, Field(ge=0.001, le=0.5)] = 0.02
    weight: Annotated[float, Field(ge=1, le=10_000)] = 50.0
    strong_weight: Annotated[float, Field(ge=1, le=100_000)] = 1000.0
    half_life_days: Annotated[float, Field(ge=0.1, le=3650)] = 30.0
    max_shift: Annotated[float, Field(ge=0, le=0.15)] = 0.15
    max_sites: Annotated[int, Field(ge=1, le=100_000)] = 4096


class HostRules(Table):
    """`[hosts]`: whom Garim leaves alone.

    Attributes:
        exempt: Decrypted but not judged (lists of addresses still apply).
        pass_through: Never decrypted, besides the shipped list.
    """

    exempt: Hosts = ()
    pass_through: Hosts = ()


class Fail(Table):
    """`[fail.download]` and `[fail.upload]`: cause -> action; a profile fills in every cause."""

    download: dict[Cause, AnyAction]
    upload: dict[Cause, AnyAction]


class Log(Table):
    """`[log]`: the event log.

    Attributes:
        days: Days after which an event is deleted.
        plain_addresses: Whether addresses are kept readable instead of as salted digests.
    """

    days: Annotated[int, Field(ge=1, le=90)] = 7
    plain_addresses: bool = False
