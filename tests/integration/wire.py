"""A wire between riposte and a server: every request passes through, and a test may do something about it first.

    with Wire(emulator.url, lambda request: ...) as wire:
        ... --endpoint-url wire.url ...
        wire.requests  # [Request("iam", "PutUserPolicy"), ...]

What the function gives decides: None lets the request and its answer pass, "drop" lets the request pass and cuts the
connection before the answer, "refuse" cuts it before anything has passed, "deny" answers that it is not allowed; a
status and a body are answered instead.
"""

import http.client
import re
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple


class Request(NamedTuple):
    service: str
    operation: str  # as far as the protocol names it: of REST services method and path


def request_of(method, path, headers, body):
    scope = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("Authorization", ""))
    target = headers.get("X-Amz-Target", "")
    action = re.search(rb"(?:^|&)Action=([A-Za-z]+)", body)
    operation = target.rpartition(".")[2] or (action.group(1).decode() if action else f"{method} {path}")
    return Request(scope.group(1) if scope else "", operation)


class Wire:
    def __init__(self, url, on_request=lambda request: None):
        self.host = urllib.parse.urlsplit(url).netloc
        self.on_request = on_request
        self.requests = []
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def forward(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                request = request_of(self.command, self.path, self.headers, body)
                wire.requests.append(request)
                decision = wire.on_request(request)
                if decision == "refuse":
                    self.close_connection = True
                    return
                if isinstance(decision, tuple):
                    status, content = decision
                    self.send_response_only(status)
                    self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    self.wfile.write(content.encode())
                    return
                if decision == "deny":
                    self.deny()
                    return
                connection = http.client.HTTPConnection(wire.host)
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                content = answer.read()
                connection.close()
                if decision == "drop":
                    self.close_connection = True
                    return
                self.send_response_only(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def deny(self):
                is_json = "X-Amz-Target" in self.headers
                content = (b'{"__type":"AccessDeniedException","message":"no"}' if is_json else
                           b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
                           if self.path == "/" else
                           b"<Error><Code>AccessDenied</Code><Message>no</Message></Error>")
                self.send_response_only(403)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = forward

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda *_: None  # who is cut off does not wait for an answer
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def calls(self, operation):
        return sum(request.operation == operation for request in self.requests)
