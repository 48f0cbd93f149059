"""Packed documents, and bombs: a gigabyte of zeros in a few kilobytes."""

from __future__ import annotations

import gzip
import sys
import zlib
from collections.abc import Callable, Iterator

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_PART = bytes(10**7)
_PARTS = 100
PIECE = 16_384


def gzipped(data: bytes) -> bytes:
    """Without the time, so that the same document is packed the same."""
    return gzip.compress(data, mtime=0)


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


def wide_zstd(data: bytes) -> bytes:
    """Asks whoever unpacks it for a window of 16 MB (RFC 9659 allows 8)."""
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 24})
    return packer.compress(data) + packer.flush()


PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzipped,
    "x-gzip": gzipped,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstd.compress,
    "gzip, br": lambda data: brotli.compress(gzipped(data)),
    "deflate, gzip, zstd": lambda data: zstd.compress(gzipped(zlib.compress(data))),
}


def pieces(data: bytes, size: int = PIECE) -> Iterator[bytes]:
    return (data[start : start + size] for start in range(0, len(data), size))


def _zlib_bomb(bits: int) -> bytes:
    """A first part, and one that may follow itself."""
    packer = zlib.compressobj(9, wbits=bits)
    first, then = (packer.compress(_PART) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    return first + then * (_PARTS - 1)


def _brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    first, then = (packer.process(_PART) + packer.flush() for _ in range(2))
    return first + then * (_PARTS - 1)


BOMBS: dict[str, Callable[[], bytes]] = {
    "gzip": lambda: _zlib_bomb(31),
    "deflate": lambda: _zlib_bomb(15),
    "br": _brotli_bomb,
    "zstd": lambda: zstd.compress(_PART) * _PARTS,
    "gzip, br": lambda: brotli.compress(_zlib_bomb(31), quality=5),
}
