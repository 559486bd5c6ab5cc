"""The demonstration's pages, from the templates in `pages/` and the plan.

Rules:
- Plain HTML, CSS and JavaScript; nothing from outside.
- Both languages are in each page; the browser's language chooses.
- Each page sets `data-ready` on its body when its eager pictures have settled.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from string import Template

from garim_agent.demo import plan
from garim_agent.demo.files import SUFFIX
from garim_agent.demo.plan import Fate, Plan

ASSETS = ("style.css", "common.js", "ready.js", "blob.js", "worker.js")
_FOLDER = files("garim_agent.demo") / "pages"
_WORDS = {Fate.SHOW: ("그대로", "shown"), Fate.COVER: ("가림", "covered")}


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        name: File name.
        heading: Korean and English heading.
        lead: Korean and English first paragraph.
        content: HTML between lead and end.
        pictures: What it shows.
        script: Script that reports readiness.
        icon: Address of its icon.
    """

    name: str
    heading: tuple[str, str]
    lead: tuple[str, str]
    content: str
    pictures: tuple[Plan, ...]
    script: str = "ready.js"
    icon: str = "favicon.ico"

    def html(self) -> str:
        """The whole page."""
        return template("frame.html").substitute(
            title=f"{self.heading[0]} · {self.heading[1]}",
            icon=self.icon,
            heading=_both(self.heading),
            lead=_both(self.lead),
            content=self.content,
            script=f'<script src="{self.script}"></script>',
        )


def template(name: str) -> Template:
    """Return a file of `pages/` as a template."""
    return Template(asset(name))


def asset(name: str) -> str:
    """Return a file of `pages/`."""
    return (_FOLDER / name).read_text("utf-8")


def path(picture: Plan) -> str:
    """Where the site keeps a picture."""
    return f"img/{picture.name}.{SUFFIX[picture.format]}"


def service_worker() -> str:
    """The service worker with the pictures that it keeps."""
    return template("sw.js").substitute(pictures=json.dumps([path(p) for p in plan.KEPT]))


def pages() -> tuple[Page, ...]:
    """Every page of the site."""
    return (_gallery(), _many(), _responsive(), _animated(), _blob(), _worker())


def _gallery() -> Page:
    sections = (
        (("평범한 그림", "Ordinary pictures"), plan.GALLERY_ORDINARY),
        (("시험 목록에 있는 그림", "On the test list"), plan.GALLERY_LISTED),
        (("분류기가 가려야 하는 그림", "For the classifier"), plan.GALLERY_CLASSIFIER),
    )
    content = "".join(
        f"<h2>{_both(heading)}</h2>\n{_grid(pictures)}" for heading, pictures in sections
    )
    return Page(
        "index.html",
        ("가림 시험 전시장", "Garim's test gallery"),
        (
            "모두 만들어 낸 그림입니다. 그림마다 가림을 거치면 어떻게 보여야 하는지 적혀 있습니다.",
            "Every picture here is made up. Each says what it should look like through Garim.",
        ),
        content,
        (*plan.GALLERY_ORDINARY, *plan.GALLERY_LISTED, *plan.GALLERY_CLASSIFIER, plan.ICON),
    )


def _many() -> Page:
    images = "\n".join(f'<img src="{path(p)}" alt="" width="80" height="60">' for p in plan.MANY)
    return Page(
        "many.html",
        ("그림 200장", "200 pictures"),
        (
            f"{plan.MANY_COVERED}장마다 한 장은 가려져야 합니다.",
            f"One in {plan.MANY_COVERED} should be covered.",
        ),
        f'<div class="many">\n{images}\n</div>',
        plan.MANY,
    )


