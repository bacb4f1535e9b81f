"""An HTTP server that does what a script says, in a thread of its own.

    with Peer([Answer(503), Answer(200, b"{}")]) as peer:
        ... f"http://127.0.0.1:{peer.port}" ...
        peer.requests  # [(head, body), ...]

Each request takes the next step; the last one is repeated.
"""

import socket
import struct
import threading
from dataclasses import dataclass, field


@dataclass
class Answer:
    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    announced: int | None = None  # as Content-Length, where it shall lie


@dataclass
class Raw:
    data: bytes


class Reset:
    """Ends the connection with a reset."""


class Stall:
    """Takes the request and never answers."""


class Endless:
    """Sends a body for as long as it is taken."""


class Peer:
    def __init__(self, steps):
        self.steps = steps
        self.requests = []
        self.connections = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self):
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()
        for connection in self.connections:
            connection.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            stream = connection.makefile("rb")
            while True:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    line = stream.readline()
                    if not line:
                        return
                    head += line
                length = next((int(line.split(b":")[1]) for line in head.splitlines()
                               if line.lower().startswith(b"content-length:")), 0)
                step = self.steps[min(len(self.requests), len(self.steps) - 1)]
                self.requests.append((head.decode(), stream.read(length)))
                if not self.take(connection, step):
                    return
        except OSError:
            pass

    def take(self, connection, step):
        """Whether the connection goes on."""
        if isinstance(step, Answer):
            length = len(step.body) if step.announced is None else step.announced
            headers = "".join(f"{name}: {value}\r\n" for name, value in step.headers.items())
            connection.sendall(f"HTTP/1.1 {step.status} Scripted\r\nContent-Length: {length}\r\n{headers}\r\n".encode()
                               + step.body)
            if step.announced is not None:
                connection.shutdown(socket.SHUT_RDWR)
            return step.announced is None
        if isinstance(step, Raw):
            connection.sendall(step.data)
            connection.shutdown(socket.SHUT_RDWR)
        if isinstance(step, Reset):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()
        if isinstance(step, Endless):
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                connection.sendall(b"x" * 65536)
        if isinstance(step, Stall):
            while connection.recv(65536):
                pass
        return False
