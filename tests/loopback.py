"""A Web server on loopback for programs that fetch by themselves, and waiting for what they do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TypeVar

ALLOWED = '[fetch]\nallow_networks = ["127.0.0.0/8"]\n'
Found = TypeVar("Found")


@dataclass
class Loopback:
    """Documents by path; a path in `stalls` is answered with half a document, and then nothing more."""

    port: int
    documents: dict[str, bytes] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    stalls: set[str] = field(default_factory=set)
    over: Event = field(default_factory=Event)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class _Handler(BaseHTTPRequestHandler):
    loopback: Loopback

    def do_GET(self) -> None:
        body = self.loopback.documents.get(self.path)
        self.send_response(self.loopback.statuses.get(self.path, 200 if body is not None else 404))
        self.send_header("Content-Type", self.loopback.types.get(self.path, "application/xml"))
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.path in self.loopback.stalls:
            self.wfile.write((body or b"")[: len(body or b"") // 2])
            self.loopback.over.wait(30)
            return
        self.wfile.write(body or b"")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served() -> Iterator[Loopback]:
    """A server that answers until the end of the block."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        loopback = Loopback(server.server_address[1])
        server.RequestHandlerClass = type("Handler", (_Handler,), {"loopback": loopback})
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield loopback
        finally:
            loopback.over.set()
            server.shutdown()
            thread.join()


def eventually(look: Callable[[], Found], seconds: float = 20) -> Found:
    """What `look` finds, as soon as it finds anything; an AssertionError if it has found nothing in time."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"nothing within {seconds} s"
        time.sleep(0.05)
    return found
