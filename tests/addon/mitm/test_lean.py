"""Each in a process of its own: mitmproxy is imported in this one."""

import subprocess
import sys
from pathlib import Path

from garim_addon.mitm import lean

ROOT = Path(__file__).parents[3]
START = f"""
import sys, warnings
warnings.simplefilter("ignore")
sys.path[:0] = [{str(ROOT / "addon")!r}]
from garim_addon.mitm import lean
"""


def run(code):
    command = [sys.executable, "-c", START + code]
    process = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert process.returncode == 0, process.stderr
    return process.stdout.split()


def test_the_host_loads_without_the_rest():
    code = """
assert lean.install() and lean.install()
from garim_addon.mitm import master
print(*[m for m in ("flask", "ldap3", "mitmproxy.addons.onboarding", "mitmproxy.addons.core",
                    "numpy", "PIL", "onnxruntime") if m in sys.modules])
"""
    assert run(code) == ["mitmproxy.addons.core"]


def test_what_is_asked_for_is_there_nevertheless():
    code = """
assert lean.install()
import mitmproxy.addons
assert not hasattr(mitmproxy.addons, "__nothing__")
print(len(mitmproxy.addons.default_addons()) > 20, mitmproxy.addons.core.__name__)
from mitmproxy.tools.dump import DumpMaster
print(DumpMaster.__name__)
"""
    assert run(code) == ["True", "mitmproxy.addons.core", "DumpMaster"]


def test_an_unknown_name_is_an_error():
    code = """
assert lean.install()
try:
    from mitmproxy.addons import nothing_of_this_name
except ImportError:
    print("refused")
"""
    assert run(code) == ["refused"]


def test_too_late_is_said_and_harmless():
    assert lean.install() is False
    assert run("import mitmproxy.addons\nprint(lean.install())") == ["False"]
