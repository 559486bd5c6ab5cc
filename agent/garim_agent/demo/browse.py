"""What a real browser makes of the demonstration site, with and without Garim."""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Page

_FETCH = """
async (paths) => {
  const found = {};
  for (const path of paths) {
    const answer = await fetch(path);
    const body = await answer.arrayBuffer();
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
    const picture = new Image();
    picture.src = path;
    await picture.decode().catch(() => {});
    found[path] = {
      status: answer.status,
      type: answer.headers.get("content-type") || "",
      sha256: btoa(String.fromCharCode(...digest)),
      width: picture.naturalWidth,
      height: picture.naturalHeight,
    };
  }
  return found;
}
"""
_SETTLED = "() => [...document.images].every((image) => image.complete)"


@dataclass(frozen=True, slots=True)
class Seen:
    """One picture as the page got it.

    Attributes:
        status: HTTP status.
        type: Content-Type.
        sha256: Digest of the bytes (32 bytes).
        width: Pixels as decoded.
        height: Pixels as decoded.
    """

    status: int
    type: str
    sha256: bytes
    width: int
    height: int


async def open_page(context: "BrowserContext", address: str, screenshot: Path | None) -> "Page":
    """Open a page, scroll through it so that lazy pictures load, and take its picture.

    Args:
        context: The browser.
        address: The page.
        screenshot: Where its full picture goes (PNG), or `None`.
    """
    page = await context.new_page()
    await page.goto(address, wait_until="load")
    height = await page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, int(height), 600):
        await page.evaluate("(top) => window.scrollTo(0, top)", top)
    await page.wait_for_load_state("networkidle")
    await page.wait_for_function(_SETTLED)
    await page.evaluate("window.scrollTo(0, 0)")
    if screenshot is not None:
        await page.screenshot(path=str(screenshot), full_page=True)
    return page


async def look(page: "Page", paths: Iterable[str]) -> dict[str, Seen]:
    """Fetch and decode pictures as a script of the page would.

    Args:
        page: An open page of the site.
        paths: The pictures' paths.
    """
    raw = await page.evaluate(_FETCH, list(paths))
    return {
        path: Seen(
            int(one["status"]),
            str(one["type"]),
            base64.b64decode(one["sha256"]),
            int(one["width"]),
            int(one["height"]),
        )
        for path, one in raw.items()
    }
