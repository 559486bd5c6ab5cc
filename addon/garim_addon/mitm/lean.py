"""Only the addons of mitmproxy that Garim uses are loaded.

`mitmproxy.addons` imports every addon, with a web server, a WSGI adapter and three LDAP packages
behind them: 15 MB and a third of a second. `install`, called before anything of mitmproxy's is
imported, puts a package in its place that imports its modules one by one as they are asked for, and
becomes the real one when somebody asks for anything else of it.
"""

import importlib.machinery
import importlib.util
import sys
from pathlib import Path
from types import ModuleType

_NAME = "mitmproxy.addons"


def install() -> bool:
    """Put the lean package in place.

    Returns:
        Whether it is in place; `False` when mitmproxy's own was imported before.
    """
    present = sys.modules.get(_NAME)
    if present is None:
        spec = importlib.util.find_spec(_NAME)
        if spec is None or spec.loader is None or spec.submodule_search_locations is None:
            raise ImportError(f"{_NAME} cannot be found", name=_NAME)
        present = _Lean(spec)
        sys.modules[_NAME] = present
        # What the import system would do after importing it.
        setattr(sys.modules["mitmproxy"], "addons", present)  # noqa: B010 - a module's attribute
    return isinstance(present, _Lean)


class _Lean(ModuleType):
    """A package whose `__init__` runs only when something of it is asked for."""

    def __init__(self, spec: importlib.machinery.ModuleSpec) -> None:
        super().__init__(spec.name)
        self.__spec__ = spec
        self.__file__ = spec.origin
        self.__path__ = list(spec.submodule_search_locations or ())

    def __getattr__(self, name: str) -> object:
        is_module = any(Path(folder, f"{name}.py").is_file() for folder in self.__path__)
        spec = self.__spec__
        if spec and spec.loader and not is_module and not name.startswith("__"):
            spec.loader.exec_module(self)
            if name in self.__dict__:
                return self.__dict__[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}", name=name)
