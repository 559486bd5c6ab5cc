import pytest

from garim_addon.text import explain
from garim_agent.errors import EXIT_BLOCKED, EXIT_ERROR, EXIT_NOTHING, UsageError


def test_a_sentence_is_filled_in():
    error = UsageError("Port {port} is taken.", port=80)
    assert str(error) == explain(error) == "Port 80 is taken."
    assert (error.template, error.params) == ("Port {port} is taken.", {"port": 80})


@pytest.mark.parametrize("value", ["{braces}", "%s", "{0}", "{"])
def test_what_the_user_typed_is_never_a_template(value):
    error = UsageError("{target} is no file.", target=value)
    assert str(error) == explain(error) == f"{value} is no file."


def test_without_fields_braces_stay():
    assert str(UsageError("literally {this}")) == "literally {this}"


def test_exit_codes_are_what_the_readme_says():
    assert (EXIT_NOTHING, EXIT_ERROR, EXIT_BLOCKED) == (0, 2, 3)
