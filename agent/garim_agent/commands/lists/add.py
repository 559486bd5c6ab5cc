"""`garim lists add`: follow a feed.

Rules:
- The first trust is the administrator's word: a root file, or its fingerprint, that came by another
  way than the feed itself. Nothing is believed because a server says it.
- What will be trusted is shown and asked about before anything is written.
"""

from pathlib import Path
from urllib.parse import urlsplit

from garim_addon.text import N_, _
from garim_agent import lists
from garim_agent.commands.lists.sync import fetch, report
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING, UsageError
from garim_agent.folders import folders
from garim_agent.surface import agreed, say
from garim_feed.sync import trust
from garim_feed.sync.store import ListStore

EXTRAS = ("policy", "models")


def run(
    feed: str, root: Path | None, fingerprint: str, *, name: str, accept: str, yes: bool
) -> int:
    """Follow a feed and fetch it once; returns the exit code."""
    extras = _extras(accept)
    data = _root(feed, root, fingerprint)
    facts = trust.inspect(data)
    called = name or default_name(feed)
    for sentence in (
        _("Feed {name}: {feed}", name=called, feed=feed),
        _("Root fingerprint: {fingerprint}", fingerprint=trust.readable(facts.fingerprint)),
        _(
            "{threshold} of its {keys} keys must sign; valid until {time}.",
            threshold=facts.threshold,
            keys=facts.keys,
            time=lists.moment(facts.expires),
        ),
        *(_("It may also set: {extras}.", extras=", ".join(extras)) for _once in extras[:1]),
    ):
        say(sentence)
    if not agreed(_("Trust this feed?"), yes=yes):
        say(_("Nothing was changed."))
        return EXIT_ERROR
    store = ListStore(folders().lists)
    for other in store.feeds():
        if "policy" in extras and other.policy:
            raise UsageError(
                N_("The feed {name} sets the policy already; only one can."), name=other.name
            )
    store.add(called, feed, data, policy="policy" in extras, models="models" in extras)
    status = report(fetch(store, called))
    if status != EXIT_NOTHING:
        say(_("{name} is followed all the same, and asked again later.", name=called))
    return status


def default_name(feed: str) -> str:
    """Return what to call a feed whose user did not say: its host or folder."""
    host = urlsplit(feed).hostname if "://" in feed else Path(feed).absolute().name
    letters = [letter if letter.isascii() and letter.isalnum() else "-" for letter in host or ""]
    return "".join(letters).lower().strip("-")[:32].strip("-") or "feed"


def _root(feed: str, root: Path | None, fingerprint: str) -> bytes:
    if root is None and not fingerprint:
        raise UsageError(
            N_(
                "Say whom to trust: --root FILE or --fingerprint HEX, as the feed's keepers gave "
                "it to you by another way than the feed itself."
            )
        )
    if root is None:
        return trust.fetch_root(feed, fingerprint)
    data = root.read_bytes()
    if fingerprint and not trust.same(trust.inspect(data).fingerprint, fingerprint):
        raise UsageError(N_("{path} has another fingerprint than --fingerprint says."), path=root)
    return data


def _extras(accept: str) -> tuple[str, ...]:
    wanted = tuple(word.strip() for word in accept.split(",") if word.strip())
    for word in wanted:
        if word not in EXTRAS:
            raise UsageError(
                N_("--accept is {accept}; it must be policy, models or policy,models."),
                accept=accept,
            )
    return wanted
