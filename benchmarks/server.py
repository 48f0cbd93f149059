"""Feeds on loopback for the benchmarks: many sources made from a folder of documents, each on an address of its own."""

from __future__ import annotations

import asyncio
import hashlib
import multiprocessing
import re
from dataclasses import dataclass, field
from pathlib import Path

_LINK = re.compile(
    rb"(<(?:link|guid|id)\b[^>]*>\s*)(https?://)?([^<\s]+)|(<link\b[^>]*\bhref=[\"'])(https?://)([^\"']+)"
)
_FIRST = re.compile(rb"<(item|entry)[\s>]")
GROWN = {
    b"item": b"<item><title>One more of source %d</title><link>https://s%d.example/more</link>"
    b"<guid isPermaLink='false'>more-%d</guid><pubDate>Sat, 21 Nov 2026 10:00:00 GMT</pubDate>"
    b"<description>China and the United States: a new model and a new rule.</description></item>",
    b"entry": b"<entry><title>One more of source %d</title><link href='https://s%d.example/more'/>"
    b"<id>more-%d</id><updated>2026-11-21T10:00:00Z</updated>"
    b"<summary>China and the United States: a new model and a new rule.</summary></entry>",
}


@dataclass(frozen=True)
class Site:
    """What one source serves: its document, before and after it has grown by one entry."""

    host: str
    bodies: tuple[bytes, bytes]


def sites(folder: Path, count: int) -> list[Site]:
    """`count` sources made from the documents of a folder, with ids and links of their own."""
    documents = [path.read_bytes() for path in sorted(folder.glob("*.xml"))]
    return [_site(documents[number % len(documents)], number) for number in range(count)]


def _site(document: bytes, number: int) -> Site:
    prefix = b"https://s%d.example/" % number

    def own(found: re.Match[bytes]) -> bytes:
        if found[4]:
            return found[4] + prefix + found[6]
        return found[1] + (prefix if found[2] else b"s%d-" % number) + found[3]

    body = _LINK.sub(own, document)
    kind = _FIRST.search(body)
    grown = body
    if kind:
        grown = body[: kind.start()] + GROWN[kind[1]] % (number, number, number) + body[kind.start() :]
    return Site(f"127.{1 + number // 250}.0.{1 + number % 250}", (body, grown))


@dataclass
class Server:
    """Serves sites at http://HOST:PORT/feed.xml, with ETags, in a process of its own."""

    sites: list[Site]
    port: int
    latency: float = 0.0
    grown: bool = False
    _process: multiprocessing.process.BaseProcess | None = field(default=None, repr=False)

    def url(self, site: Site) -> str:
        return f"http://{site.host}:{self.port}/feed.xml"

    def __enter__(self) -> Server:
        ready = multiprocessing.get_context("fork").Event()
        self._process = multiprocessing.get_context("fork").Process(target=self._run, args=(ready,), daemon=True)
        self._process.start()
        ready.wait(60)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process:
            self._process.kill()
            self._process.join()

    def _run(self, ready: multiprocessing.synchronize.Event) -> None:
        asyncio.run(self._serve(ready))

    async def _serve(self, ready: multiprocessing.synchronize.Event) -> None:
        answers = {site.host: _answers(site.bodies[self.grown]) for site in self.sites}
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Talk(answers, self.latency), "0.0.0.0", self.port, backlog=1024)
        ready.set()
        await server.serve_forever()


def _answers(body: bytes) -> tuple[bytes, bytes, bytes]:
    etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nETag: %s\r\nContent-Length: %d\r\n\r\n"
    unchanged = b"HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n" % etag
    return etag, head % (etag, len(body)) + body, unchanged


class _Talk(asyncio.Protocol):
    def __init__(self, answers: dict[str, tuple[bytes, bytes, bytes]], latency: float) -> None:
        self._answers, self._latency, self._heard = answers, latency, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            request, _, self._heard = self._heard.partition(b"\r\n\r\n")
            etag, whole, unchanged = self._answers[self._transport.get_extra_info("sockname")[0]]
            answer = unchanged if etag in request else whole
            if b"/feed.xml" not in request.split(b"\r\n")[0]:
                answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, answer)
