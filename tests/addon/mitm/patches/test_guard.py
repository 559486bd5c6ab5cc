import logging
from types import SimpleNamespace

import pytest

from garim_addon.mitm.patches.guard import (
    Patch,
    Registry,
    digest,
    find,
    replace,
    replace_all,
    unknown_code,
)


class Known:
    def work(self):
        return "stock"

    def other(self):
        return "other"


def altered(self):
    return "somebody else's"


HERE = f"{__name__}:Known"


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """Tests are not in a package: let `find` see this module."""
    monkeypatch.setattr("importlib.import_module", _import)


def _import(name):
    if name == __name__:
        return SimpleNamespace(Known=Known)
    return __import__(name, fromlist=["x"])


def patch(name="patch", relies_on=None, needs=None):
    return Patch(
        name=name,
        loses="it is slower",
        relies_on={f"{HERE}.work": digest(Known.work)} if relies_on is None else relies_on,
        install=lambda: replace(Known, "work", lambda self: f"patched by {name}"),
        needs=needs,
    )


def test_known_code_is_replaced_and_put_back():
    registry = Registry([patch()])
    assert registry.applied() == {"patch": False}
    assert registry.apply() == {"patch": True}
    assert Known().work() == "patched by patch"
    registry.revert()
    assert Known().work() == "stock"
    assert registry.applied() == {"patch": False}


def test_applying_twice_is_applying_once(caplog):
    registry = Registry([patch()])
    registry.apply()
    registry.apply()
    assert not caplog.records
    registry.revert()
    assert Known().work() == "stock"


def test_altered_code_is_left_alone_with_one_warning(monkeypatch, caplog):
    registry = Registry([patch()])
    monkeypatch.setattr(Known, "work", altered)
    with caplog.at_level(logging.WARNING):
        assert registry.apply() == {"patch": False}
    assert Known().work() == "somebody else's"
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "Known.work" in record.getMessage()
    assert "Without it it is slower." in record.getMessage()


def test_one_unknown_function_of_several_is_enough(monkeypatch):
    relies_on = {f"{HERE}.{name}": digest(getattr(Known, name)) for name in ("work", "other")}
    monkeypatch.setattr(Known, "other", altered)
    assert Registry([patch(relies_on=relies_on)]).apply() == {"patch": False}
    assert Known().work() == "stock"


@pytest.mark.parametrize(
    "where", ["no.such.module:thing", f"{HERE}.gone", "builtins:len", "math:pi"]
)
def test_what_cannot_be_read_is_unknown(where):
    assert unknown_code({where: "0" * 32}) == [where]


def test_a_patch_is_left_out_with_the_one_it_needs(caplog):
    first = patch("first", relies_on={f"{HERE}.work": "other"})
    second = patch("second", needs=first)
    third = patch("third", relies_on={})
    assert Registry([first, second]).apply() == {"first": False, "second": False}
    assert "first is left out" in caplog.text
    registry = Registry([third, patch("fourth", relies_on={}, needs=third)])
    assert registry.apply() == {"third": True, "fourth": True}
    registry.revert()
    assert Known().work() == "stock"


def first():
    def function(value):
        print(value)

        return value + 1

    return function


def wider():
    found = []
    for _ in range(1):

        def function(value):

            print(value)
            return value + 1

        found.append(function)
    return found[0]


def changed():
    def function(value):
        print(value)
        return value + 2

    return function


def test_a_digest_ignores_blank_lines_and_margins_only():
    assert digest(first()) == digest(wider()) != digest(changed())
    assert len(digest(first())) == 32


def test_find_follows_names():
    assert find(f"{HERE}.work") is Known.work
    with pytest.raises(AttributeError):
        find(f"{HERE}.nothing")


def test_replacing_what_is_inherited_takes_it_away_again():
    class Child(Known):
        pass

    undo = replace(Child, "work", altered)
    assert Child().work() == "somebody else's"
    undo()
    assert "work" not in vars(Child)
    assert Child().work() == "stock"


def test_replacing_several_is_undone_together():
    undo = replace_all((Known, "work", altered), (Known, "other", altered))
    assert Known().other() == Known().work() == "somebody else's"
    undo()
    assert (Known().work(), Known().other()) == ("stock", "other")
