"""Which site a host belongs to: the name that somebody registered, by a few rules.

Rules:
- The site is the last two labels; three where the registry sells names below a second level
  (`co.kr`, `ac.uk`, `seoul.kr`) or a provider gives each customer a name of its own (`github.io`).
- An IP address and a single label are a site of their own.

Why not the Public Suffix List: the copy that comes with mitmproxy's dependency `publicsuffix2` is
from 2019 and costs the proxy process 14 MB; here a wrong grouping only lets neighbours share a
bounded shift of the classifier's thresholds, never a list match and never an exemption.
"""

from functools import lru_cache

from garim_addon.decide.hosts import normal

# fmt: off
_REGISTRY = frozenset({
    "ac", "asn", "co", "com", "edu", "es", "go", "gob", "gouv", "gov", "govt", "gub", "hs",
    "id", "idf", "kg", "ltd", "me", "mil", "ms", "muni", "ne", "net", "nhs", "nom", "or", "org",
    "pe", "plc", "police", "re", "sc", "sch", "school", "web",
})
# fmt: on
"""Second-level labels under which country registries sell names."""

# fmt: off
_KOREAN_REGIONS = frozenset({
    "busan", "chungbuk", "chungnam", "daegu", "daejeon", "gangwon", "gwangju", "gyeongbuk",
    "gyeonggi", "gyeongnam", "incheon", "jeju", "jeonbuk", "jeonnam", "seoul", "ulsan",
})
# fmt: on

# fmt: off
_HOSTING = frozenset({
    "appspot.com", "azurewebsites.net", "b-cdn.net", "blogspot.com", "cafe24.com",
    "cloudfront.net", "egloos.com", "firebaseapp.com", "fly.dev", "github.io", "gitlab.io",
    "glitch.me", "herokuapp.com", "imweb.me", "modoo.at", "netlify.app", "onrender.com",
    "pages.dev", "r2.dev", "tistory.com", "tumblr.com", "vercel.app", "web.app",
    "wordpress.com", "workers.dev",
})
# fmt: on
"""Providers whose customers are strangers to each other."""


@lru_cache(maxsize=4096)
def site_of(host: str) -> str:
    """Return the site of `host` in the one spelling of `decide.hosts`."""
    name = normal(host)
    labels = name.split(".")
    if len(labels) <= 2 or ":" in name or labels[-1].isdigit():
        return name
    return ".".join(labels[-3 if _shared(labels[-2], labels[-1]) else -2 :])


def _shared(second: str, top: str) -> bool:
    if len(top) == 2 and second in _REGISTRY:
        return True
    if top == "kr" and second in _KOREAN_REGIONS:
        return True
    return f"{second}.{top}" in _HOSTING
