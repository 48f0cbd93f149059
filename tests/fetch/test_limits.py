"""A document without end is cut off at the limit, and costs what the limit allows."""

from __future__ import annotations

import asyncio
import random

import pytest

from aggregator.model import Failure, Page
from tests.fetch.asking import ask
from tests.fetch.hungry import MOST, growth, on_linux
from tests.fetch.packing import BOMBS, gzipped
from tests.fetch.server import answer

HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
PART = bytes(10**5)
HUGE = 10**9


class Endless:
    """Sends a gigabyte in parts to whoever asks, and counts what was taken."""

    def __init__(self, head: bytes, part: bytes, most: int = HUGE) -> None:
        self.head, self.part, self.most = head, part, most
        self.sent = 0

    async def __aenter__(self) -> Endless:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        self._talk_over = asyncio.Event()
        self._talk_over.set()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._talk_over.wait()
        self._server.close()
        await self._server.wait_closed()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talk_over.clear()
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.head)
            while self.sent < self.most:
                writer.write(self.part)
                await writer.drain()
                self.sent += len(self.part)
        except ConnectionError:
            pass  # the other side has had enough
        finally:
            writer.close()
            self._talk_over.set()


@on_linux
@pytest.mark.parametrize(
    ("head", "part"),
    [
        (HEAD + f"Content-Length: {HUGE}\r\n\r\n".encode(), PART),
        (HEAD + b"\r\n", PART),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"186a0\r\n" + PART + b"\r\n"),
        (HEAD + b"Content-Encoding: gzip\r\n\r\n", BOMBS["gzip"]()),
        (HEAD + b"Content-Encoding: br\r\n\r\n", BOMBS["br"]()),
        (HEAD + b"Content-Encoding: zstd\r\n\r\n", BOMBS["zstd"]()),
    ],
    ids=["announced", "streamed", "chunked", "gzip", "br", "zstd"],
)
def test_document_of_a_gigabyte_costs_little_memory(head: bytes, part: bytes) -> None:
    async def scene() -> tuple[float, int]:
        async with Endless(head, part) as server:
            grown = await asyncio.to_thread(growth, "fetch", server.url)
        return grown, server.sent

    grown, sent = asyncio.run(scene())
    assert 0 < grown < MOST
    assert sent < HUGE / 20


@on_linux
def test_packed_file_that_is_a_bomb_costs_little_memory() -> None:
    file = gzipped(random.Random(1).randbytes(9_000_000)) + BOMBS["gzip"]()
    assert len(file) < 10**7

    async def scene() -> float:
        async with Endless(HEAD + f"Content-Length: {len(file)}\r\n\r\n".encode(), file, most=1) as server:
            return await asyncio.to_thread(growth, "fetch", server.url)

    assert 0 < asyncio.run(scene()) < MOST


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"max_transfer": 5_000}, "the document is larger than max_transfer (5,000 bytes)"),
        ({"max_size": 5_000}, "the document is larger than max_size (5,000 bytes)"),
        ({"max_size": 5_000, "max_transfer": 5_000}, "the document is larger than max_transfer (5,000 bytes)"),
    ],
)
def test_limit_that_was_met_is_told(values: dict[str, int], reason: str) -> None:
    assert ask({"/": answer(body=bytes(6_000))}, **values) == Failure(reason)


def test_what_is_sent_and_what_it_unpacks_to_have_limits_of_their_own() -> None:
    told = {"/": answer(body=gzipped(bytes(6_000)), Content_Encoding="gzip")}
    page = ask(told, max_transfer=100)
    assert isinstance(page, Page)
    assert page.body == bytes(6_000)
    assert ask(told, max_transfer=10) == Failure("the document is larger than max_transfer (10 bytes)")


@pytest.mark.parametrize(("size", "fits"), [(1_000, True), (3_000, False)])
def test_headers_have_a_limit_of_their_own(size: int, fits: bool) -> None:
    outcome = ask({"/": answer(body=b"x", Long="x" * size)}, max_headers=2_000)
    if fits:
        assert isinstance(outcome, Page)
    else:
        assert outcome == Failure("the answer's headers are larger than max_headers (2,000 bytes)")
