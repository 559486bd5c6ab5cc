"""Connections that any thread can cut: the last word against a server that keeps us waiting.

Rules:
- A time limit for each read is not enough: one byte now and then keeps every read short. So each
  socket has a twin (a second descriptor of the same connection) that a timer can shut down, while
  names are exchanged with a proxy, in a TLS handshake, in headers, or in a body.
- A twin outlives its connection object: an answer may still be read after that was given up.

Weakness: looking up the server's name has the system's own time limit.
"""

import contextlib
import socket
import threading

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class OpenSockets:
    """The open sockets, held by descriptors of their own so that any thread can cut them."""

    def __init__(self) -> None:
        self._held: list[tuple[HTTPConnection, socket.socket]] = []
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._held)

    def hold(self, connection: HTTPConnection, sock: socket.socket) -> None:
        """Remember a connection's new socket."""
        twin = sock.dup()
        with self._lock:
            self._held.append((connection, twin))

    def cut(self) -> None:
        """Shut every socket down: whoever waits for it sees its end."""
        with self._lock:
            for _connection, twin in self._held:
                with contextlib.suppress(OSError):
                    twin.shutdown(socket.SHUT_RDWR)

    def sweep(self) -> None:
        """Let go of sockets whose connections are closed; for when no answer is being read."""
        with self._lock:
            latest = {id(connection): twin for connection, twin in self._held}
            kept = []
            for connection, twin in self._held:
                if connection.is_closed or twin is not latest[id(connection)]:
                    twin.close()
                else:
                    kept.append((connection, twin))
            self._held = kept


def pools(held: OpenSockets) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes whose connections can be cut."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            held.hold(self, sock)
            return sock

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            held.hold(self, sock)
            return sock

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
