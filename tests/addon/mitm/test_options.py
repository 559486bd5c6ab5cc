import asyncio
import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from mitmproxy import exceptions, options
from mitmproxy.addonmanager import Loader
from mitmproxy.addons import proxyserver, tlsconfig
from mitmproxy.test import tflow

from garim_addon.mitm import keylog
from garim_addon.mitm import options as module
from garim_addon.mitm.errors import HostError
from garim_addon.mitm.options import (
    CLIENT_CIPHERS,
    FIXED,
    SERVER_CIPHERS,
    HostSettings,
    ScriptGuard,
    guard,
    harden,
    host_options,
)
from garim_addon.mitm.trust import Trust

ADDON_ROOT = Path(__file__).parents[3] / "addon"

FORBIDDEN = [
    ("ssl_insecure", True, "unchecked"),
    ("validate_inbound_headers", False, "smuggling"),
    ("allow_hosts", ["a.test"], "around the inspection"),
    ("ignore_hosts", ["a.test"], "around the inspection"),
    ("tcp_hosts", ["a.test"], "around the inspection"),
    ("udp_hosts", ["a.test"], "around the inspection"),
    ("stream_large_bodies", "1m", "before the inspection"),
    ("body_size_limit", "1m", "before the inspection"),
    ("store_streamed_bodies", True, "before the inspection"),
    ("certs", ["x.pem"], "foreign certificate"),
    ("client_certs", "x.pem", "foreign certificate"),
    ("request_client_cert", True, "foreign certificate"),
    ("add_upstream_certs_to_client_chain", True, "foreign certificate"),
    ("proxy_debug", True, "write traffic down"),
    ("tls_version_client_min", "TLS1", "TLS 1.2 and newer"),
    ("tls_version_client_min", "UNBOUNDED", "TLS 1.2 and newer"),
    ("tls_version_server_min", "SSL3", "TLS 1.2 and newer"),
    ("tls_version_client_max", "TLS1_1", "TLS 1.2 and newer"),
    ("tls_version_server_max", "TLS1", "TLS 1.2 and newer"),
    ("ciphers_client", None, "weak ciphers"),
    ("ciphers_client", "AES128-SHA", "weak ciphers"),
    ("ciphers_server", ":".join([*SERVER_CIPHERS, "DES-CBC3-SHA"]), "weak ciphers"),
    ("ciphers_server", "@SECLEVEL=0:" + SERVER_CIPHERS[1], "weak ciphers"),
]


@pytest.fixture
def stock():
    """mitmproxy's options with their defaults."""
    opts = options.Options()

    class Master:
        options = opts

    for addon in (proxyserver.Proxyserver, tlsconfig.TlsConfig):
        addon.load(addon, Loader(Master()))
    return opts


@pytest.fixture
def ours(stock):
    stock.update(**host_options(HostSettings(state=Path("state")), Trust(file=Path("ca.pem"))))
    return stock


def test_our_own_options_pass_the_guard(ours):
    guard(ours)
    assert ours.connection_strategy == "lazy"
    assert ours.http3 is False
    assert ours.listen_host == "127.0.0.1"
    assert ours.listen_port == 8118
    assert ours.ssl_verify_upstream_trusted_ca == "ca.pem"


def test_ciphers_are_forward_secret_and_authenticated():
    names = {*CLIENT_CIPHERS, *SERVER_CIPHERS[1:]}
    assert SERVER_CIPHERS[0] == "@SECLEVEL=2"
    assert all(name.startswith("ECDHE-") for name in names)
    assert all("GCM" in name or "CHACHA20" in name for name in names)


@pytest.mark.parametrize(("name", "value", "why"), FORBIDDEN)
def test_what_must_never_be_on_is_refused_by_name(ours, name, value, why):
    ours.update(**{name: value})
    with pytest.raises(exceptions.OptionsError, match=why) as caught:
        guard(ours)
    assert name in str(caught.value)


@pytest.mark.parametrize("name", ["emudhra", "emudhra_old"])
def test_a_built_in_signing_key_is_refused(ours, name):
    ours.add_option(name, bool, False, "")
    guard(ours)
    ours.update(**{name: True})
    with pytest.raises(exceptions.OptionsError, match="compromised key"):
        guard(ours)


def test_a_key_log_is_refused(ours, monkeypatch):
    monkeypatch.setenv("SSLKEYLOGFILE", "keys")
    with pytest.raises(exceptions.OptionsError, match="key log"):
        guard(ours)
    keylog.silence()
    guard(ours)


def test_tls_13_only_is_allowed(ours):
    ours.update(tls_version_client_min="TLS1_3", tls_version_server_max="TLS1_3")
    guard(ours)


