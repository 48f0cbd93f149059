"""Content codings (RFC 9110, section 8.4): gzip, deflate, br and zstd, unpacked piece by piece up to a limit.

A bomb costs what the limit allows, never what it would unpack to.
"""

from __future__ import annotations

import sys
import zlib
from collections import Counter
from typing import Any, Protocol

from aggregator.fetch.policy import TooLargeError

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
# Of what servers say, all else that is unknown packs nothing: utf-8, gbk, binary, text/xml, …
_UNASKED = {"compress", "x-compress", "exi", "pack200-gzip", "dcb", "dcz", "bzip2", "lzma", "xz", "sdch"}
_MOST_LAYERS = 3
_GZIP, _ZLIB, _RAW = 31, 15, -15  # zlib's names for what it unpacks
_WINDOW_LOG = 23  # RFC 9659: zstd on the Web takes a window of 8 MB and no more
_PIECE = 2**12  # bytes that are unpacked at once: at the end of each part of a document, the rest of them is copied
_MOST_PARTS = 5000  # of gzip or zstd, one after the other
_STEP = 2**16  # bytes that brotli unpacks at once: it may go beyond a limit by two thirds


class PackingError(Exception):
    """The body is not packed as its header says; the message says how."""


class Coding(Protocol):
    """One layer of packing."""

    def unpack(self, data: bytes, most: int) -> bytes:
        """At most `most` bytes; raises PackingError."""

    @property
    def whole(self) -> bool:
        """Whether all that was packed has come out."""


class Unpacker:
    """Undoes the codings that a Content-Encoding header names."""

    def __init__(self, header: str, limit: int) -> None:
        """Raises PackingError for a coding that nobody asked for."""
        said = [name.partition(";")[0].strip().lower() for name in header.split(",")]
        if unasked := [name for name in said if name in _UNASKED]:
            raise PackingError(f"the document is packed as {unasked[0]!r}, which was not asked for")
        names = [name for name in said if name in _CODINGS]
        if len(names) > _MOST_LAYERS:
            raise PackingError(f"the document is packed {len(names)} times over")
        self._codings: list[Coding] = [_CODINGS[name]() for name in reversed(names)]
        self._limit = limit
        self._out: Counter[Coding | None] = Counter()  # bytes that have come out of each, or of none

    def unpack(self, data: bytes) -> bytes:
        """The next bytes of the document; raises PackingError, and TooLargeError beyond the limit."""
        pieces = (data[start : start + _PIECE] for start in range(0, len(data), _PIECE))
        return b"".join(map(self._unpack, pieces)) if self._codings else self._counted(data, None)

    def _unpack(self, data: bytes) -> bytes:
        for coding in self._codings:
            data = self._counted(coding.unpack(data, self._limit + 1), coding)
        return data

    def _counted(self, data: bytes, coding: Coding | None) -> bytes:
        self._out[coding] += len(data)
        if self._out[coding] > self._limit:
            raise TooLargeError
        return data

    def finish(self) -> None:
        """Raises PackingError if the document broke off."""
        if not all(coding.whole for coding in self._codings):
            raise PackingError("the packed document broke off")


class _Zlib:
    """gzip, of one member or several, and deflate, with or without the header that it should have."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._inflate = zlib.decompressobj(_GZIP) if gzip else None
        self._start = b""  # of deflate, until it is known whether it has its header
        self._over = self.whole = False
        self._parts = 1

    def unpack(self, data: bytes, most: int) -> bytes:
        if self._inflate is None:
            self._start += data
            if len(self._start) < 2:
                return b""
            data, self._start = self._start, b""
            self._inflate = zlib.decompressobj(_ZLIB if _has_zlib_header(data) else _RAW)
        out = bytearray()
        while data and len(out) < most and not self._over:
            if self._inflate.eof:
                self._over = not self._gzip or data[0] != 0x1F  # what follows the last member is nobody's
                if self._over:
                    break
                self._parts = _further(self._parts)
                self._inflate = zlib.decompressobj(_GZIP)
            try:
                out += self._inflate.decompress(data, most - len(out))
            except zlib.error as error:
                raise PackingError(f"the document is packed wrongly ({error})") from None
            data = self._inflate.unconsumed_tail or self._inflate.unused_data
        self.whole = self._inflate.eof
        return bytes(out)


def _further(parts: int) -> int:
    if parts == _MOST_PARTS:
        raise PackingError(f"the document is packed in more than {_MOST_PARTS:,} parts")
    return parts + 1


def _has_zlib_header(data: bytes) -> bool:
    """RFC 1950, section 2.2."""
    return data[0] & 0x8F == 0x08 and int.from_bytes(data[:2], "big") % 31 == 0


class _Brotli:
    def __init__(self) -> None:
        import brotli

        self._decompressor: Any = brotli.Decompressor()
        self._error = brotli.error

    def unpack(self, data: bytes, most: int) -> bytes:
        out = bytearray()
        try:
            out += self._decompressor.process(data, output_buffer_limit=min(most, _STEP))
            while not self._decompressor.can_accept_more_data() and len(out) < most:
                out += self._decompressor.process(b"", output_buffer_limit=min(most - len(out), _STEP))
        except self._error as error:
            raise PackingError(f"the document is packed wrongly ({error})") from None
        return bytes(out)

    @property
    def whole(self) -> bool:
        return bool(self._decompressor.is_finished())


class _Zstd:
    """Zstandard frames, one after the other (RFC 8878)."""

    def __init__(self) -> None:
        if sys.version_info >= (3, 14):
            from compression import zstd
        else:
            from backports import zstd
        options: dict[int, int] = {zstd.DecompressionParameter.window_log_max: _WINDOW_LOG}
        self._new: Any = lambda: zstd.ZstdDecompressor(options=options)
        self._error = zstd.ZstdError
        self._decompressor: Any = self._new()
        self._parts = 1

    def unpack(self, data: bytes, most: int) -> bytes:
        out = bytearray()
        try:
            while len(out) < most and (data or not (self._decompressor.needs_input or self._decompressor.eof)):
                if self._decompressor.eof:
                    self._parts = _further(self._parts)
                    self._decompressor = self._new()
                out += self._decompressor.decompress(data, most - len(out))
                data = self._decompressor.unused_data if self._decompressor.eof else b""
        except self._error as error:
            raise PackingError(f"the document is packed wrongly ({error})") from None
        return bytes(out)

    @property
    def whole(self) -> bool:
        return bool(self._decompressor.eof)


_CODINGS: dict[str, Any] = {
    "gzip": lambda: _Zlib(gzip=True),
    "x-gzip": lambda: _Zlib(gzip=True),
    "deflate": lambda: _Zlib(gzip=False),
    "br": _Brotli,
    "zstd": _Zstd,
}
