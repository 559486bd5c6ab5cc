"""A feed that is no longer followed blocks nothing any more."""


def test_its_lists_leave_force(call, run, followed):
    run("test", "host.evil.example", code=3)
    done = call("remove", "national", text="n\n")
    assert done.exit_code == 2
    run("test", "evil.example", code=3)
    done = call("remove", "national", text="y\n")
    assert done.exit_code == 0
    assert "Stop following national" in done.stderr
    run("test", "evil.example", code=0)
    assert "No feed is followed" in call("status").stderr


def test_what_is_not_followed_cannot_be_removed(refused, followed):
    assert "other" in refused("remove", "other", "--yes")
