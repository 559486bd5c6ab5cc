from garim_models.errors import ModelError


def test_the_sentence_is_the_template_filled_in():
    error = ModelError("The model '{name}' is missing: {path}", name="a", path="/b")
    assert str(error) == "The model 'a' is missing: /b"
    assert error.template == "The model '{name}' is missing: {path}"
    assert error.params == {"name": "a", "path": "/b"}
