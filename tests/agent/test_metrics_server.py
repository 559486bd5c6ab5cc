import asyncio

import pytest

from garim_agent.errors import UsageError
from garim_agent.metrics_server import answer, serve_metrics

PORT = 9105


def head(line="GET /metrics HTTP/1.1", **fields):
    values = {"Host": f"127.0.0.1:{PORT}"} | {k.replace("_", "-"): v for k, v in fields.items()}
    lines = [line, *(f"{name}: {value}" for name, value in values.items() if value is not None)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (head(), 200),
        (head(Host=f"localhost:{PORT}"), 200),
        (head(Host=f" 127.0.0.1:{PORT} "), 200),
        (head(Sec_Fetch_Site="none"), 200),
        (head(Host="127.0.0.1"), 421),
        (head(Host=f"127.0.0.1:{PORT + 1}"), 421),
        (head(Host=f"evil.example:{PORT}"), 421),
        (head(Host=f"127.0.0.1:{PORT}.evil.example"), 421),
        (head(Host=f"[::1]:{PORT}"), 421),
        (head(Host=""), 421),
        (head(Host=None), 421),
        (head(Origin="http://evil.example"), 403),
        (head(Origin="null"), 403),
        (head(Origin=f"http://127.0.0.1:{PORT}"), 403),
        (head(Sec_Fetch_Site="cross-site"), 403),
        (head(Sec_Fetch_Site="same-origin"), 403),
        (head("POST /metrics HTTP/1.1"), 404),
        (head("GET / HTTP/1.1"), 404),
        (head("GET /metrics/x HTTP/1.1"), 404),
        (head("GET //metrics HTTP/1.1"), 404),
        (head(""), 404),
        (b"\r\n\r\n", 421),
        (b"\xff\xfe\r\n\r\n", 421),
    ],
)
def test_only_this_very_machine_and_no_page_gets_the_figures(request_, status):
    got = answer(request_, PORT, lambda: b"the figures")
    first, _, rest = got.partition(b"\r\n")
    assert first.startswith(b"HTTP/1.1 %d " % status)
    assert (b"the figures" in got) == (status == 200)
    length = b"11" if status == 200 else b"0"
    assert b"Content-Length: " + length + b"\r\n" in rest
    assert b"access-control" not in got.lower()


async def ask(port, request_):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request_)
    async with asyncio.timeout(20):
        got = await reader.read()
    writer.close()
    await writer.wait_closed()
    return got


async def test_it_serves_over_a_real_socket():
    figures = iter((b"first", b"second"))
    async with serve_metrics(0, lambda: next(figures)) as port:
        for body in (b"first", b"second"):
            assert (await ask(port, head(Host=f"127.0.0.1:{port}"))).endswith(b"\r\n\r\n" + body)
        assert b" 421 " in await ask(port, head())
    with pytest.raises(OSError, match=r"refused|Connect"):
        await asyncio.open_connection("127.0.0.1", port)


async def test_a_head_without_end_is_hung_up_on():
    async with serve_metrics(0, lambda: b"") as port:
        assert await ask(port, b"GET /metrics HTTP/1.1\r\nX: " + b"a" * 20_000) == b""


async def test_a_client_that_goes_away_is_no_error(caplog):
    async with serve_metrics(0, lambda: b"x") as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /met")
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await ask(port, head(Host=f"127.0.0.1:{port}"))).endswith(b"\r\n\r\nx")
    assert not caplog.records


async def test_a_taken_port_is_one_sentence():
    async with serve_metrics(0, lambda: b"") as port:
        with pytest.raises(UsageError, match=f"Port {port} for metrics cannot be used"):
            async with serve_metrics(port, lambda: b""):
                pass
