"""The values begin with nothing in them."""

import dataclasses

import pytest
from shield_house import ask

from garim_addon.answer import Answer, Exchange
from garim_addon.decide.action import Action


def test_an_exchange_begins_with_its_request_alone():
    exchange = Exchange(ask())
    rest = {f.name: getattr(exchange, f.name) for f in dataclasses.fields(exchange)}
    assert rest.pop("request") == exchange.request
    assert not any(rest.values())


def test_an_answer_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Answer(Action.PASS).action = Action.CUT
