"""What can go wrong with a list; the surface translates the template and fills it in."""


class FeedError(Exception):
    """A list or feed could not be used.

    Attributes:
        template: English sentence with `{name}` fields; also the message id for translation.
        params: Values of the fields.
    """

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.params = params
