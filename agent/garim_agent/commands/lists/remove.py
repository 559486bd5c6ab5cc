"""`garim lists remove`: stop following a feed."""

from garim_addon.text import _
from garim_agent.errors import EXIT_ERROR, EXIT_NOTHING
from garim_agent.folders import folders
from garim_agent.surface import agreed, say
from garim_feed.sync.store import ListStore
from garim_feed.sync.update import reapply


def run(name: str, *, yes: bool) -> int:
    """Stop following a feed; its lists leave force at once. Returns the exit code."""
    store = ListStore(folders().lists)
    feed = store.feed(name)
    question = _("Stop following {name} ({url})?", name=feed.name, url=feed.url)
    if not agreed(question, yes=yes):
        say(_("Nothing was changed."))
        return EXIT_ERROR
    store.remove(feed.name)
    reapply(store)
    say(_("{name} is no longer followed; its lists are no longer in force.", name=feed.name))
    return EXIT_NOTHING
