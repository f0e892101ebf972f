"""A network between phones and the service, which a test cuts, and which loses replies: a forwarder on a port."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_HOST = "127.0.0.1"
_CHUNK = 65536


class Network:
    """Forwards to a port of this machine. ``url`` is where phones find the service."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._up = True
        self._losing = False
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server((_HOST, 0))
        self.url = f"http://{_HOST}:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """No request arrives any more, and those under way are broken off."""
        self._up = False
        with self._lock:
            for connection in self._open:
                _shut(connection)
            self._open.clear()

    def lose_replies(self) -> None:
        """Requests arrive, and their replies do not come back."""
        self._losing = True
        self._break_idle()

    def restore(self) -> None:
        """As it was."""
        self._up, self._losing = True, False
        self._break_idle()

    def close(self) -> None:
        """Stop for good."""
        self.cut()
        self._listener.close()

    def _break_idle(self) -> None:
        """Connections kept open by a browser were opened under other rules."""
        with self._lock:
            for connection in self._open:
                _shut(connection)
            self._open.clear()

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(phone,), daemon=True).start()

    def _connect(self, phone: socket.socket) -> None:
        if not self._up:
            _shut(phone)
            return
        try:
            service = socket.create_connection((_HOST, self._target), timeout=10)
        except OSError:
            _shut(phone)
            return
        service.settimeout(None)
        with self._lock:
            self._open |= {phone, service}
        losing = self._losing
        threading.Thread(target=self._pump, args=(phone, service), daemon=True).start()
        self._pump(service, phone, swallow=losing)

    def _pump(self, source: socket.socket, target: socket.socket, *, swallow: bool = False) -> None:
        with suppress(OSError):
            while data := source.recv(_CHUNK):
                if swallow:
                    break
                target.sendall(data)
        with self._lock:
            self._open -= {source, target}
        _shut(source)
        _shut(target)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextmanager
def network_to(port: int) -> Iterator[Network]:
    """A network that stands until the end of the block."""
    network = Network(port)
    try:
        yield network
    finally:
        network.close()
