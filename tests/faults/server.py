"""A server on all of 127.0.0.0/8 that sends exact bytes or plays a part of its own, and keeps a log."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from threading import Event, Thread

AT_ONCE = "at once"  # the path of what is played before any request is read
NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass(eq=False)
class Request:
    """A request as it came; `at_once` is how many its address was answering then, this one included."""

    address: str
    path: str
    headers: dict[str, str]  #: by name in small letters
    at_once: int
    came: float = field(default_factory=time.monotonic)


@dataclass(frozen=True, eq=False)
class Talk:
    """A connection and what was asked on it, for those who play a part."""

    request: Request
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def wait(self) -> None:
        """Until the other side has given up."""
        while await self.reader.read(65_536):
            pass


Part = Callable[[Talk], Awaitable[None]]
Answer = bytes | Part
Site = Mapping[str, Answer]  # answers by path


@dataclass
class Server:
    """Answers by address and path."""

    sites: dict[str, Site] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)
    port: int = 0
    _busy: Counter[str] = field(default_factory=Counter)
    _talks: set[asyncio.Task[None]] = field(default_factory=set)
    _up: Event = field(default_factory=Event)

    def url(self, address: str, path: str = "/feed") -> str:
        return f"http://{address}:{self.port}{path}"

    def asked(self, address: str, path: str = "/feed") -> list[Request]:
        """The requests for a document, in the order in which they came."""
        return [request for request in self.log if (request.address, request.path) == (address, path)]

    def run(self, told: list[Callable[[], object]]) -> None:
        """Serves until the function that is put into `told` is called."""
        asyncio.run(self._serve(told))

    async def _serve(self, told: list[Callable[[], object]]) -> None:
        loop, over = asyncio.get_running_loop(), asyncio.Event()
        listening = await asyncio.start_server(self._begin, "0.0.0.0", 0, backlog=500)
        self.port = listening.sockets[0].getsockname()[1]
        told.append(partial(loop.call_soon_threadsafe, over.set))
        self._up.set()
        await over.wait()
        listening.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await listening.wait_closed()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.ensure_future(self._talk(reader, writer))
        self._talks.add(talk)
        talk.add_done_callback(self._talks.discard)

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        address = writer.get_extra_info("sockname")[0]
        site = self.sites.get(address, {})
        try:
            head = b"" if AT_ONCE in site else await reader.readuntil(b"\r\n\r\n")
            self._busy[address] += 1
            try:
                request = _request(head.decode("latin-1"), address, self._busy[address])
                self.log.append(request)
                await _play(site.get(request.path, NOT_FOUND), Talk(request, reader, writer))
            finally:
                self._busy[address] -= 1
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side is gone
        finally:
            writer.close()


async def _play(answer: Answer, talk: Talk) -> None:
    await (talk.send(answer) if isinstance(answer, bytes) else answer(talk))


def _request(head: str, address: str, at_once: int) -> Request:
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Request(address, first.split(" ")[1] if first else AT_ONCE, headers, at_once)


@contextmanager
def serving(sites: dict[str, Site]) -> Iterator[Server]:
    """A server in a thread of its own, until the end of the block; `sites` may change meanwhile."""
    server, stop = Server(sites), list[Callable[[], object]]()
    thread = Thread(target=server.run, args=(stop,))
    thread.start()
    try:
        assert server._up.wait(10)
        yield server
    finally:
        with suppress(IndexError):
            stop[0]()
        thread.join()
