from bench import lists


def test_every_engine_has_a_row_and_ours_is_the_first():
    assert next(iter(lists.ADDRESS_ENGINES)) == "garim-key"
    assert next(iter(lists.PICTURE_ENGINES)) == "garim-hash"
