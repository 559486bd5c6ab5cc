"""Every way of failing has a sentence that names the feed and fits what happened."""

import errno

import pytest
from tuf.api import exceptions as tuf

from garim_feed.errors import FeedError
from garim_feed.sync.explain import explain
from garim_feed.sync.source import SourceError, Trouble


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FeedError("Just so."), "Just so."),
        (SourceError(Trouble.NAME), "is not found; is this computer online?"),
        (SourceError(Trouble.TLS, "self-signed"), "does not prove who it is (self-signed)"),
        (SourceError(Trouble.PROXY), "The proxy on the way"),
        (SourceError(Trouble.SLOW), "answers too slowly"),
        (SourceError(Trouble.ELSEWHERE), "to another host"),
        (SourceError(Trouble.UNREADABLE, "no disk"), "cannot be read: no disk"),
        (SourceError(Trouble.UNREACHABLE), "cannot be reached"),
        (SourceError(Trouble.BROKEN), "cannot be reached"),
        (tuf.DownloadHTTPError("", 404), "is missing on its server"),
        (tuf.DownloadHTTPError("", 503), "answers with error 503"),
        (tuf.SlowRetrievalError(), "comes too slowly"),
        (tuf.DownloadLengthMismatchError(), "sends more than was signed"),
        (tuf.DownloadError(), "came incomplete"),
        (tuf.ExpiredMetadataError(), "has run out"),
        (tuf.UnsignedMetadataError(), "not signed by enough of its keys"),
        (tuf.BadVersionNumberError(), "an older state"),
        (tuf.EqualVersionNumberError(), "an older state"),
        (tuf.LengthOrHashMismatchError(), "not the one that was signed"),
        (tuf.RepositoryError(), "not put together as it should be"),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), "The disk is full"),
        (PermissionError(errno.EACCES, "Permission denied"), "cannot be stored: Permission denied"),
        (OSError(), "cannot be stored: OSError"),
        (RecursionError(), "cannot read (RecursionError)"),
    ],
)
def test_explain(error, words):
    found = explain("national", error)
    assert words in str(found)
    assert found is error or "national" in str(found)


@pytest.mark.parametrize("trouble", Trouble)
def test_no_trouble_is_without_words(trouble):
    assert "national" in str(explain("national", SourceError(trouble)))
