"""Packed documents are unpacked, however they come in pieces, and bombs cost what the limit allows."""

from __future__ import annotations

import zlib

import brotli
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from aggregator.fetch.policy import TooLargeError
from aggregator.fetch.unpack import PackingError, Unpacker
from aggregator.model import Page
from tests.fetch.asking import FEED, ask
from tests.fetch.hungry import MOST, growth, on_linux
from tests.fetch.packing import BOMBS, PACKERS, gzipped, pieces, raw_deflate, wide_zstd, zstd
from tests.fetch.server import answer

LIMIT = 5_000
TEXT = b"China plans AI rules. " * 40
CODINGS = sorted(PACKERS)
OFTEN = settings(max_examples=60, deadline=None)
GARBAGE = b"\0\0 and \x1f\x8b more"


def unpacked(header: str, *parts: bytes, limit: int = LIMIT) -> bytes:
    unpacker = Unpacker(header, limit)
    whole = b"".join(map(unpacker.unpack, parts))
    unpacker.finish()
    return whole


def test_what_is_nothing_in_the_end_but_much_on_the_way_is_given_up() -> None:
    inner = zlib.compressobj(wbits=31)
    empty = inner.flush(zlib.Z_FULL_FLUSH) + b"\0\0\0\xff\xff" * LIMIT + inner.flush()  # blocks with nothing in them
    outer = gzipped(empty)
    with pytest.raises(TooLargeError):
        unpacked("gzip, gzip", *(outer[at : at + 1] for at in range(len(outer))))


def result(header: str, *parts: bytes) -> bytes | None:
    """The document, None if there is none."""
    try:
        return unpacked(header, *parts)
    except (PackingError, TooLargeError):
        return None


