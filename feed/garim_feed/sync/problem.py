"""One sentence for people, as it is stored: template and values, translated by whoever shows it."""

from collections.abc import Mapping
from typing import Self

from pydantic import BaseModel, ConfigDict

from garim_feed.errors import FeedError


class Problem(BaseModel):
    """What is wrong.

    Attributes:
        template: English sentence with `{name}` fields; also the translation's id.
        params: Values of the fields.
        list: The list that it is about, or `""`: the feed.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    template: str
    params: Mapping[str, str | int | float] = {}
    list: str = ""

    @classmethod
    def of(cls, error: FeedError, about: str = "") -> Self:
        """Return the sentence of an error.

        Args:
            error: The error.
            about: The list that it is about, or `""`.
        """
        params = {
            name: value if isinstance(value, str | int | float) else str(value)
            for name, value in error.params.items()
        }
        return cls(template=error.template, params=params, list=about)

    def __str__(self) -> str:
        return self.template.format(**self.params)
