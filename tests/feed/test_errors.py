from garim_feed.errors import FeedError


def test_error_carries_template_and_parameters():
    error = FeedError("The list is larger than {limit} bytes.", limit=5)
    assert str(error) == "The list is larger than 5 bytes."
    assert error.template == "The list is larger than {limit} bytes."
    assert error.params == {"limit": 5}
