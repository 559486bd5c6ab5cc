"""The HTML of Garim's own pages: one file, both languages, no script, nothing from outside.

Rules:
- Every value is escaped here, once; callers hand in plain text.
- The language in force comes first, the other follows.
- The style is named in the policy by its digest, so that nothing else can be brought in.
- Readable from 240 pixels up, in light and in dark.
- Whoever is linked to does not hear which address was blocked (`noreferrer`).
"""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from garim_addon.text import LANGUAGES, language

MARK = "가림"
STYLE = """
:root{color-scheme:light dark;--paper:#f4f5f6;--card:#fff;--ink:#1d2125;--soft:#5b646d;
--line:#dfe3e6;--accent:#2f5d8a}
@media(prefers-color-scheme:dark){:root{--paper:#15181b;--card:#1e2226;--ink:#e8eaec;
--soft:#a0a8b0;--line:#343a40;--accent:#8ab8e6}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1rem;background:var(--paper);
color:var(--ink);font:1rem/1.6 system-ui,"Noto Sans KR","Apple SD Gothic Neo",
"Malgun Gothic",sans-serif;
word-break:keep-all;overflow-wrap:anywhere}
main{width:100%;max-width:38rem;background:var(--card);border:1px solid var(--line);
border-radius:.75rem;padding:clamp(1rem,5vw,2.25rem)}
.mark{margin:0 0 1.25rem;font-weight:700;color:var(--soft)}
.mark b{color:var(--ink);margin-right:.5rem}
h1,h2{margin:0 0 .5rem;line-height:1.3;font-size:1.5rem}
h2{font-size:1.125rem}
p{margin:0 0 .75rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1rem;margin:1rem 0;
padding:.75rem 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);
font-size:.9375rem}
dt{color:var(--soft)}dd{margin:0}
a{color:var(--accent)}
section+section{margin-top:1.75rem;padding-top:1.5rem;border-top:1px solid var(--line);
font-size:.9375rem;color:var(--soft)}
section+section dl{border:0;padding:0;margin:.5rem 0}
@media(max-width:24rem){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}h1{font-size:1.25rem}}
"""
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; style-src 'sha256-"
    + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    + "'"
)
"""The Content-Security-Policy that goes with `document`."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a page says in one language, as plain text.

    Attributes:
        title: The heading.
        paragraphs: Shown before the facts.
        facts: Label and value.
        closing: Shown after the facts.
        link: Label and address of the one thing to do, or `None`; `""` is this very address.
    """

    title: str
    paragraphs: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    link: tuple[str, str] | None = None


def tongues() -> tuple[str, ...]:
    """All languages, the one in force first."""
    first = language()
    return (first, *(tongue for tongue in LANGUAGES if tongue != first))


def document(status: str, content: Callable[[str], Content]) -> bytes:
    """Build the page.

    Args:
        status: Shown beside the mark, such as `451`.
        content: Returns what to say in a language.
    """
    order = tongues()
    sections = "".join(
        _section(tongue, content(tongue), "h2" if rank else "h1")
        for rank, tongue in enumerate(order)
    )
    title = " · ".join([MARK, *(content(tongue).title for tongue in order)])
    return (
        f'<!doctype html>\n<html lang="{order[0]}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width,initial-scale=1">\n'
        '<meta name="robots" content="noindex">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f'<p class="mark"><b lang="ko">{MARK}</b>{escape(status)}</p>\n{sections}</main>\n'
        "</body>\n</html>\n"
    ).encode()


def _section(tongue: str, content: Content, heading: str) -> str:
    parts = [f'<section lang="{tongue}">\n<{heading}>{escape(content.title)}</{heading}>\n']
    parts += [f"<p>{escape(text)}</p>\n" for text in content.paragraphs]
    if content.facts:
        rows = (f"<dt>{escape(k)}</dt><dd>{escape(v)}</dd>\n" for k, v in content.facts)
        parts.append(f"<dl>\n{''.join(rows)}</dl>\n")
    parts += [f"<p>{escape(text)}</p>\n" for text in content.closing]
    if content.link is not None:
        label, address = content.link
        rel = ' rel="noreferrer"' if address else ""
        parts.append(f'<p><a href="{escape(address)}"{rel}>{escape(label)}</a></p>\n')
    return "".join([*parts, "</section>\n"])