def _responsive() -> Page:
    late = "".join(_figure(p, f'<img src="{path(p)}" alt="" loading="lazy">') for p in plan.LAZY)
    content = (
        f'<div class="gallery">\n{"".join(map(_choices, ("lake", "cover")))}</div>\n'
        f'<div class="gap"></div>\n<div class="gallery">\n{late}</div>\n'
    )
    return Page(
        "responsive.html",
        ("반응형 그림", "Responsive pictures"),
        (
            "srcset, picture, CSS 배경, 늦게 불러오는 그림입니다.",
            "srcset, picture, CSS backgrounds and lazy loading.",
        ),
        content,
        (*plan.RESPONSIVE, *plan.LAZY),
        icon="img/cover-jpeg-320.jpg",
    )


def _choices(name: str) -> str:
    found = {(p.format, p.width): p for p in plan.RESPONSIVE if p.name.startswith(f"{name}-")}
    small, large = path(found["jpeg", 320]), path(found["jpeg", 640])
    narrow, wide = path(found["avif", 320]), path(found["avif", 640])
    sources = (
        f'<source media="(max-width:600px)" type="image/avif" srcset="{narrow}">'
        f'<source type="image/avif" srcset="{wide}">'
        f'<source type="image/webp" srcset="{path(found["webp", 640])}">'
    )
    sized = f'<img srcset="{small} 320w, {large} 640w" sizes="224px" src="{large}" alt="">'
    chosen = f'<picture>{sources}<img src="{large}" alt=""></picture>'
    dense = f'<img srcset="{path(found["webp", 320])} 1x, {path(found["webp", 640])} 2x" alt="">'
    backdrop = f'<div class="backdrop" style="background-image:url({small})"></div>'
    picture = found["jpeg", 320]
    ways = {"srcset": sized, "picture": chosen, "1x 2x": dense, "CSS": backdrop}
    return "".join(_figure(picture, inside, label=label) for label, inside in ways.items())


def _animated() -> Page:
    return Page(
        "animated.html",
        ("움직이는 그림", "Animated pictures"),
        (
            "한 번만 움직이고 멈춥니다. 가려야 할 장면은 중간에 있습니다.",
            "They play once. What must be covered stands in the middle.",
        ),
        _grid(plan.ANIMATED),
        plan.ANIMATED,
    )


def _blob() -> Page:
    figures = "".join(
        _figure(p, '<img alt=""><canvas></canvas>', f' data-fetch="{path(p)}"')
        for p in plan.SCRIPTED
    )
    return Page(
        "blob.html",
        ("fetch와 blob", "fetch and blob"),
        (
            "스크립트가 받아 와서 그림과 캔버스로 보여 줍니다.",
            "A script fetches them and shows them as a picture and on a canvas.",
        ),
        f'<div class="gallery">\n{figures}</div>\n',
        plan.SCRIPTED,
        script="blob.js",
    )


def _worker() -> Page:
    figures = "".join(_figure(p, f'<img data-src="{path(p)}" alt="">') for p in plan.KEPT)
    return Page(
        "worker.html",
        ("서비스 워커", "Service worker"),
        (
            "서비스 워커가 저장해 둔 그림을 보여 줍니다.",
            "A service worker keeps these pictures and serves them from its cache.",
        ),
        f'<div class="gallery">\n{figures}</div>\n',
        plan.KEPT,
        script="worker.js",
    )


def _grid(pictures: Iterable[Plan]) -> str:
    figures = "".join(_figure(p, f'<img src="{path(p)}" alt="">') for p in pictures)
    return f'<div class="gallery">\n{figures}</div>\n'


def _figure(picture: Plan, inside: str, more: str = "", label: str = "") -> str:
    return (
        f'<figure data-expect="{picture.fate}"{more}>{inside}<figcaption>'
        f'<span>{label or picture.format.upper()}</span><span class="{picture.fate}">'
        f"{_both(_WORDS[picture.fate])}</span></figcaption></figure>\n"
    )


def _both(words: tuple[str, str]) -> str:
    return f'<span lang="ko">{words[0]}</span><span lang="en">{words[1]}</span>'
