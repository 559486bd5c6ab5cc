"""A patch is applied only to the code that it was written for.

Rules:
- Each patch names the functions that it replaces or leans on, with a digest of their source.
- One unknown digest, a missing function or missing source: the patch is left out, one WARNING says
  what is slower or less exact for it, and `Registry.applied` shows it. Nothing else changes.
- Blank lines and trailing spaces do not count; every other change of the source does.
"""

import hashlib
import importlib
import inspect
import logging
import textwrap
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

_log = logging.getLogger(__name__)

_INHERITED = object()

type Undo = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Patch:
    """One replacement.

    Attributes:
        name: Its name, as `Registry.applied` shows it.
        loses: What is slower or less exact without it; completes "Without it ...".
        relies_on: `module:qualified.name` of each function to its `digest`.
        install: Replaces the code and returns what puts it back.
        needs: Another patch, earlier in the list, without which it is left out.
    """

    name: str
    loses: str
    relies_on: Mapping[str, str]
    install: Callable[[], Undo]
    needs: "Patch | None" = None


class Registry:
    """Patches of one process and whether they are in force."""

    def __init__(self, patches: Iterable[Patch]) -> None:
        self._patches = tuple(patches)
        self._undo: dict[str, Undo] = {}

    def apply(self) -> dict[str, bool]:
        """Apply what is not applied yet; return `applied`."""
        for patch in self._patches:
            if patch.name in self._undo:
                continue
            unknown = unknown_code(patch.relies_on)
            if patch.needs and patch.needs.name not in self._undo:
                unknown.append(f"the patch {patch.needs.name} is left out")
            if unknown:
                _log.warning(
                    "The patch %s does not fit this version of mitmproxy (%s). Without it %s.",
                    patch.name,
                    ", ".join(unknown),
                    patch.loses,
                )
                continue
            self._undo[patch.name] = patch.install()
        return self.applied()

    def applied(self) -> dict[str, bool]:
        """Return each patch's name and whether it is in force."""
        return {patch.name: patch.name in self._undo for patch in self._patches}

    def revert(self) -> None:
        """Put all replaced code back, last first."""
        for name in reversed(list(self._undo)):
            self._undo.pop(name)()


def digest(function: object) -> str:
    """Return 32 hex digits of the SHA-256 of a function's normalized source.

    Raises:
        OSError: When there is no source to read.
        TypeError: When it is not a function or class.
    """
    source = textwrap.dedent(inspect.getsource(function))  # type: ignore[arg-type]
    lines = (line.rstrip() for line in source.splitlines())
    normal = "\n".join(line for line in lines if line)
    return hashlib.sha256(normal.encode()).hexdigest()[:32]


def find(where: str) -> object:
    """Return what `module:qualified.name` names.

    Raises:
        ImportError: When there is no such module.
        AttributeError: When it does not have the name.
    """
    module, _, path = where.partition(":")
    found: object = importlib.import_module(module)
    for name in path.split("."):
        found = getattr(found, name)
    return found


def unknown_code(relies_on: Mapping[str, str]) -> list[str]:
    """List the functions that are not the code that the digests were taken of."""
    return [where for where, known in relies_on.items() if _digest_or_none(where) != known]


def replace(owner: object, name: str, new: object) -> Undo:
    """Set `owner.name` to `new` and return what puts the old value back, or takes it away again."""
    old = vars(owner).get(name, _INHERITED)
    setattr(owner, name, new)
    if old is _INHERITED:
        return lambda: delattr(owner, name)
    return lambda: setattr(owner, name, old)


def replace_all(*replacements: tuple[object, str, object]) -> Undo:
    """Do several `replace`s as one."""
    undo = [replace(*each) for each in replacements]

    def put_back() -> None:
        for each in reversed(undo):
            each()

    return put_back


def _digest_or_none(where: str) -> str | None:
    try:
        return digest(find(where))
    except (ImportError, AttributeError, OSError, TypeError):
        return None
