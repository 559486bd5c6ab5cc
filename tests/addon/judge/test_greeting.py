"""The first message of a worker is one of two, in full, or a protocol error."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from garim_addon.judge.greeting import Failed, Ready, hello
from garim_addon.judge.protocol import Frame, ProtocolError
from garim_addon.judge.sandbox_report import SandboxPart
from garim_addon.verdict import FailureCause

READY = Ready(
    models=("small/2/int8", "large/1/int8"),
    degraded="",
    rss=1 << 27,
    sandbox=(SandboxPart("seccomp", True, "48 calls."), SandboxPart("landlock", False, "No.")),
)
FAILED = Failed(FailureCause.MODEL_MISSING, "The model is gone.")


@pytest.mark.parametrize("message", [READY, FAILED])
def test_round_trip(message):
    assert hello(Frame(json.loads(json.dumps(message.header())))) == message


def test_a_long_reason_is_cut_so_that_it_arrives():
    long = Failed(FailureCause.INTERNAL, "x" * 5000)
    assert hello(Frame(long.header())).detail == "x" * 512


WRONG = {
    "no op": {},
    "another op": {"op": "inspection"},
    "unknown cause": FAILED.header() | {"cause": "bad-mood"},
    "cause of a wrong type": FAILED.header() | {"cause": ["crash"]},
    "no detail": {"op": "failed", "cause": "crash"},
    "no models": {k: v for k, v in READY.header().items() if k != "models"},
    "models as text": READY.header() | {"models": "small"},
    "a model that is a number": READY.header() | {"models": [1]},
    "many models": READY.header() | {"models": ["m"] * 33},
    "rss below zero": READY.header() | {"rss": -1},
    "rss as truth": READY.header() | {"rss": True},
    "sandbox as object": READY.header() | {"sandbox": {}},
    "a part too short": READY.header() | {"sandbox": [["seccomp", True]]},
    "a part with a number": READY.header() | {"sandbox": [["seccomp", 1, "x"]]},
    "a part too long": READY.header() | {"sandbox": [["seccomp", True, "x" * 600]]},
}


@pytest.mark.parametrize("header", WRONG.values(), ids=WRONG)
def test_anything_else_is_a_protocol_error(header):
    with pytest.raises(ProtocolError):
        hello(Frame(header))


@given(
    st.fixed_dictionaries(
        {"op": st.sampled_from(["ready", "failed"])},
        optional={
            name: st.none() | st.integers() | st.text(max_size=5) | st.lists(st.text(max_size=3))
            for name in ("models", "degraded", "rss", "sandbox", "cause", "detail")
        },
    )
)
def test_hostile_headers(header):
    try:
        message = hello(Frame(header))
    except ProtocolError:
        return
    assert isinstance(message, Ready | Failed)