def cut(data: bytes, places: list[int]) -> list[bytes]:
    ends = sorted({place % (len(data) + 1) for place in places} | {len(data)})
    return [data[start:end] for start, end in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize("size", [1, 2, 7, 10**6])
@pytest.mark.parametrize("header", CODINGS)
def test_document_is_unpacked_however_it_comes(header: str, size: int) -> None:
    assert unpacked(header, *pieces(PACKERS[header](TEXT), size)) == TEXT


@pytest.mark.parametrize(
    ("header", "data"),
    [
        ("", TEXT),
        ("GZIP", gzipped(TEXT)),
        (" gzip , identity,", gzipped(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip", gzipped(TEXT[:100]) + gzipped(b"") + gzipped(TEXT[100:])),
        ("zstd", zstd.compress(TEXT[:100]) + zstd.compress(TEXT[100:])),
        ("gzip", gzipped(TEXT) + GARBAGE),
        ("deflate", zlib.compress(TEXT) + GARBAGE),
        ("deflate", zlib.compress(TEXT, 0)),
        ("br", brotli.compress(TEXT, quality=0)),
    ],
)
def test_odd_but_readable_packing_is_unpacked(header: str, data: bytes) -> None:
    assert unpacked(header, data) == TEXT


@pytest.mark.parametrize(
    "header", ["", "identity", "none", "UTF-8", "aws-chunked", "binary, identity", "gbk", "text/xml", "*"]
)
def test_what_is_called_packed_by_no_packing_is_read_as_it_is(header: str) -> None:
    assert unpacked(header, TEXT) == TEXT


@pytest.mark.parametrize("size", [1, 7])
def test_deflate_without_its_header_is_unpacked_however_it_comes(size: int) -> None:
    packed = raw_deflate(TEXT)
    assert unpacked("deflate", packed[:1], *pieces(packed[1:], size)) == TEXT


@pytest.mark.parametrize("header", ["gzip", "deflate"])
def test_what_follows_the_document_is_ignored_however_it_comes(header: str) -> None:
    assert unpacked(header, PACKERS[header](TEXT) + GARBAGE[:7], GARBAGE[7:]) == TEXT


@pytest.mark.parametrize(
    ("header", "data", "words"),
    [
        *((header, PACKERS[header](TEXT)[:-1], "the packed document broke off") for header in ("gzip", "br", "zstd")),
        ("deflate", zlib.compress(TEXT)[:-1], "the packed document broke off"),
        ("deflate", raw_deflate(TEXT)[:-1], "the packed document broke off"),
        ("gzip, br", brotli.compress(gzipped(TEXT)[:-1]), "the packed document broke off"),
        ("gzip, br", brotli.compress(gzipped(TEXT))[:-1], "the packed document broke off"),
        ("gzip", gzipped(TEXT) + gzipped(TEXT)[:-1], "the packed document broke off"),
        ("gzip", b"", "the packed document broke off"),
        ("gzip", TEXT, "the document is packed wrongly (Error -3"),
        ("gzip", gzipped(TEXT)[:-8] + b"checksum", "the document is packed wrongly (Error -3"),
        ("deflate", TEXT, "the document is packed wrongly (Error -3"),
        ("br", b"\xff" * 50, "the document is packed wrongly ("),
        ("zstd", TEXT, "the document is packed wrongly ("),
        ("zstd", wide_zstd(TEXT), "the document is packed wrongly ("),
        ("compress", TEXT, "the document is packed as 'compress', which was not asked for"),
        ("gzip, EXI", TEXT, "the document is packed as 'exi', which was not asked for"),
        ("gzip, gzip, gzip, gzip", TEXT, "the document is packed 4 times over"),
    ],
)
def test_bad_packing_is_an_error_that_says_why(header: str, data: bytes, words: str) -> None:
    with pytest.raises(PackingError) as caught:
        unpacked(header, data)
    assert str(caught.value).startswith(words)


@pytest.mark.parametrize("header", ["gzip", "zstd"])
def test_a_document_of_very_many_parts_is_refused_in_no_time(header: str) -> None:
    part = PACKERS[header](b"")
    assert result(header, *[part * 4000]) == b""
    with pytest.raises(PackingError, match="more than 5,000 parts"):
        unpacked(header, part * 100_000)


@pytest.mark.parametrize("header", CODINGS)
def test_limit_is_the_largest_document(header: str) -> None:
    whole = bytes(LIMIT)
    assert unpacked(header, PACKERS[header](whole)) == whole
    for size in (3, 10**6):
        with pytest.raises(TooLargeError):
            unpacked(header, *pieces(PACKERS[header](whole + b"x"), size))


@pytest.mark.parametrize("header", [header for header in CODINGS if "," in header])
def test_document_of_the_largest_size_may_be_packed_in_layers(header: str) -> None:
    whole = bytes(LIMIT)
    assert unpacked(header, *pieces(PACKERS[header](whole), 3)) == whole


@on_linux
@pytest.mark.parametrize("header", sorted(BOMBS))
def test_bomb_costs_little_memory(header: str) -> None:
    assert 0 < growth("unpack", header) < MOST


@pytest.mark.parametrize("header", CODINGS)
@OFTEN
@given(content=st.binary(max_size=300), times=st.integers(1, 30), places=st.lists(st.integers(0), max_size=5))
def test_pieces_make_no_difference(header: str, content: bytes, times: int, places: list[int]) -> None:
    packed = PACKERS[header](content * times)
    assert result(header, *cut(packed, places)) == result(header, packed)


@pytest.mark.parametrize("header", CODINGS)
@OFTEN
@given(data=st.binary(max_size=100), keep=st.integers(0, 100), places=st.lists(st.integers(0), max_size=3))
@example(data=b"\x1f\x8b\x08\x00", keep=0, places=[1])
def test_any_bytes_are_a_document_or_an_error_of_ours(header: str, data: bytes, keep: int, places: list[int]) -> None:
    found = result(header, *cut(PACKERS[header](TEXT)[:keep] + data, places))
    assert found is None or len(found) <= LIMIT


@pytest.mark.parametrize("header", CODINGS)
def test_packed_answer_is_unpacked(header: str) -> None:
    page = ask({"/": answer(body=PACKERS[header](FEED), Content_Encoding=header)})
    assert isinstance(page, Page)
    assert page.body == FEED
