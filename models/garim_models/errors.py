"""The one exception of this package.

Rules:
- `garim_models` has no translations: an error carries an English template with its parameters, and
  the surface that shows it translates the template and fills it in.
"""


class ModelError(Exception):
    """A model that cannot be used: missing, changed, unloadable, or described wrongly.

    Attributes:
        template: English sentence with `{name}` fields; it is also the message id for translation.
        params: Values of the template's fields.
    """

    def __init__(self, template: str, **params: object) -> None:
        self.template = template
        self.params = params
        super().__init__(template.format(**params))
