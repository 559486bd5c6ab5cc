"""What can go wrong before or beside the traffic, in sentences that a person can act on."""


class HostError(Exception):
    """The proxy cannot start or go on.

    Attributes:
        template: English sentence with `str.format` fields; the message id of its translation.
        params: The fields' values.
    """

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template.format(**params))
        self.template = template
        self.params = params


class AuthorityError(HostError):
    """The local certificate authority cannot be used or made."""


class TrustError(HostError):
    """The operating system's trusted certificates cannot be read."""


class ListenError(HostError):
    """The proxy cannot listen where it was told to."""


class PortTakenError(ListenError):
    """Another program already listens there."""
