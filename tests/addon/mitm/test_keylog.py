import pytest
from mitmproxy.net import tls as net_tls

from garim_addon.mitm import keylog


@pytest.fixture(autouse=True)
def silent_after():
    yield
    keylog.silence()


@pytest.mark.parametrize("name", ["SSLKEYLOGFILE", "MITMPROXY_SSLKEYLOGFILE"])
def test_the_environment_is_cleared(name, monkeypatch, tmp_path):
    for each in keylog.VARIABLES:
        monkeypatch.setenv(each, str(tmp_path / "keys"))
    monkeypatch.delenv(name)
    assert not keylog.is_silent()
    assert keylog.silence()
    assert keylog.is_silent()
    assert not keylog.silence()


def test_what_mitmproxy_read_already_is_taken_back(monkeypatch, tmp_path):
    logger = net_tls.make_master_secret_logger(str(tmp_path / "keys"))
    monkeypatch.setattr(net_tls, "log_master_secret", logger)
    before = context()
    logger(None, b"CLIENT_RANDOM 00 00")
    assert not keylog.is_silent()
    assert keylog.silence()
    assert logger.f.closed
    assert context() is not before


def context():
    return net_tls.create_proxy_server_context(
        method=net_tls.Method.TLS_CLIENT_METHOD,
        min_version=net_tls.Version.TLS1_2,
        max_version=net_tls.Version.UNBOUNDED,
        cipher_list=None,
        ecdh_curve=None,
        verify=net_tls.Verify.VERIFY_PEER,
        ca_path=None,
        ca_pemfile=None,
        client_cert=None,
        legacy_server_connect=False,
    )
