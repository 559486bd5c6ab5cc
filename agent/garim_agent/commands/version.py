"""`garim version`: versions of the program, the proxy core, the models and the lists."""

import sys
from importlib.metadata import version

from garim_addon.text import _
from garim_agent import __version__
from garim_agent.errors import EXIT_NOTHING
from garim_feed.index import builtin
from garim_models.manifest import available


def run() -> int:
    """Print one line each."""
    lines = [
        f"garim {__version__}",
        f"mitmproxy {version('mitmproxy')}",
        f"onnxruntime {version('onnxruntime')}",
    ]
    lines += [
        _("model {name} {version}", name=manifest.name, version=manifest.version)
        for manifest in available()
    ]
    lines.append(_("lists {version}", version=builtin().version))
    sys.stdout.write("\n".join(lines) + "\n")
    return EXIT_NOTHING
