"""One publish in a process of its own, to be killed: `publisher.py WORKSPACE FOLDER`."""

import sys
from pathlib import Path

from garim_feed.publish import publishing
from garim_feed.publish.workspace import Workspace


def main() -> None:
    """Publish what is staged."""
    with Workspace.open(Path(sys.argv[1])) as workspace:
        print("ready", flush=True)
        sys.stdin.readline()
        publishing.publish(workspace, "Kim", Path(sys.argv[2]))


if __name__ == "__main__":
    main()
