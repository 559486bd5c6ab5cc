from garim_addon import text
from garim_addon.mitm.errors import HostError, PortTakenError


def test_an_error_says_it_in_english_and_keeps_what_a_translation_needs():
    error = PortTakenError("Port {port} is taken.", port=8118)
    assert isinstance(error, HostError)
    assert str(error) == "Port 8118 is taken."
    assert (error.template, error.params) == ("Port {port} is taken.", {"port": 8118})
    assert "8118" in text.explain(error)
