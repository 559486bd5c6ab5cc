from garim_addon.media.errors import MediaError, too_large, undecodable
from garim_addon.verdict import FailureCause


def test_errors_carry_cause_and_detail():
    big, bad = too_large("png: 9 x 9 pixels"), undecodable("gif: EOFError")
    assert isinstance(big, MediaError)
    assert (big.cause, big.detail) == (FailureCause.TOO_LARGE, "png: 9 x 9 pixels")
    assert (bad.cause, bad.detail) == (FailureCause.UNDECODABLE, "gif: EOFError")
    assert str(bad) == "undecodable: gif: EOFError"
