"""A webhook on loopback that keeps what is posted, and answers as a test says."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

SECRET = "a long key"


@dataclass
class Receiver:
    """What was posted: headers and body; and the status that comes next, 200 unless said otherwise."""

    port: int
    posts: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    stall: str = ""  #: "before" the status, or "after" it
    over: Event = field(default_factory=Event)
    on_post: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.posts]

    @property
    def titles(self) -> list[str]:
        return [event["title"] for event in self.events]


def verified(headers: dict[str, str], body: bytes, secret: str = SECRET) -> bool:
    """What docs/mail.md tells a receiver to do."""
    signed = headers["x-wire-timestamp"].encode() + b"." + body
    expected = "sha256=" + hmac.new(secret.encode(), signed, "sha256").hexdigest()
    return hmac.compare_digest(expected, headers["x-wire-signature"])


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self) -> None:
        here = self.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        here.posts.append(({name.lower(): value for name, value in self.headers.items()}, body))
        here.paths.append(self.path)
        here.on_post()
        if here.stall == "before":
            here.over.wait(20)
            return
        self.send_response(here.statuses.pop(0) if here.statuses else 200)
        for name, value in here.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "10" if here.stall else "0")
        self.end_headers()
        if here.stall:
            here.over.wait(20)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def receiving() -> Iterator[Receiver]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        receiver = Receiver(server.server_address[1])
        server.RequestHandlerClass = type("Handler", (_Handler,), {"receiver": receiver})
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.over.set()
            server.shutdown()
            thread.join()
