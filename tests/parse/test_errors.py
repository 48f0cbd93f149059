"""Documents that hold no feed are ParseErrors that say why; nothing else is ever raised."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Feed, Selectors
from aggregator.parse import KINDS, parse
from aggregator.parse.document import Document

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
SEEDS = [path.read_bytes() for path in sorted(FEEDS.iterdir()) if path.suffix != ".toml"]
SELECTORS = {
    "json": Selectors(
        items="items", title="title", link="https://a.example/{id}", date="date_published", summary="summary"
    ),
    "html": Selectors(items="article, item, li", title="a, title", link="a, link", date="span, pubdate", summary="p"),
}
PIECES = [
    b"<",
    b">",
    b"&",
    b"</",
    b"<!",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE x [",
    b"<!--",
    b"<?xml encoding='x'?>",
    b"\0",
]
PIECES += [b"\xff", b"\xfe\xff", b'"', b"'", b"{", b"[", b"\\ud800", b"&#x110000;", b"&#8;", b"http://[", b"<item>"]
PIECES += [
    b"</category>",
    b"</link>",
    b"<base href='http://['>",
    b"<entry xml:base='http://['>",
    b"xmlns='\xe4\xb8\xad p'",
]


def document(body: bytes, selectors: Selectors | None = None, content_type: str = "") -> Document:
    return Document(body, "https://pub.example/feed", content_type, selectors, now=datetime(2025, 3, 17, tzinfo=UTC))


def why(kind: str, body: bytes, selectors: Selectors | None = None) -> str:
    with pytest.raises(ParseError) as caught:
        parse(kind, document(body, selectors))
    return str(caught.value)


def test_a_feed_that_breaks_off_before_its_first_entry_is_an_error_and_an_empty_one_is_none() -> None:
    whole = b'<rss version="2.0"><channel><title>News</title></channel></rss>'
    assert parse("feed", document(whole)).entries == ()
    broken = why("feed", b'<rss version="2.0"><channel><title>News</title><description>Cut o')
    assert broken.startswith("the document is too damaged to be read (")
    assert " in line " in broken


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the document is empty"),
        (b" \r\n\t ", "the document is empty"),
        (b"<!DOCTYPE html><html><body>Hi</body></html>", "the document is a web page, not a feed"),
        (b"\n <HTML><body>Hi</body></HTML>", "the document is a web page, not a feed"),
        (b"just words", "the document is not a feed"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "the document is not a feed"),
        (b"%PDF-1.7", "the document is not a feed"),
        (b"<?xml version='1.0'?><note>Hi</note>", "the document is not a feed"),
        (b"<rss version='2.0'><channel><title>&#99999999999;</channel", "too damaged to be read"),
        (b"/etc/passwd", "the document is not a feed"),
        (b"https://a.example/feed", "the document is not a feed"),
        (b"{", "the document is not JSON"),
        (b"{}", 'the document is JSON, but not JSON Feed; for other JSON write kind = "json" and selectors'),
        (b'{"items": []}', 'write kind = "json" and selectors'),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": {}}', "not JSON Feed"),
        (b'{"version": 2, "items": []}', "not JSON Feed"),
    ],
)
def test_document_that_is_no_feed_is_told(body: bytes, words: str) -> None:
    assert words in why("feed", body)


@pytest.mark.parametrize(
    ("body", "selectors", "words"),
    [
        (b"", Selectors("items", "title"), "the document is not JSON"),
        (b"<html>", Selectors("items", "title"), "the document is not JSON"),
        (b"[" * 100_000, Selectors("items", "title"), "the document is not JSON"),
        (b"9" * 5_000, Selectors("items", "title"), "leads to no list"),
        (b'{"data": []}', Selectors("items", "title"), "the selector items = 'items' leads to no list"),
        (b'{"items": {"a": 1}}', Selectors("items", "title"), "the selector items = 'items' leads to no list"),
        (b'[{"title": "x"}]', Selectors("0.list", "title"), "the selector items = '0.list' leads to no list"),
        (b'{"items": [{"name": "x"}, 5]}', Selectors("items", "title"), "title = 'title' finds nothing in 2 records"),
    ],
)
def test_json_that_the_selectors_do_not_fit_is_told(body: bytes, selectors: Selectors, words: str) -> None:
    assert words in why("json", body, selectors)


@pytest.mark.parametrize(
    ("body", "selectors", "words"),
    [
        (b"", Selectors("article", "a"), "the selectors match nothing on the page (items = 'article')"),
        (b"<p>Hi", Selectors("article", "a"), "the selectors match nothing on the page (items = 'article')"),
        (b"<article><b>Hi</b>", Selectors("article", "a"), "the selectors match nothing"),
        (b"<article><a></a>", Selectors("article", "a"), "the selectors match nothing"),
        (b"<html><meta charset='g\0b'><p>Hi", Selectors("p", "a"), "the page is too damaged to be read"),
        (b"<p>Hi", Selectors("li >", "a"), "a selector cannot be read: "),
        (b"<p>Hi", Selectors("p", "a["), "a selector cannot be read: "),
    ],
)
def test_page_that_the_selectors_do_not_fit_is_told(body: bytes, selectors: Selectors, words: str) -> None:
    message = why("html", body, selectors)
    assert words in message
    assert "\n" not in message


def test_empty_lists_are_no_errors() -> None:
    assert parse("json", document(b'{"items": []}', SELECTORS["json"])).entries == ()
    assert parse("feed", document(b'{"version": "https://jsonfeed.org/version/1.1", "items": []}')).entries == ()


def assert_reads_or_says_why(kind: str, body: bytes, content_type: str) -> None:
    feed, said = Feed("", "", ()), ""
    try:
        feed = parse(kind, document(body, SELECTORS.get(kind), content_type))
    except ParseError as error:
        said = str(error) or "nothing at all"
    assert said != "nothing at all"
    assert all(entry.published is None or entry.published.tzinfo is UTC for entry in feed.entries)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A good document with pieces put in, cut out or cut off."""
    body = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 8))):
        place = draw(st.integers(0, len(body)))
        match draw(st.sampled_from(["in", "in", "out", "off", "byte"])):
            case "in":
                body[place:place] = draw(st.sampled_from(PIECES))
            case "out":
                del body[place : place + draw(st.integers(1, 40))]
            case "off":
                del body[max(place, len(body) // 2) :]
            case "byte":
                body[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
    return bytes(body)


types = st.sampled_from(
    ["", "text/xml", "text/html; charset=gbk", "application/json", "text/xml; charset=nonsense", "é;"]
)
any_document = pytest.mark.filterwarnings(  # Beautiful Soup's advice on documents that are no HTML
    "ignore::bs4.XMLParsedAsHTMLWarning", "ignore::bs4.MarkupResemblesLocatorWarning"
)


@any_document
@pytest.mark.parametrize("kind", KINDS)
@given(body=st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=20).map(b"".join), content_type=types)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_bytes_are_read_or_told(kind: str, body: bytes, content_type: str) -> None:
    assert_reads_or_says_why(kind, body, content_type)


@any_document
@pytest.mark.parametrize("kind", KINDS)
@given(body=damaged(), content_type=types)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_documents_are_read_or_told(kind: str, body: bytes, content_type: str) -> None:
    assert_reads_or_says_why(kind, body, content_type)
