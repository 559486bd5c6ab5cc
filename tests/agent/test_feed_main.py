"""`garim-feed` finds its language before it speaks."""

import sys

import pytest

from garim_addon.text import language
from garim_agent import feed_main


@pytest.mark.parametrize(("tag", "words"), [("ko", "ko"), ("en", "en")])
def test_it_speaks_the_language_that_is_asked_for(monkeypatch, capsys, tag, words):
    monkeypatch.setattr(sys, "argv", ["garim-feed", "--lang", tag, "status", "--help"])
    with pytest.raises(SystemExit) as ended:
        feed_main.main()
    assert ended.value.code in {0, None}
    assert language() == words
    assert "status" in capsys.readouterr().out
