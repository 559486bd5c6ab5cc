"""How a media that cannot be opened is reported.

Rules:
- Opening a media raises `MediaError` and nothing else, whatever the bytes are.
- `detail` is for the log: it names the format and the step, never content, addresses or names.
"""

from garim_addon.verdict import FailureCause


class MediaError(Exception):
    """A media could not be opened.

    Attributes:
        cause: `TOO_LARGE` when a cap of `media.limits` stopped it, else `UNDECODABLE`.
        detail: One English sentence for the log, without user data.
    """

    def __init__(self, cause: FailureCause, detail: str) -> None:
        super().__init__(f"{cause.value}: {detail}")
        self.cause = cause
        self.detail = detail


def too_large(detail: str) -> MediaError:
    """Return the error of a media that a cap stopped."""
    return MediaError(FailureCause.TOO_LARGE, detail)


def undecodable(detail: str) -> MediaError:
    """Return the error of a media that no decoder could read."""
    return MediaError(FailureCause.UNDECODABLE, detail)
