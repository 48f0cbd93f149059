"""A server that speaks as much HTTP/2 (RFC 9113) as one answer to one request takes."""

from __future__ import annotations

import asyncio
import ssl

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1
STATUS_200 = b"\x88"  # RFC 7541, appendix A


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return len(payload).to_bytes(3, "big") + bytes((kind, flags)) + stream.to_bytes(4, "big") + payload


class Http2Server:
    """Answers every request with one document; counts connections and requests."""

    def __init__(self, body: bytes, context: ssl.SSLContext) -> None:
        self.body, self.context = body, context
        self.connections = self.requests = 0
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Http2Server:
        self._server = await asyncio.start_server(self._begin, "127.0.0.1", 0, ssl=self.context)
        self.url = f"https://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._talks.add(asyncio.ensure_future(self._talk(reader, writer)))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readexactly(len(PREFACE)) == PREFACE
            self.connections += 1
            writer.write(frame(SETTINGS, 0, 0))
            while head := await reader.readexactly(9):
                kind, flags, stream = head[3], head[4], int.from_bytes(head[5:], "big")
                await reader.readexactly(int.from_bytes(head[:3], "big"))
                if kind == SETTINGS and not flags & ACK:
                    writer.write(frame(SETTINGS, ACK, 0))
                elif kind == HEADERS:
                    self.requests += 1
                    writer.write(frame(HEADERS, END_HEADERS, stream, STATUS_200))
                    writer.write(frame(DATA, END_STREAM, stream, self.body))
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the other side is gone
        finally:
            writer.close()
