import pytest

from garim_feed.sync.connect import source_of
from garim_feed.sync.http import HttpSource
from garim_feed.sync.source import FolderSource


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://feed.example/garim", HttpSource),
        ("http://127.0.0.1:8000", HttpSource),
        ("file:///srv/feed", FolderSource),
    ],
)
def test_each_address_has_its_source(address, kind):
    source = source_of(address)
    assert isinstance(source, kind)
    source.close()
