"""What went wrong with a feed, in one clear sentence for people.

Rules:
- Every way of failing has its sentence; what nobody thought of has one too.
- Sentences say what stays: the lists that are in force.
"""

import errno

from tuf.api.exceptions import (
    BadVersionNumberError,
    DownloadError,
    DownloadHTTPError,
    DownloadLengthMismatchError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    SlowRetrievalError,
    UnsignedMetadataError,
)

from garim_feed.errors import FeedError
from garim_feed.sync.source import SourceError, Trouble

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class UnfitError(RepositoryError):
    """Something that is signed as it must be, and still not taken: asking again changes nothing."""


def explain(feed: str, error: BaseException) -> FeedError:
    """Return what to tell people of an error.

    Args:
        feed: The feed's name.
        error: What was raised while it was looked at.
    """
    match error:
        case FeedError():
            return error
        case DownloadError():
            return _download(feed, error)
        case RepositoryError():
            return _repository(feed, error)
        case OSError() if error.errno in _FULL:
            return FeedError(
                "The disk is full, so the lists of {feed} cannot be renewed; make room. What is in "
                "force stays.",
                feed=feed,
            )
        case OSError():
            return FeedError(
                "The lists of {feed} cannot be stored: {reason}. What is in force stays.",
                feed=feed,
                reason=error.strerror or type(error).__name__,
            )
        case _:
            return FeedError(
                "The feed {feed} holds something that Garim cannot read ({reason}); what is in "
                "force stays.",
                feed=feed,
                reason=type(error).__name__,
            )


def _download(feed: str, error: DownloadError) -> FeedError:
    match error:
        case SourceError():
            return _source(feed, error)
        case DownloadHTTPError(status_code=404):
            return FeedError(
                "A file of the feed {feed} is missing on its server; it may be published just now, "
                "and is asked for again. What is in force stays.",
                feed=feed,
            )
        case DownloadHTTPError():
            return FeedError(
                "The server of the feed {feed} answers with error {status}; it is asked again "
                "later.",
                feed=feed,
                status=error.status_code,
            )
        case SlowRetrievalError():
            return FeedError(
                "The feed {feed} comes too slowly; what came is kept and continued later.",
                feed=feed,
            )
        case DownloadLengthMismatchError():
            return FeedError(
                "The server of the feed {feed} sends more than was signed; it was refused. What is "
                "in force stays.",
                feed=feed,
            )
        case _:
            return FeedError(
                "A file of the feed {feed} came incomplete; it is asked for again later.",
                feed=feed,
            )


def _source(feed: str, error: SourceError) -> FeedError:
    match error.trouble:
        case Trouble.NAME:
            return FeedError(
                "The server of the feed {feed} is not found; is this computer online?", feed=feed
            )
        case Trouble.TLS:
            return FeedError(
                "The server of the feed {feed} does not prove who it is ({reason}); nothing was "
                "taken from it.",
                feed=feed,
                reason=error.detail,
            )
        case Trouble.PROXY:
            return FeedError("The proxy on the way to the feed {feed} does not answer.", feed=feed)
        case Trouble.SLOW:
            return FeedError(
                "The server of the feed {feed} answers too slowly; it is asked again later.",
                feed=feed,
            )
        case Trouble.ELSEWHERE:
            return FeedError(
                "The server of the feed {feed} sends us to another host; that is not followed.",
                feed=feed,
            )
        case Trouble.UNREADABLE:
            return FeedError("The feed {feed} cannot be read: {reason}.", feed=feed,
                             reason=error.detail)  # fmt: skip
        case Trouble.UNREACHABLE | Trouble.BROKEN:
            return FeedError(
                "The server of the feed {feed} cannot be reached; it is asked again later.",
                feed=feed,
            )


def _repository(feed: str, error: RepositoryError) -> FeedError:
    match error:
        case ExpiredMetadataError():
            return FeedError(
                "What the feed {feed} offers has run out, by its own signed date; its keepers must "
                "renew it. What is in force stays.",
                feed=feed,
            )
        case UnsignedMetadataError():
            return FeedError(
                "What the feed {feed} offers is not signed by enough of its keys; it was refused. "
                "What is in force stays.",
                feed=feed,
            )
        case BadVersionNumberError():
            return FeedError(
                "The feed {feed} offers an older state than it had before; it was refused. What is "
                "in force stays.",
                feed=feed,
            )
        case LengthOrHashMismatchError():
            return FeedError(
                "A file of the feed {feed} is not the one that was signed; it was refused. What is "
                "in force stays.",
                feed=feed,
            )
        case _:
            return FeedError(
                "The feed {feed} is not put together as it should be; it was refused. What is in "
                "force stays.",
                feed=feed,
            )
