"""Rows: what goes wrong between the request and the end of the answer."""

from __future__ import annotations

import asyncio
import socket
import struct
from itertools import count

from tests.faults.rows import FEED, GOOD, Row, refused
from tests.faults.server import AT_ONCE, Part, Talk
from tests.fetch.server import answer

HEAD = b"HTTP/1.1 200 OK\r\n"
ENDLESS = HEAD + b"Content-Type: text/xml\r\nConnection: close\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
# Which limit is noticed first, and whether an end is clean, is a matter of chance.
TOO_SLOW = ("no complete answer within timeout (4 s)", "nothing came for read_timeout (2 s)")
BROKE_OFF, NOT_HTTP = "the answer broke off", "the answer is not valid HTTP"
CLOSED = ("the server closed the connection without an answer", BROKE_OFF, "no connection to")


async def close(talk: Talk) -> None:
    """Without a word."""


async def wait(talk: Talk) -> None:
    await talk.wait()


def stalled(data: bytes) -> Part:
    """The beginning, and then nothing."""

    async def play(talk: Talk) -> None:
        await talk.send(data)
        await talk.wait()

    return play


def reset(data: bytes) -> Part:
    """The beginning, and then RST."""

    async def play(talk: Talk) -> None:
        await talk.send(data)
        found = talk.writer.get_extra_info("socket")
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        talk.writer.transport.abort()

    return play


def dripping(data: bytes, start: int) -> Part:
    """The beginning, and then a byte a second."""

    async def play(talk: Talk) -> None:
        await talk.send(data[:start])
        for byte in data[start:]:
            await talk.send(bytes([byte]))
            await asyncio.sleep(1)

    return play


def endless(start: bytes, more: bytes) -> Part:
    """As long as anybody listens; after every piece the other talks have their turn."""

    async def play(talk: Talk) -> None:
        await talk.send(start)
        for _ in count():
            await talk.send(more)
            await asyncio.sleep(0)

    return play


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def with_header(line: bytes) -> bytes:
    return HEAD + line + b"\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(FEED) + FEED


