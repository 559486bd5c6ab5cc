"""What every command of `garim-feed` needs: which workspace, who acts, and their key.

Rules:
- Who acts is said once: `--as` or `GARIM_FEED_PERSON`. It is never guessed, because it is signed.
- A person's key is where their card says, or where `--key` says; it must be the key of the card.
- What a command works on by default is the only one there is, never the first of several.
"""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from securesystemslib.signer import Signer

from garim_addon.text import N_
from garim_agent.errors import UsageError
from garim_agent.feedtool.calling import PERSON
from garim_agent.feedtool.secrets import Passwords
from garim_feed.publish import lists, people
from garim_feed.publish.signing_keys import open_signer
from garim_feed.publish.workspace import Workspace

PUBLISHED = "GARIM_FEED_PUBLISH"


@dataclass(frozen=True, slots=True)
class Session:
    """The program's own options.

    Attributes:
        folder: The workspace.
        who: Who acts, or `""`.
        key: Where that person's private key lies (a file or a URI), or `""` for what the card says.
        library: PKCS#11 module of a token.
        passwords: Asks for secrets.
    """

    folder: Path = Path()
    who: str = ""
    key: str = ""
    library: Path | None = None
    passwords: Passwords = field(default_factory=Passwords)

    def open(self) -> Workspace:
        """Open the workspace.

        Raises:
            FeedError: When there is none.
        """
        return Workspace.open(self.folder)

    def person(self, workspace: Workspace) -> str:
        """Return who acts.

        Raises:
            UsageError: When nobody was named.
        """
        if not self.who:
            known = ", ".join(each.card.name for each in people.people(workspace))
            raise UsageError(
                N_("Say who you are: --as NAME or {variable}. This feed's people: {known}."),
                variable=PERSON,
                known=known,
            )
        return people.person(workspace, self.who).card.name

    def signer(self, workspace: Workspace) -> Signer:
        """Return the key of who acts; asks for its password.

        Raises:
            UsageError: When nobody was named.
            FeedError: When the key cannot be opened.
        """
        card = people.person(workspace, self.person(workspace)).card
        if self.key:
            named = ":" in self.key and not Path(self.key).exists()
            uri = self.key if named else f"file:{Path(self.key).absolute()}"
            card = replace(card, uri=uri)
        return open_signer(card, self.passwords, library=self.library)


def chosen_list(workspace: Workspace, name: str) -> lists.ListInfo:
    """Return the list that `--list` names; without a name the only one there is.

    Raises:
        UsageError: When there is none, or several and none was named.
        FeedError: When there is none of that name.
    """
    if name:
        return lists.list_info(workspace, name)
    known = lists.lists(workspace)
    if len(known) == 1:
        return known[0]
    if not known:
        raise UsageError(N_("This feed has no list yet; make one: garim-feed list new NAME."))
    names = ", ".join(info.name for info in known)
    raise UsageError(N_("Say which list: --list NAME. This feed's lists: {names}."), names=names)


def published(folder: Path | None) -> Path:
    """Return the folder that the feed is published in.

    Raises:
        UsageError: When it was not named.
    """
    given = folder or os.environ.get(PUBLISHED, "")
    if not given:
        raise UsageError(
            N_("Say which folder the feed is published in: give it, or set {variable}."),
            variable=PUBLISHED,
        )
    return Path(given)
