"""What the options of `garim-feed add`, `remove` and `revoke` make of their arguments."""

from datetime import date

from garim_addon.text import N_
from garim_agent.errors import UsageError
from garim_agent.feedtool import subjects
from garim_agent.feedtool.things import Wishes
from garim_feed.kinds import TIGHT_BITS, WIDE_BITS, Effect, Kind


def wishes(
    *,
    kind: str = "",
    params: str | None = None,
    md5: bool = False,
    sha1: bool = False,
    allow: bool = False,
    negative: bool = False,
    exact: bool = False,
    tight: int = TIGHT_BITS,
    wide: int = WIDE_BITS,
    expires: str = "",
    note: str = "",
    recursive: bool = False,
) -> Wishes:
    """Put options together.

    Raises:
        UsageError: When they are wrong, or contradict each other.
    """
    if allow and negative:
        raise UsageError(N_("--allow and --negative exclude each other."))
    effect = Effect.ALLOW if allow else Effect.NEGATIVE if negative else Effect.BLOCK
    more = [each for each, wanted in ((Kind.SHA1, sha1), (Kind.MD5, md5)) if wanted]
    return Wishes(
        effect=effect,
        kind=subjects.kind_of(kind) if kind else None,
        parameters=None if params is None else _names(params),
        tight=tight,
        wide=wide,
        digests=(Kind.SHA256, *more),
        exact=exact,
        expires=_day(expires) if expires else None,
        note=note,
        recursive=recursive,
    )


def _names(params: str) -> tuple[str, ...]:
    return tuple(sorted({name.strip() for name in params.split(",")} - {""}))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            N_("--expires is {text}; write a date like 2027-06-30."), text=text
        ) from None
