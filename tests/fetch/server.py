"""A Web server on loopback that answers with exactly the bytes it is told to."""

from __future__ import annotations

import asyncio
import inspect
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus


@dataclass(frozen=True)
class Request:
    path: str
    headers: dict[str, str]  #: by name in small letters


Answer = bytes | Callable[[Request], bytes | Awaitable[bytes]]


def answer(status: int = 200, body: bytes = b"", *, length: int | None = None, **headers: str) -> bytes:
    """A whole answer; `length` is what Content-Length says, where that is not the truth."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Odd"
    told = {"Content-Length": str(len(body) if length is None else length), "Connection": "close"}
    told |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} {phrase}\r\n{lines}\r\n".encode("latin-1") + body


class Server:
    """Answers by path; keeps every request. An answer that ends in STALL is never finished."""

    STALL = b"\x00STALL"

    def __init__(
        self, answers: Mapping[str, Answer], host: str = "127.0.0.1", context: ssl.SSLContext | None = None
    ) -> None:
        self.answers, self.host, self.context = answers, host, context
        self.requests: list[Request] = []
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Server:
        self._server = await asyncio.start_server(self._begin, self.host, 0, ssl=self.context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def url(self, path: str = "/", host: str = "") -> str:
        return f"{'https' if self.context else 'http'}://{host or self.host}:{self.port}{path}"

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(asyncio.ensure_future(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = _request((await reader.readuntil(b"\r\n\r\n")).decode("latin-1"))
            self.requests.append(request)
            said = self.answers[request.path]
            told = said(request) if callable(said) else said
            data = await told if inspect.isawaitable(told) else told
            writer.write(data.removesuffix(self.STALL))
            await writer.drain()
            if data.endswith(self.STALL):
                await reader.read()  # until the other side gives up
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side is gone
        finally:
            writer.close()


def _request(head: str) -> Request:
    first, *lines = head.rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Request(first.split(" ")[1], headers)
