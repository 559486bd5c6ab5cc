"""What a real browser makes of each page of the demonstration site, kept to be compared."""

import asyncio
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from PIL import Image

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Page, Response, ViewportSize

SETTLED = "document.body.dataset.ready === 'true'"
MOVING = "animated.html"
"""The page whose pictures move for a moment."""
COMPLETE = "[...document.images].every((image) => image.complete)"
LOW: "ViewportSize" = {"width": 1180, "height": 300}
"""A viewport lower than every page: a full screenshot of it is painted anew as a whole, while one
that fits is put together from what was painted before, and rounded corners differ by a shade."""
_SHOWN = """
() => [...document.querySelectorAll("img, canvas, .backdrop")].map((element) => {
  const box = element.getBoundingClientRect();
  const behind = getComputedStyle(element).backgroundImage.slice(5, -2);
  const script = element.closest("[data-fetch]");
  const source = script ? script.dataset.fetch : element.currentSrc || behind;
  return {
    kind: element.localName === "div" ? "background" : element.localName,
    path: new URL(source, location.href).pathname.slice(1),
    box: [box.left, box.top + scrollY, box.right, box.bottom + scrollY].map(Math.round),
    size: [element.naturalWidth || element.width || 0,
           element.naturalHeight || element.height || 0],
    lazy: element.loading === "lazy",
  };
})
"""
_PROTOCOLS = """
() => Object.fromEntries(performance.getEntriesByType("resource")
  .filter((entry) => entry.transferSize > 0)
  .map((entry) => [new URL(entry.name).pathname.slice(1), entry.nextHopProtocol]))
"""
_FETCH = """
async (paths) => Object.fromEntries(await Promise.all(paths.map(async (path) => {
  const answer = await fetch("/" + path);
  const body = new Uint8Array(await answer.arrayBuffer());
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body));
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const picture = new Image();
  picture.src = "/" + path;
  await picture.decode();
  return [path, {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    sha256: hex(digest),
    head: hex(body.slice(0, 64)),
    size: [picture.naturalWidth, picture.naturalHeight],
  }];
})))
"""


@dataclass(frozen=True)
class Shown:
    """One element that shows a picture.

    Attributes:
        kind: `img`, `canvas` or `background`.
        path: The picture's path on the site.
        box: Left, top, right, bottom on the page in pixels.
        size: Natural width and height; 0, 0 for a background.
        lazy: Whether it is loaded late.
    """

    kind: str
    path: str
    box: tuple[int, int, int, int]
    size: tuple[int, int]
    lazy: bool


@dataclass(frozen=True)
class Fetched:
    """One picture as a script of the page gets it."""

    status: int
    headers: dict[str, str]
    sha256: str
    head: bytes
    size: tuple[int, int]


@dataclass(frozen=True)
class Visit:
    """One page in one browser.

    Attributes:
        shown: Its elements.
        screenshot: The whole page.
        answers: Status and headers of each resource by path, `""` being the page itself.
        protocols: Protocol to the next hop by path, as the browser measured it.
        complaints: Console errors and warnings, page errors, failed requests.
    """

    shown: tuple[Shown, ...]
    screenshot: Image.Image
    answers: dict[str, tuple[int, tuple[tuple[str, str], ...]]]
    protocols: dict[str, str]
    complaints: tuple[str, ...]


@dataclass
class _Ear:
    """Listens to a page."""

    complaints: list[str] = field(default_factory=list)
    answers: "list[Response]" = field(default_factory=list)

    def on(self, page: "Page") -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure))
        page.on("response", self._answer)

    def _console(self, message: "ConsoleMessage") -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)

    def _failed(self, url: str, failure: str | None) -> None:
        self.complaints.append(f"{failure} {_path(url)}")

    def _answer(self, response: "Response") -> None:
        if response.url.startswith("http") and not response.from_service_worker:
            self.answers.append(response)


async def visit_all(page: "Page", base: str, names: Iterable[str]) -> dict[str, Visit]:
    """Open pages one after another, wait until each has settled, and keep what is seen."""
    ear = _Ear()
    ear.on(page)
    visits = {}
    for name in names:
        ear.complaints.clear()
        ear.answers.clear()
        await open_in(page, f"{base}/{name}")
        visits[name] = await _seen(page, ear, moving=name == MOVING)
    return visits


async def open_in(page: "Page", address: str) -> None:
    """Open a page of the site in a tab that is there already, and wait until all is shown.

    The tab of `browse.open_page` is new each time and for a moment of no size, which would have
    the page choose pictures for a narrow screen now and then.
    """
    await page.goto(address, wait_until="load")
    height = await page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, int(height), 600):
        await page.evaluate("(top) => window.scrollTo(0, top)", top)
    await page.wait_for_function(SETTLED)
    await page.wait_for_function(COMPLETE)
    await page.evaluate("window.scrollTo(0, 0)")


async def fetch(page: "Page", paths: Sequence[str]) -> dict[str, Fetched]:
    """Fetch and decode pictures as a script of the page would, some at a time."""
    found = {}
    for at in range(0, len(paths), 40):
        raw = await page.evaluate(_FETCH, paths[at : at + 40])
        for path, one in raw.items():
            head = bytes.fromhex(one.pop("head"))
            found[path] = Fetched(**one | {"size": tuple(one["size"])}, head=head)
    return found


async def shown(page: "Page") -> tuple[Shown, ...]:
    """Every element that shows a picture."""
    raw: list[dict[str, Any]] = await page.evaluate(_SHOWN)
    return tuple(
        Shown(**one | {"box": tuple(one["box"]), "size": tuple(one["size"])}) for one in raw
    )


async def _seen(page: "Page", ear: _Ear, *, moving: bool) -> Visit:
    assert await page.evaluate("document.body.dataset.error") is None
    elements = await shown(page)
    screenshot = await _still(page, moving=moving)
    answers = list(ear.answers)
    headers = await asyncio.gather(*(answer.all_headers() for answer in answers))
    kept = {
        _path(answer.url): (answer.status, tuple(sorted(fields.items())))
        for answer, fields in zip(answers, headers, strict=True)
    }
    protocols = await page.evaluate(_PROTOCOLS)
    return Visit(elements, screenshot, kept, protocols, tuple(ear.complaints))


async def _still(page: "Page", *, moving: bool) -> Image.Image:
    """Take the whole page's picture; of moving pictures, once two in a row are the same."""
    await page.set_viewport_size(LOW)
    before, taken = b"", await page.screenshot(full_page=True, animations="allow")
    while moving and taken != before:
        before, taken = taken, await page.screenshot(full_page=True, animations="allow")
    return Image.open(io.BytesIO(taken)).convert("RGB")


def _path(url: str) -> str:
    return urlsplit(url).path.lstrip("/")
