import pytest
from bench.client import ClientError, body_length


def test_the_length_of_a_good_answer_is_read():
    assert body_length(b"HTTP/1.1 200 OK\r\nServer: x\r\nCONTENT-length:  123\r\n\r\n") == 123


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Content-Length: 3\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_any_other_answer_does_not_count(head):
    with pytest.raises(ClientError):
        body_length(head)
