"""What the shield keeps of an exchange while it lasts, and what it answers: values, no behaviour.

Rules:
- An adapter carries an `Exchange` from hook to hook and changes nothing in it.
- An `Answer` names one of four actions and holds what that action needs, nothing else.
"""

from dataclasses import dataclass

from garim_addon.act.page import Page
from garim_addon.decide.action import Action, Decision
from garim_addon.exchange import Request
from garim_addon.judge.stream import Download
from garim_addon.media.budget import Reservation
from garim_addon.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an address is refused.

    Attributes:
        verdict: What was found.
        decision: What policy says.
        ident: The short id of its event.
    """

    verdict: Verdict
    decision: Decision
    ident: str


@dataclass(slots=True)
class Exchange:
    """What the shield knows of one exchange while it lasts.

    Attributes:
        request: The request.
        exempt: Whether its host is exempt (nothing is held or judged).
        stripped: Request headers to remove before it is sent on.
        page: The page that refuses it, or `None`.
        refusal: Why, while `page` holds a plain pixel in place of a picture that says it.
        held: Bytes reserved for its body.
        unsure: Whether it is held because its first bytes could not be decoded yet; it is no
            picture until it turns out to be one.
        torrent: Whether it is held as a torrent file.
        download: The filter that its body streams through, or `None`.
    """

    request: Request
    exempt: bool = False
    stripped: tuple[str, ...] = ()
    page: Page | None = None
    refusal: Refusal | None = None
    held: Reservation | None = None
    unsure: bool = False
    torrent: bool = False
    download: Download | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What the adapter does with a body.

    Attributes:
        action: Pass it, replace it by `body`, cut the connection, or refuse by `page`.
        body: The placeholder.
        mime: Its type.
        page: The page that refuses.
    """

    action: Action
    body: bytes = b""
    mime: str = ""
    page: Page | None = None
