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
from garim_addon.mitm.options import guard, harden
from garim_addon.mitm.patches.catalogue import apply_all
from garim_addon.mitm.trust import system_trust
from garim_addon.text import _, explain


class Script:
    """Builds the shield when mitmproxy is ready, and adds its addon to the chain."""

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
        """Refuse what must never be on, at the start and at every change."""
        if self._assembly is not None or "garim_home" not in updated:
            guard(ctx.options, unset_ciphers=self._assembly is None)
            return
        home = Path(ctx.options.garim_home).expanduser().absolute()
        places = _places(home)
        try:
            harden(ctx.options, system_trust(places.state))
            self._assembly = Assembly(places)
        except exceptions.OptionsError:
            raise
        except Exception as error:
            raise exceptions.OptionsError(explain(error)) from error  # type: ignore[no-untyped-call]
        patches = apply_all()
        self._assembly.shield.can_peek = patches["bodies"]
        self.addons.append(ShieldAddon(self._assembly.shield))

    async def running(self) -> None:
        """Start the inspectors."""
        if self._assembly is not None:
            await self._assembly.start()

    async def done(self) -> None:
        """Stop them."""
        if self._assembly is not None:
            await self._assembly.close()


def _places(home: Path) -> Places:
    policy, models = home / "policy.toml", home / "models"
    return Places(
        home / "state",
        policy if policy.exists() else None,
        models if models.is_dir() else None,
    )


addons = [Script()]
