"""The exception keeps its template for translation; values are shown short and harmless."""

import pytest

from garim_addon import text
from garim_addon.decide.policy import Policy
from garim_addon.decide.policy_error import PolicyError


@pytest.fixture(autouse=True)
def _restored():
    yield
    text.set_language("auto")


def test_the_sentence_is_english_and_can_be_translated():
    error = PolicyError("{file} is not UTF-8 text.", file="p.toml")
    assert str(error) == "p.toml is not UTF-8 text."
    text.set_language("ko")
    assert text.explain(error) == "p.toml 파일이 UTF-8 텍스트가 아닙니다."


def test_a_validation_error_is_translated_with_its_key_and_bounds():
    with pytest.raises(PolicyError) as caught:
        Policy.parse("classifier.high = 1.4", "p.toml")
    text.set_language("ko")
    assert text.explain(caught.value) == (
        "p.toml: classifier.high 값이 1.4입니다. 0 이상 1 이하여야 합니다."
    )


def test_a_long_value_is_cut_and_a_control_character_is_escaped():
    with pytest.raises(PolicyError) as caught:
        Policy.parse(f"language = '{'x' * 500}'", "p.toml")
    assert len(str(caught.value)) < 150
    with pytest.raises(PolicyError) as caught:
        Policy.parse('language = "\\u001b[2J"', "p.toml")
    assert "\x1b" not in str(caught.value)
    assert "\\u001b[2J" in str(caught.value)


def test_braces_in_a_value_are_not_format_fields():
    with pytest.raises(PolicyError) as caught:
        Policy.parse("language = '{key.__class__}'", "p.toml")
    assert 'language is "{key.__class__}";' in str(caught.value)


def test_too_many_hosts_are_refused_with_the_limit():
    hosts = ",".join(f"'h{n}.example'" for n in range(20_001))
    with pytest.raises(PolicyError, match="too many entries; at most 20000 are allowed"):
        Policy.parse(f"hosts.exempt = [{hosts}]", "p.toml")
