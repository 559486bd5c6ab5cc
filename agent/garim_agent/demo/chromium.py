"""A real Chromium with its own profile that trusts one installation's root certificate.

Rules:
- The browser gets its own home folder with its own NSS store: the user's browser and stores are not
  touched, and nothing is left when the folder goes.
- No background traffic of the browser's own, no QUIC, loopback goes through the proxy as well.
"""

import os
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from garim_addon.text import N_
from garim_agent.errors import UsageError

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
    "--force-device-scale-factor=1",
    "--hide-scrollbars",
)


def find_browser(given: str = "") -> str:
    """Path of Chromium.

    Raises:
        UsageError: When there is none.
    """
    path = given if given and Path(given).is_file() else None
    for name in () if given else NAMES:
        path = path or shutil.which(name)
    if path is None:
        raise UsageError(
            N_("No Chromium was found: install it (apt-get install chromium) or give --browser.")
        )
    return path


def trust(home: Path, certificates: tuple[Path, ...]) -> None:
    """Make an NSS store in `home` that trusts `certificates`.

    Raises:
        UsageError: When NSS's certutil is missing or fails.
    """
    certutil = shutil.which("certutil")
    if certutil is None:
        raise UsageError(N_("certutil is missing: install it (apt-get install libnss3-tools)."))
    store = home / ".pki" / "nssdb"
    store.mkdir(parents=True, mode=0o700)
    base = [certutil, "-d", f"sql:{store}"]
    commands = [[*base, "-N", "--empty-password"]]
    for number, file in enumerate(certificates):
        commands.append([*base, "-A", "-t", "C,,", "-n", f"garim-{number}", "-i", str(file)])
    for command in commands:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise UsageError(N_("certutil failed: {detail}"), detail=done.stderr.strip())


@asynccontextmanager
async def chromium(
    home: Path,
    *,
    proxy: str = "",
    browser: str = "",
    certificates: tuple[Path, ...] = (),
    language: str = "en",
    viewport: tuple[int, int] = (1180, 900),
) -> AsyncIterator["BrowserContext"]:
    """Run a headless Chromium for the length of the context.

    Args:
        home: A new folder for profile and certificate store.
        proxy: `host:port` of the proxy; empty for none.
        browser: Path of Chromium; found by itself when empty.
        certificates: Root certificates (PEM) to trust.
        language: What pages are asked for in.
        viewport: Width and height in CSS pixels.

    Raises:
        UsageError: When the browser, its driver or certutil is missing.
    """
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise UsageError(
            N_("The browser driver is missing: install it (pip install 'garim[demo]').")
        ) from None
    path = find_browser(browser)
    trust(home, certificates)
    flags = [*FLAGS]
    if proxy:
        flags += [f"--proxy-server=http://{proxy}", "--proxy-bypass-list=<-loopback>"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        flags.append("--no-sandbox")  # Chromium refuses to run as root with it
    async with async_playwright() as driver:
        context = await driver.chromium.launch_persistent_context(
            str(home / "profile"),
            executable_path=path,
            headless=True,
            args=flags,
            env={**os.environ, "HOME": str(home)},
            locale=language,
            viewport={"width": viewport[0], "height": viewport[1]},
        )
        try:
            yield context
        finally:
            await context.close()