SILENCES = (
    refused("No answer", wait, TOO_SLOW),
    refused("Closed at once", {AT_ONCE: close}, CLOSED),
    refused("Closed after the request", close, CLOSED),
    refused("Reset at once", {AT_ONCE: reset(b"")}, CLOSED),
    refused("Reset in the middle", reset(GOOD[:-20]), BROKE_OFF),
    refused("Stalled in the status line", stalled(b"HTTP/1.1 20"), TOO_SLOW),
    refused("Stalled headers", stalled(HEAD + b"Content-Type: text/xml\r\n"), TOO_SLOW),
    refused("Stalled body", stalled(GOOD[:-20]), TOO_SLOW),
    refused("Stalled before the body", stalled(GOOD[: -len(FEED)]), TOO_SLOW),
    refused("Dripping body", dripping(GOOD, len(GOOD) - 60), TOO_SLOW),
    refused("Dripping headers", dripping(GOOD, 3), TOO_SLOW),
    refused(
        "Dripping robots",
        {"/robots.txt": dripping(GOOD, 3), "/feed": GOOD},
        "which forbids everything",
        settings='kind = "sitemap"',
    ),
)
ENDLESS_ONES = (
    refused("Endless body", endless(ENDLESS, b"<!-- -->" * 2000), "larger than max_size (2,000,000 bytes)"),
    refused("Endless body after an error", endless(ENDLESS.replace(b"200 OK", b"500 Oh"), b"no " * 5000), "500"),
    refused("Endless chunks", endless(CHUNKED, chunk(b" " * 9000)), "larger than max_size"),
    refused("Endless chunk extension", endless(CHUNKED + b"1;", b"x" * 9000), TOO_SLOW),
    refused("Endless headers", endless(HEAD, b"X-More: more\r\n" * 100), "larger than max_headers (65,536 bytes)"),
    refused("Endless status line", endless(b"HTTP/1.1 200 ", b"very " * 1000), NOT_HTTP),
    refused(
        "Endless interim answers", endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n" * 50), "max_headers"
    ),
    refused("Endless trailers", endless(CHUNKED + chunk(FEED) + b"0\r\n", b"X-More: more\r\n" * 100), "max_headers"),
    refused("Huge header", with_header(b"X-Huge: " + b"x" * 99_000), "max_headers"),
    Row("Large header", with_header(b"X-Large: " + b"x" * 30_000), items=2),
)
LENGTHS = (
    refused("Content-Length too long", answer(200, FEED, length=len(FEED) + 50), BROKE_OFF),
    Row("Content-Length too short", answer(200, FEED + b"<!-- more -->", length=len(FEED)), items=2),
    refused("Content-Length that cuts the feed", answer(200, FEED, length=20), "the document is not a feed"),
    refused("Content-Length below zero", HEAD + b"Content-Length: -5\r\n\r\n" + FEED, NOT_HTTP),
    refused("Content-Length of words", HEAD + b"Content-Length: many\r\n\r\n" + FEED, NOT_HTTP),
    refused("Two Content-Lengths", HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + FEED, NOT_HTTP),
    Row("Content-Length beyond all limits", HEAD + b"Content-Length: 99999999999999999999\r\n\r\n" + FEED, items=2),
    refused("A length of ten gigabytes", stalled(HEAD + b"Content-Length: 10000000000\r\n\r\n" + FEED), TOO_SLOW),
    Row("No Content-Length", ENDLESS + FEED, items=2),
    Row("Chunks", CHUNKED + chunk(FEED[:50]) + chunk(FEED[50:]) + b"0\r\n\r\n", items=2),
    refused("Chunks that break off", CHUNKED + chunk(FEED), BROKE_OFF),
    refused("A chunk that breaks off", CHUNKED + b"fff\r\n" + FEED, BROKE_OFF),
    refused("A chunk of no size", CHUNKED + b"size\r\n" + FEED + b"\r\n0\r\n\r\n", BROKE_OFF),
    refused("A chunk of endless size", CHUNKED + b"f" * 40 + b"\r\n" + FEED, BROKE_OFF),
)
LINES = (
    refused("HTTP/0.9", FEED, NOT_HTTP),
    refused("Garbage instead of HTTP", bytes(range(256)) * 40, NOT_HTTP),
    refused("Another protocol", b"SSH-2.0-OpenSSH_9.6\r\n", NOT_HTTP),
    refused("A status of words", b"HTTP/1.1 fine OK\r\n\r\n" + FEED, NOT_HTTP),
    refused("A status of four digits", b"HTTP/1.1 2000 OK\r\n\r\n" + FEED, NOT_HTTP),
    refused("HTTP/3 over TCP", b"HTTP/3 200 OK\r\n\r\n" + FEED, NOT_HTTP),
    refused("An upgrade", b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", CLOSED),
    refused("NUL in a header", with_header(b"X-Odd: a\x00b"), NOT_HTTP),
    Row("Header beyond ASCII", with_header("X-Odd: 人工智能".encode()), items=2),
    Row("Header in Latin-1", with_header(b'ETag: "\xe4\xff"'), items=2),
    refused("Header without a colon", with_header(b"Odd"), NOT_HTTP),
    Row("A folded header", with_header(b"X-Folded: a\r\n  b"), items=2),
    Row("Lines without CR", (HEAD + b"Content-Length: %d\r\n\r\n" % len(FEED)).replace(b"\r", b"") + FEED, items=2),
    Row("HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\n" + FEED, items=2),
    Row("No reason phrase", b"HTTP/1.1 200\r\nConnection: close\r\n\r\n" + FEED, items=2),
    Row("An interim answer", b"HTTP/1.1 103 Early Hints\r\n\r\n" + GOOD, items=2),
    Row("More after the answer", GOOD + GOOD, items=2),
)

ROWS = (*SILENCES, *ENDLESS_ONES, *LENGTHS, *LINES)
