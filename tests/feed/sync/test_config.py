import pytest

from garim_feed.sync.config import FeedConfig, read_config
from garim_feed.sync.layout import feed_folder

CONFIG = FeedConfig(name="first", url="https://feed.example", fingerprint="0" * 64, models=True)


@pytest.fixture
def folder(tmp_path):
    folder = feed_folder(tmp_path, "first")
    folder.path.mkdir(parents=True)
    return folder


def test_there_and_back(folder):
    assert read_config(folder) is None
    folder.config.write_text(CONFIG.model_dump_json())
    assert read_config(folder) == CONFIG


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        '{"name":"first"}',
        CONFIG.model_dump_json().replace("first", "second"),
        CONFIG.model_dump_json()[:-1] + ',"more":1}',
        "\ud800",
    ],
)
def test_what_cannot_be_read_is_not_there(folder, text):
    folder.config.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert read_config(folder) is None
