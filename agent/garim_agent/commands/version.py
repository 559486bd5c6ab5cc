"""`garim version`: versions of the program, the proxy core, the models and the lists in force."""

from importlib.metadata import version

from garim_addon.text import _
from garim_agent import __version__
from garim_agent.errors import EXIT_NOTHING
from garim_agent.folders import folders
from garim_agent.lists import in_force
from garim_agent.surface import put
from garim_models.manifest import available


def run() -> int:
    """Print one line each."""
    put(f"garim {__version__}")
    for package in ("mitmproxy", "onnxruntime"):
        put(f"{package} {version(package)}")
    for model in available():
        put(_("model {name} {version}", name=model.name, version=model.version))
    for each in in_force(folders().lists):
        put(
            _(
                "list {name} {version} ({feed})",
                name=each.manifest.name,
                version=each.manifest.version,
                feed=each.feed,
            )
        )
    return EXIT_NOTHING
