"""Exit codes, and the error for what the user can put right."""

EXIT_NOTHING, EXIT_ERROR, EXIT_BLOCKED = 0, 2, 3


class UsageError(Exception):
    """Something the user can put right.

    Attributes:
        template: English sentence with `{name}` fields; also the message id for translation.
        params: Values of the fields.
    """

    def __init__(self, template: str, /, **params: object) -> None:
        super().__init__(template.format(**params) if params else template)
        self.template = template
        self.params = params
