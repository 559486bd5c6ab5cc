import socket
import threading

import pytest
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from garim_feed.sync.cutting import OpenSockets, pools


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def test_a_reader_in_another_thread_sees_the_end(server):
    held = OpenSockets()
    connection = pools(held)["http"].ConnectionCls("127.0.0.1", server.getsockname()[1], timeout=30)
    connection.connect()
    other, _ = server.accept()
    read = []
    reader = threading.Thread(target=lambda: read.append(connection.sock.recv(1)))
    reader.start()
    held.cut()
    reader.join(10)
    assert read == [b""]
    connection.close()
    held.sweep()
    other.close()


def test_an_answer_of_a_closed_connection_can_be_cut_until_it_is_swept(server):
    held = OpenSockets()
    connection = pools(held)["http"].ConnectionCls("127.0.0.1", server.getsockname()[1], timeout=30)
    connection.connect()
    other, _ = server.accept()
    answer = connection.sock.makefile("rb")
    connection.close()
    assert len(held) == 1
    held.cut()
    assert answer.read(1) == b""
    held.sweep()
    assert len(held) == 0
    answer.close()
    other.close()


def test_what_is_open_stays_held(server):
    held = OpenSockets()
    connection = pools(held)["http"].ConnectionCls("127.0.0.1", server.getsockname()[1], timeout=30)
    for _ in range(3):
        connection.connect()
        held.sweep()
        assert len(held) == 1
        connection.close()
    held.sweep()
    assert len(held) == 0
    held.cut()


def test_a_connection_made_anew_has_one_socket(server):
    held = OpenSockets()
    connection = pools(held)["http"].ConnectionCls("127.0.0.1", server.getsockname()[1], timeout=30)
    connection.connect()
    first = connection.sock
    connection.connect()
    held.sweep()
    assert len(held) == 1
    first.close()
    connection.close()
    held.sweep()


def test_both_schemes_are_covered():
    """urllib3 makes its connections in a method that this relies on."""
    made = pools(OpenSockets())
    assert issubclass(made["http"], HTTPConnectionPool)
    assert issubclass(made["https"], HTTPSConnectionPool)
    for pool in made.values():
        assert "_new_conn" in vars(pool.ConnectionCls)
        assert callable(super(pool.ConnectionCls, pool.ConnectionCls)._new_conn)
