"""What is fuzzed: everything that reads strangers' bytes, each as a function that asserts what is promised of it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, timedelta
from functools import cache, partial
from zoneinfo import ZoneInfo

from aggregator.errors import ParseError, QueryError
from aggregator.fetch.challenge import challenge
from aggregator.fetch.policy import FetchPolicy, TooLargeError
from aggregator.fetch.politeness import LONGEST_WAIT, fresh_for, retry_after
from aggregator.fetch.robots import rules_of
from aggregator.fetch.transfer import Transfer, TransferError
from aggregator.fetch.unpack import PackingError, Unpacker
from aggregator.model import Limits, Page, ReadRequest, Selectors, Source
from aggregator.parse.document import Document
from aggregator.parse.feed import read_thoroughly
from aggregator.parse.mend import mended
from aggregator.parse.plain_feed import UnsureError, read_plain
from aggregator.publish.opml import read_opml
from aggregator.query import parse_query
from aggregator.refresh.reading import feed_links, read, read_items
from aggregator.search import Expression, expression, highlights
from aggregator.store.search import fts5
from aggregator.tagging import Extensions, tagger_for
from aggregator.text.dates import EARLIEST, parse_date
from aggregator.text.fold import fold
from aggregator.text.html import excerpt, plain, sanitise, text_of
from aggregator.text.terms import searchable
from aggregator.text.urls import ascii_form, canonical, web_link
from tests.fakes import START
from tests.fuzz.promises import assert_clean, assert_items, assert_reading, assert_storable, assert_tagging

Target = Callable[[bytes], None]

URL = "https://pub.example/zc/list"
ZONES = (UTC, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York"))
LIMITS = Limits(items=100, field=1000)
SIZE = 50_000  # bytes that an answer unpacks to
TYPE = b"Content-Type:"  # a document may begin with a line of it
CODINGS = ("gzip", "deflate", "br", "zstd", "gzip, br", "deflate, gzip, zstd", "x-gzip, identity")
LISTS = (
    Selectors("li", "a", "a", "span", "p"),
    Selectors("a[href]", ".", ".", "link", ".@title"),
    Selectors("article, tr, [id]", "h2, b, a@title", "", "time@datetime", "."),
)
RECORDS = (
    Selectors("data.results", "title", f"{URL}/{{doc.number}}", "date", "abstract"),
    Selectors(".", "name", "url", "created", "0.a"),
    Selectors("*.items.*", "title", "{url}", "date", "title"),
)


def text_from(data: bytes) -> str:
    """Text with everything that Python takes for text: what is not UTF-8 becomes lone surrogates."""
    return data.decode(errors="surrogateescape")


def page_from(data: bytes) -> Page:
    if not data.startswith(TYPE):
        return Page(URL, data)
    line, _, body = data.removeprefix(TYPE).partition(b"\n")
    return Page(URL, body, line.strip().decode("latin-1"))


def document(kind: str, data: bytes, selectors: tuple[Selectors | None, ...] = (None,)) -> None:
    """A document of a source, from its bytes to items."""
    for chosen in selectors:
        source = Source("fuzz", URL, "Fuzz", kind, timezone="Asia/Shanghai", selectors=chosen)
        page = page_from(data)
        try:
            reading = read(source, page, START, LIMITS)
        except (ParseError, RecursionError):  # the sandbox makes the one of the other
            continue
        assert_reading(reading)
        found = read_items(page, ReadRequest(source, START, LIMITS)).tagged
        assert len(found) == len(reading.entries)
        assert_items(found, START)


def both_ways(data: bytes) -> None:
    """What is read the quick way is what feedparser reads, but for dates and links that are none."""
    page = page_from(data)
    said = mended(Document(page.body, URL, page.content_type, now=START))
    with suppress(UnsureError, ParseError):  # feedparser refuses more than we do
        quick, thorough = read_plain(said), read_thoroughly(said)
        if thorough.warning:  # expat takes fewer characters for parts of names
            return
        assert (quick.title, quick.lang) == (thorough.title, thorough.lang)
        for ours, theirs in zip(quick.entries, thorough.entries, strict=True):
            assert replace(theirs, link=ours.link, published=ours.published, updated=ours.updated) == ours
            if ":///" not in ours.link:  # feedparser takes the path for the host
                assert web_link(ours.link, URL) in ("", web_link(theirs.link, URL))


def charset(data: bytes) -> None:
    page = page_from(data)
    said = Document(page.body, URL, page.content_type)
    assert said.charset.lower() not in ("punycode", "idna")  # no document is in these, and they take quadratic time
    body = mended(said).body
    if said.charset == "utf-8":
        body.decode()


def html(data: bytes) -> None:
    source = text_from(data)
    for base in ("", URL):
        assert_clean(sanitise(source, base), base)
        short, text = excerpt(source, base, 40)
        assert_clean(short, base)
        assert text == plain(short)
        assert len(text) <= 40
    title = text_of(source)
    assert_storable(title)
    assert title == " ".join(title.split())


def links(data: bytes) -> None:
    said = text_from(data)
    for base in ("", URL):
        link = web_link(said, base)
        assert_storable(link)
        assert web_link(link) == link
        if link:
            key = canonical(link)
            assert canonical(web_link(f"https:{key}", longest=len(key) + 6)) == key  # a query may grow
            with suppress(ValueError):
                assert ascii_form(link).isascii()


def discovery(data: bytes) -> None:
    with suppress(ParseError):
        for link in feed_links(data, URL):
            assert link
            assert web_link(link) == link


def dates(data: bytes) -> None:
    for zone in ZONES:
        found = parse_date(text_from(data), START, zone)
        assert found is None or (found.tzinfo is UTC and found >= EARLIEST)


def opml(data: bytes) -> None:
    with suppress(ParseError):
        for outline in read_opml(data):
            web_link(outline.feed)


def unpack(data: bytes) -> None:
    """The first byte chooses the coding, the second the size of the pieces."""
    coding, step, packed = CODINGS[data[0] % len(CODINGS)] if data else "", 1 + sum(data[1:2]), data[2:]
    whole, pieces = (_unpacked(coding, packed, size) for size in (len(packed) or 1, step))
    assert None in (whole, pieces) or whole == pieces  # libzstd minds a wrong size only if it has the whole frame


def _unpacked(coding: str, packed: bytes, size: int) -> bytes | None:
    unpacker, body = Unpacker(coding, SIZE), b""
    try:
        for start in range(0, len(packed), size):
            body += unpacker.unpack(packed[start : start + size])
            assert len(body) <= SIZE
        unpacker.finish()
    except (PackingError, TooLargeError):
        return None
    return body


def answer(data: bytes) -> None:
    """A whole answer, its head in lines and its body in pieces, as libcurl gives it."""
    head, blank, body = data.partition(b"\r\n\r\n")
    transfer = Transfer(FetchPolicy(max_size=SIZE, max_transfer=SIZE, max_headers=5000))
    said: list[bytes] = re.findall(rb"[^\n]*\n", head + blank)
    going = all(transfer.on_header(line) is None for line in said)
    for start in range(0, len(body), 99):
        going = going and transfer.on_body(body[start : start + 99]) is None
    with suppress(TransferError):
        found = transfer.finish(None if going else TransferError("stopped"))
        assert len(found.body) <= SIZE
        challenge(found.status, found.headers, bytes(found.body))
        for wait in (retry_after(found.headers.get("retry-after"), START), fresh_for(found.headers, START)):
            assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT


def robots(data: bytes) -> None:
    rules = rules_of(Page(URL, data), START, "AIPolicyWire/0.1")
    rules.refusal(URL)


@cache
def _index() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE item_search USING fts5(terms, tokenize = 'unicode61 remove_diacritics 0')")
    return connection


def search(data: bytes) -> None:
    """SQLite understands every search, and takes every text."""
    said = text_from(data)
    assert len(fold(said)) == len(said)
    with suppress(QueryError):
        parse_query([("q", said), ("since", said), ("company", said)], START.date())
    looked_for = Expression()
    with suppress(QueryError):
        looked_for = expression(said)
    for start, end in highlights(said, looked_for):
        assert 0 <= start < end <= len(said)
    if not looked_for.clauses:
        return
    with _index() as index:
        index.execute("DELETE FROM item_search")
        index.execute("INSERT INTO item_search (terms) VALUES (?)", [searchable(plain(said), "")])
        index.execute("SELECT rowid FROM item_search WHERE item_search MATCH ?", [fts5(looked_for)]).fetchall()


def tags(data: bytes) -> None:
    """A title in the first line, the text in the others."""
    title, _, text = text_from(data).partition("\n")
    tagging = tagger_for(Extensions({})).tag(title, text)
    assert_tagging(tagging, title, text)


TARGETS: dict[str, Target] = {
    "feed": partial(document, "feed"),  # RSS, RDF, Atom, JSON Feed
    "both-ways": both_ways,
    "json": partial(document, "json", selectors=RECORDS),
    "list": partial(document, "html", selectors=LISTS),
    "sitemap": partial(document, "sitemap"),
    "charset": charset,
    "html": html,
    "discovery": discovery,
    "links": links,
    "dates": dates,
    "opml": opml,
    "unpack": unpack,
    "answer": answer,
    "robots": robots,
    "search": search,
    "tags": tags,
}
