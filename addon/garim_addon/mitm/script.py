"""Garim under plain mitmdump: `mitmdump -s .../garim_addon/mitm/script.py`.

Rules:
- The same shield as in the embedded host. mitmdump brings its own options and its own authority, so
  the guard refuses to start with options that must never be on, and `garim run` is the better way.
- The option `garim_home` names the folder for state and policy.
"""

from pathlib import Path

from mitmproxy import ctx, exceptions
from mitmproxy.addonmanager import Loader

from garim_addon.assembly import Assembly, Places
from garim_addon.mitm.addon import ShieldAddon
from garim_addon.mitm.options import ScriptGuard
from garim_addon.mitm.patches.catalogue import apply_all
from garim_addon.mitm.trust import Trust, system_trust
from garim_addon.text import _, explain


class Script:
    """Builds the shield once its option is known, and runs its addon."""

    def __init__(self) -> None:
        self._assembly: Assembly | None = None
        self.addons: list[object] = []

    def load(self, loader: Loader) -> None:
        """Declare our one option."""
        loader.add_option(
            name="garim_home",
            typespec=str,
            default="~/.garim",
            help=_("Folder of Garim's state and policy.toml."),
        )

    def configure(self, updated: set[str]) -> None:
        """Build the shield the first time; its folder is settled from then on."""
        if self._assembly is not None or "garim_home" not in updated:
            return
        try:
            self._assembly = Assembly(places())
        except Exception as error:
            raise exceptions.OptionsError(explain(error)) from error  # type: ignore[no-untyped-call]
        self._assembly.shield.can_peek = apply_all()["bodies"]
        self.addons.append(ShieldAddon(self._assembly.shield))

    async def running(self) -> None:
        """Start the inspectors."""
        if self._assembly is not None:
            await self._assembly.start()

    async def done(self) -> None:
        """Stop them."""
        if self._assembly is not None:
            await self._assembly.close()


def places() -> Places:
    """Files and folders under the option `garim_home`."""
    home = Path(ctx.options.garim_home).expanduser().absolute()
    policy, models = home / "policy.toml", home / "models"
    return Places(
        home / "state",
        policy if policy.exists() else None,
        models if models.is_dir() else None,
    )


def _trust() -> Trust:
    return system_trust(places().state)


addons = [ScriptGuard(_trust), Script()]
