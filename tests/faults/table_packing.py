"""Rows: packed documents, well and badly."""

from __future__ import annotations

from collections.abc import Iterator

from tests.faults.rows import FEED, GOOD, MAX_SIZE, Row, page, refused
from tests.faults.server import Part, Talk
from tests.fetch.packing import BOMBS, PACKERS, gzipped, raw_deflate, wide_zstd

TRUNCATED, WRONG = "the packed document broke off", "the document is packed wrongly"
LARGE = FEED + b" " * 20_000  # enough that half of what is packed is no whole document
NOISE = bytes(range(255, 0, -1)) * 20


def packed(coding: str, body: bytes) -> bytes:
    return page(body, Content_Encoding=coding)


def bomb(coding: str) -> Part:
    """Made when it is asked for: the tables stay small."""

    async def play(talk: Talk) -> None:
        await talk.send(packed(coding, BOMBS[coding]()))

    return play


def rows() -> Iterator[Row]:
    for coding in ("gzip", "deflate", "br", "zstd"):
        whole = PACKERS[coding](LARGE)
        yield Row(f"Packed with {coding}", packed(coding, whole), items=2)
        yield refused(f"Noise said to be {coding}", packed(coding, NOISE), WRONG)
        yield refused(f"Broken off in {coding}", packed(coding, whole[: len(whole) // 2]), TRUNCATED)
        yield refused(f"A bomb of {coding}", bomb(coding), f"larger than max_size ({MAX_SIZE:,} bytes)")


ROWS = (
    *rows(),
    Row("Packed twice", packed("gzip, br", PACKERS["gzip, br"](FEED)), items=2),
    Row("Deflate without a header", packed("deflate", raw_deflate(FEED)), items=2),
    Row("Gzip of two members", packed("gzip", gzipped(FEED[:50]) + gzipped(FEED[50:])), items=2),
    Row("Gzip without a word of it", page(gzipped(FEED)), items=2),
    Row("The coding identity", packed("identity", FEED), items=2),
    refused("A bomb in a bomb", bomb("gzip, br"), "larger than max_size"),
    refused("A bomb without a word of it", page(gzipped(bytes(3 * MAX_SIZE))), "larger than max_size"),
    refused("A plain body said to be gzip", packed("gzip", FEED), WRONG),
    refused("Brotli said to be gzip", packed("gzip", PACKERS["br"](FEED)), WRONG),
    refused("A coding nobody knows", packed("compress", FEED), "packed as 'compress', which was not asked for"),
    refused("Ten codings", packed(", ".join(["gzip"] * 10), FEED), "packed 10 times over"),
    refused("Zstd with a wide window", packed("zstd", wide_zstd(LARGE * 900)), WRONG),
    refused("An empty body said to be gzip", packed("gzip", b""), "the document is empty"),
    refused(
        "An error that is packed badly", GOOD.replace(b"200 OK", b"500 Oh\r\nContent-Encoding: br"), "answered 500"
    ),
)