def test_hardening_leaves_no_weak_default(stock):
    with pytest.raises(exceptions.OptionsError):
        guard(stock)
    harden(stock, Trust(file=Path("ca.pem")))
    guard(stock)
    for name, value in FIXED.items():
        assert getattr(stock, name) == value
    assert "ECDHE-RSA-AES128-GCM-SHA256" in stock.ciphers_client  # mitmproxy's own root is RSA
    assert stock.ssl_verify_upstream_trusted_ca == "ca.pem"


def test_hardening_takes_a_folder_of_trust_too(stock):
    harden(stock, Trust(folder=Path("certs")))
    assert stock.ssl_verify_upstream_trusted_confdir == "certs"
    assert stock.ssl_verify_upstream_trusted_ca is None


def test_hardening_keeps_the_users_own_trust_and_refuses_the_users_mistakes(stock):
    stock.update(ssl_verify_upstream_trusted_ca="school.pem")
    harden(stock, Trust(file=Path("ca.pem")))
    assert stock.ssl_verify_upstream_trusted_ca == "school.pem"
    stock.update(ssl_insecure=True)
    with pytest.raises(exceptions.OptionsError, match="ssl_insecure"):
        harden(stock, Trust(file=Path("ca.pem")))


async def test_a_running_host_rolls_a_forbidden_change_back(start):
    proxy = await start()
    with pytest.raises(exceptions.OptionsError, match="ssl_insecure"):
        proxy.host.options.update(ssl_insecure=True)
    assert proxy.host.options.ssl_insecure is False


async def test_no_configuration_file_is_read(start, tmp_path):
    state = tmp_path / "state"
    state.mkdir(mode=0o700)
    (state / "config.yaml").write_text("ssl_insecure: true\n")
    proxy = await start()
    assert proxy.host.options.ssl_insecure is False


async def test_an_addon_that_refuses_an_option_refuses_the_start(start):
    class Refuses:
        def configure(self, updated):
            raise exceptions.OptionsError("not like this")

    with pytest.raises(HostError, match="not like this"):
        await start(Refuses())


SCRIPT = """
import sys
sys.path.insert(0, {root!r})
from mitmproxy import ctx
from garim_addon.mitm import options, trust
from pathlib import Path

class Script:
    def running(self):
        print("RUNNING", ctx.options.connection_strategy, ctx.options.http3, flush=True)
        ctx.master.shutdown()

addons = [options.ScriptGuard(lambda: trust.Trust(file=Path({ca!r}))), Script()]
"""


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        ([], "RUNNING lazy False"),
        (["--set", "ssl_insecure=true"], "ssl_insecure would leave servers unchecked"),
        (["--set", "ignore_hosts=a.test"], "ignore_hosts would let traffic around"),
        (["--set", "ciphers_server=AES128-SHA"], "ciphers_server allows weak ciphers"),
    ],
)
async def test_under_mitmdump(tmp_path, origin_files, args, sentence):
    script = tmp_path / "script.py"
    script.write_text(SCRIPT.format(root=str(ADDON_ROOT), ca=str(origin_files / "ca.pem")))
    process = await asyncio.create_subprocess_exec(
        *(str(Path(sys.executable).parent / "mitmdump"), "--listen-host", "127.0.0.1"),
        *("-p", "0", "--set", f"confdir={tmp_path}", "-s", str(script), *args),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "SSLKEYLOGFILE": ""},
    )
    try:
        out, _ = await asyncio.wait_for(process.communicate(), 60)
    except TimeoutError:
        process.kill()
        raise
    assert sentence in out.decode()
    assert ("exiting" in out.decode()) is bool(args)


def test_a_refused_script_serves_nobody(stock, monkeypatch):
    monkeypatch.setattr(module, "ctx", SimpleNamespace(options=stock))
    script = ScriptGuard(lambda: Trust(file=Path("ca.pem")))
    client = tflow.tclient_conn()
    stock.update(ssl_insecure=True)
    with pytest.raises(exceptions.OptionsError, match="ssl_insecure"):
        script.configure(set())
    script.client_connected(client)
    assert "ssl_insecure" in client.error


def test_an_accepted_script_serves(stock, monkeypatch):
    monkeypatch.setattr(module, "ctx", SimpleNamespace(options=stock))
    script = ScriptGuard(lambda: Trust(file=Path("ca.pem")))
    client = tflow.tclient_conn()
    script.configure(set())
    script.configure(set())
    script.client_connected(client)
    assert client.error is None
    assert stock.connection_strategy == "lazy"
