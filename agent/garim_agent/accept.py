"""Whether a feed's policy and models can be used here: `python -m garim_agent.accept FOLDER`.

Rules:
- The very loaders that will use them say so, in a process of its own: digests, schema, and that the
  model runs on this machine.
- Exit code 0: all of it. Exit code 1: the sentence that says why not, on standard output.
- `garim-feed` asks the same before it signs them.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from garim_addon.decide.policy import Policy
from garim_agent.folders import MODELS, POLICY
from garim_feed.lookup.plan import Failure
from garim_models.loader import load
from garim_models.manifest import available


def check(folder: Path) -> None:
    """Load everything in a folder.

    Args:
        folder: Holds `policy.toml`, `models/<name>/...`, or both.

    Raises:
        PolicyError: When the policy cannot be used.
        ModelError: When a model cannot be used.
    """
    if (folder / POLICY).exists():
        Policy.load(folder / POLICY)
    for manifest in available(folder / MODELS):
        for variant in manifest.variants:
            load(manifest.name, directory=folder / MODELS, variant=variant)


def main(arguments: Sequence[str]) -> int:
    """Check one folder; returns the exit code."""
    try:
        check(Path(arguments[0]))
    except Exception as error:
        template, params = getattr(error, "template", None), getattr(error, "params", {})
        if template is None:
            raise
        plain = {
            name: each if isinstance(each, int) else str(each) for name, each in params.items()
        }
        sys.stdout.write(Failure(template=template, params=plain).model_dump_json())
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
