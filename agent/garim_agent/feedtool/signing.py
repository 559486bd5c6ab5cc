"""`garim-feed sign | unstage | publish | refresh`: from approved changes to files on a web server.

Rules:
- The first to sign builds what is signed; everybody after signs the same bytes.
- Nothing is published that lacks a signature. Stopped at any moment, the folder is whole, and the
  same command finishes the work.
"""

from pathlib import Path

from garim_addon.text import _
from garim_agent.errors import EXIT_NOTHING
from garim_agent.feedtool.bars import told
from garim_agent.feedtool.session import Session, published
from garim_agent.surface import put, say
from garim_feed.publish import publishing, staging
from garim_feed.publish.publishing import Published
from garim_feed.publish.staging import Stage


def sign(session: Session, *, again: bool) -> int:
    """Sign what waits for signatures; builds it when nothing waits.

    Args:
        session: Who signs.
        again: Build it anew from what is approved now; the signatures so far are lost.
    """
    with session.open() as workspace:
        who = session.person(workspace)
        signer = session.signer(workspace)
        if again or staging.staged(workspace) is None:
            with told() as tell:
                staging.stage(workspace, who, progress=tell)
        roles = staging.sign(workspace, who, signer)
        stage = staging.staged(workspace)
    say(_("{person} signed: {roles}.", person=who, roles=", ".join(roles)))
    if stage is not None:
        for sentence in missing(stage):
            put(sentence)
    return EXIT_NOTHING


def unstage(session: Session) -> int:
    """Throw away what waits for signatures; approved changes stay."""
    with session.open() as workspace:
        staging.unstage(workspace, session.person(workspace))
    say(_("Nothing waits for signatures any more; what was approved stays approved."))
    return EXIT_NOTHING


def publish(session: Session, folder: Path | None) -> int:
    """Write what is signed into the folder that a web server serves."""
    target = published(folder)
    with session.open() as workspace, told() as tell:
        who = session.person(workspace)
        done = publishing.publish(workspace, who, target, progress=tell)
    for name, version in done.lists.items():
        put(_("{list} version {version}", list=name, version=version))
    _written(done, target)
    return EXIT_NOTHING


def refresh(session: Session, folder: Path | None) -> int:
    """Sign the short-lived roles again where they near their end: for a timer."""
    target = published(folder)
    with session.open() as workspace, told() as tell:
        done = publishing.refresh(workspace, target, progress=tell)
    if done is None:
        say(_("Nothing nears its end; nothing was written."))
    else:
        _written(done, target)
    return EXIT_NOTHING


def missing(stage: Stage) -> list[str]:
    """What a stage still lacks, one sentence a role."""
    lacking = [role for role in stage.roles if role.missing]
    if not lacking:
        return [_("All signatures are there. Next: garim-feed publish FOLDER.")]
    return [
        _(
            "{role}: {signed} of {needed} signatures; can still sign: {people}.",
            role=role.role,
            signed=len(role.signed),
            needed=role.needed,
            people=", ".join(role.can_sign) or "-",
        )
        for role in lacking
    ]


def _written(done: Published, folder: Path) -> None:
    say(
        _(
            "{files} files ({size} bytes) written to {folder}; timestamp {version}.",
            files=done.files,
            size=f"{done.size:,}",
            folder=folder,
            version=done.timestamp,
        )
    )
