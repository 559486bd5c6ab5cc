"""Connections that any thread can cut: the last word against a server that keeps us waiting.

Rules:
- A time limit for each read is not enough: one byte now and then keeps every read short. So each
  socket has a twin (a second descriptor of the same connection) that a timer can shut down, while
  names are exchanged with a proxy, in a TLS handshake, in headers, or in a body.

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
        self._held: dict[int, socket.socket] = {}
        self._lock = threading.Lock()

    def hold(self, connection: HTTPConnection, sock: socket.socket) -> None:
        """Remember a connection's socket."""
        twin = sock.dup()
        with self._lock:
            self._held[id(connection)] = twin

    def let_go(self, connection: HTTPConnection) -> None:
        """Forget a connection's socket."""
        with self._lock:
            twin = self._held.pop(id(connection), None)
        if twin is not None:
            twin.close()

    def cut(self) -> None:
        """Shut every socket down: whoever waits for it sees its end."""
        with self._lock:
            for twin in self._held.values():
                with contextlib.suppress(OSError):
                    twin.shutdown(socket.SHUT_RDWR)


def pools(held: OpenSockets) -> dict[str, type[HTTPConnectionPool]]:
    """Return pool classes whose connections can be cut."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            held.hold(self, sock)
            return sock

        def close(self) -> None:
            held.let_go(self)
            super().close()

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            sock = super()._new_conn()
            held.hold(self, sock)
            return sock

        def close(self) -> None:
            held.let_go(self)
            super().close()

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
