from garim_agent.bars import progress_bar


def test_nobody_is_shown_a_bar_who_does_not_look(capsys):
    with progress_bar() as bar:
        task = bar.add_task("x", total=2)
        bar.update(task, completed=1)
    assert bar.disable
    assert capsys.readouterr() == ("", "")
