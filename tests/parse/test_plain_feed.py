"""The quick way and feedparser read the same, wherever the quick way does not give up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aggregator.errors import ParseError
from aggregator.model import Feed
from aggregator.parse.document import Document
from aggregator.parse.feed import parse_feed, read_thoroughly
from aggregator.parse.plain_feed import UnsureError, read_plain
from tests.shared import shared

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
OURS = sorted([*(DATA / "feeds").glob("*.xml"), *(DATA / "demo").glob("*.xml")])
SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAIN = ("rss-2.0", "rss-bom", "rss-cdata", "atom-1.0", "atom-text-title")  # at least these are read the quick way


def document(body: bytes, content_type: str = "") -> Document:
    now = datetime(2025, 3, 17, 4, tzinfo=UTC)
    return Document(body, "https://pub.example/feed", content_type, zone=SHANGHAI, now=now)


def read_both_ways(body: bytes, content_type: str = "") -> Feed | None:
    """What the quick way reads, which is what feedparser reads; None where it is not sure."""
    said = document(body, content_type)
    try:
        quick = read_plain(said)
    except UnsureError:
        return None
    assert quick == read_thoroughly(said)
    return quick


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_documents_are_read_alike(path: Path) -> None:
    assert read_both_ways(path.read_bytes()) or path.stem not in PLAIN


def test_real_documents_are_read_alike() -> None:
    read = [read_both_ways(path.read_bytes()) for path in sorted(shared("feeds").glob("*.xml"))]
    assert len([feed for feed in read if feed]) >= len(read) / 2


TEXTS = [
    "", " ", "Plain words", "  spaced \n out\t", "百度发布文心大模型 X1", "A &amp; B", "a &lt;b&gt;bold&lt;/b&gt; word",
    "&#20013;&#x56FD;", "&amp;amp; &amp;lt;", "&amp;nbsp;x", "<![CDATA[<p>In <b>markup</b></p>]]>",
    "<![CDATA[A & B]]> and <![CDATA[C]]>", "<![CDATA[]]>", "Use &lt;video&gt; now", "1 &lt; 2 &gt; 0",
    "caf\u00e9 \u2014 \u201cAI\u201d", "\u00a0x\u3000y ", "\u00e4\u00b8\u00ad", "\u0085", "\u2019s \U0001f600",
    "a<!-- no -->b", "x<?php y?>z", "https://a.example/1", "<b>nested</b> markup",
    "<p xmlns='http://www.w3.org/1999/xhtml'>x</p>", "]]&gt;", "&quot;q&quot; &apos;",
    "&lt;a href=&quot;/x&quot;&gt;link&lt;/a&gt;", "\ufeffmark", "&lt;script&gt;alert(1)&lt;/script&gt;", "AT&amp;T",
    "&amp;#8217;", "line\r\nbreak", "e\u0301", "\u202etfel", "&#13;", "&#128;", "PGI+aGk8L2I+",
]  # fmt: skip
DATES = [
    "Sun, 16 Mar 2025 10:30:00 GMT", "Sun, 16 Mar 2025 10:30:00 +0800", "Sun, 16 Mar 2025 10:30:00",
    "16 Mar 2025 10:30 EST", "Sun, 16 Mar 25 10:30:00 Z", "2025-03-16T10:30:00Z", "2025-03-16T10:30:00+08:00",
    "2025-03-16T10:30:00", "2025-03-16 10:30", "2025-03-16", "2025-03-16T10:30:00.123Z", "2025年3月16日",
    "2025年3月16日 10:30", "昨天 10:30", "3小时前", "3 hours ago", "March 16, 2025", "03/16/2025 10:30 PM",
    "1969-12-31T00:00:00Z", "2025-13-45", "soon", "", "20250316", "2025-W11-7", "Sun, 16 Mar 2025 24:00:00 GMT",
    "2025-03-16T10:30:00-0500", "Sun, 16 Mar 2025 10:30:00 PDT", "1742121000", "2025-03", "2025",
    "Sun Mar 16 10:30:00 2025", "Sunday, 16 March 2025 10:30:00 GMT", "16/03/2025", "2025-03-16T10:30Z",
    "0001-01-01T00:00:00Z", "2025-03-16T10:30:60Z", "Sun, 16 Mar 2025 10:30:00 UT", "2025-075",
    "\n 2025-03-16T10:30:00Z ", "2025-03-16T10:30:00 +0800", "Sun, 16 Mar 2025 10:30:00 +08:00", "16 Mar 2025",
    "Mar 16 2025 10:30AM", "2025.03.16 10:30", "2025-3-6",
]  # fmt: skip
LINKS = [
    "https://a.example/1", "http://a.example/1?a=1&amp;b=2", "/relative", "", " https://a.example/2 ",
    "tag:a.example,2025:1", "urn:uuid:1", "#top", "//a.example/x", "mailto:a@a.example", "javascript:alert(1)",
    "https://例子.example/新闻", "HTTPS://A.example/x", "https://a.example/a b", "1234", "https://a.example/%E4%B8%AD",
    "feed:https://a.example/", "<![CDATA[https://a.example/3]]>",
]  # fmt: skip
KINDS = [
    "", "text", "html", "xhtml", "text/html", "text/plain", "image/png", "application/xhtml+xml", "HTML", "weird",
]  # fmt: skip
ATTRIBUTES = [
    "", "", "", "", " xml:lang='zh'", " xml:lang=''", " lang='fr'", " xml:base='https://b.example/'",
    " xml:space='preserve'",
    " isPermaLink='false'", " mode='escaped'",
]  # fmt: skip
OTHERS = [
    "<category>AI</category>", "<author>a@a.example (A)</author>", "<dc:creator>张三</dc:creator>",
    "<slash:comments>3</slash:comments>", "<dc:date>2025-03-15T00:00:00Z</dc:date>",
    "<media:thumbnail url='https://a.example/i.png'/>", "<media:title>Other title</media:title>",
    "<media:content url='x'><media:title>Inner</media:title></media:content>",
    "<comments>https://a.example/c</comments>",
    "<enclosure url='https://a.example/a.mp3' length='1' type='audio/mpeg'/>",
    "<source url='https://a.example/s'>The source</source>", "<dc:title>Dublin</dc:title>",
    "<atom:link href='https://a.example/atom' rel='self'/>", "<itunes:summary>sum</itunes:summary>", "<unknown/>",
    "<dc:language>fr</dc:language>", "<atom:entry/>", "<source><title>Inner</title><id>x</id></source>",
    "<rights>none</rights>", "<contributor><name>C</name></contributor>",
    "<author><name>N</name><uri>https://a.example/n</uri></author>", "<updated>2025-03-14T00:00:00Z</updated>",
    "<!-- a comment -->", "<?go?>", "text between", "<ttl>60</ttl>", "<georss:point>1 2</georss:point>",
    "<wfw:commentRss>https://a.example/w</wfw:commentRss>", "<media:content url='x'/>",
    "<media:content><media:description>d</media:description></media:content>", "<category domain='x'>中国</category>",
    "<author/>", "<source>plain</source>", "<source url='x'><link>y</link></source>",
    "<category><title>T</title></category>", "<author><title>T</title></author>",
    "<comments><link>z</link></comments>", "<image><title>Picture</title><url>https://a.example/i.png</url></image>",
    "<description><title>T</title></description>",
]  # fmt: skip
RELS = ["", "alternate", "self", "enclosure", "related", "via", "replies", "ALTERNATE", "edit"]
SPACES = (
    "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/' "
    "xmlns:media='http://search.yahoo.com/mrss/' xmlns:slash='http://purl.org/rss/1.0/modules/slash/' "
    "xmlns:atom='http://www.w3.org/2005/Atom' xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' "
    "xmlns:wfw='http://wellformedweb.org/CommentAPI/' xmlns:georss='http://www.georss.org/georss'"
)


def one_of(*choices: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sampled_from([choice for each in choices for choice in each])


def element(names: Sequence[str], inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("<{0}{1}>{2}</{0}>".format, st.sampled_from(names), st.sampled_from(ATTRIBUTES), inside)


def typed(names: Sequence[str]) -> st.SearchStrategy[str]:
    said = st.sampled_from(KINDS).map(lambda kind: f" type='{kind}'" if kind else "")
    return st.builds("<{0}{1}{2}>{3}</{0}>".format, st.sampled_from(names), said, st.sampled_from(ATTRIBUTES), texts)


texts = one_of(TEXTS)
href_links = st.builds(
    lambda href, rel, kind: f"<link href='{href}'{rel and f' rel={rel!r}'}{kind and f' type={kind!r}'}/>",
    one_of([link for link in LINKS if "<" not in link]), st.sampled_from(RELS), st.sampled_from(KINDS),
)  # fmt: skip
rss_parts = (
    element(["title", "description", "content:encoded"], texts)
    | element(["pubDate"], one_of(DATES))
    | element(["guid", "link"], one_of(LINKS))
    | one_of(OTHERS)
)
atom_parts = (
    typed(["title", "summary", "content"])
    | element(["updated", "published"], one_of(DATES))
    | element(["id"], one_of(LINKS))
    | href_links
    | one_of(OTHERS)
)


def documents(
    start: str, end: str, item: str, parts: st.SearchStrategy[str], others: st.SearchStrategy[str]
) -> st.SearchStrategy[bytes]:
    """Documents of some parts of their own and entries of some parts, in any order and number."""
    entries = st.builds(
        "<{0}{1}>{2}</{0}>".format, st.just(item), st.sampled_from(ATTRIBUTES), st.lists(parts, max_size=6).map("".join)
    )
    inside = st.lists(others, max_size=2).flatmap(
        lambda head: st.lists(entries, max_size=3).map(lambda each: "".join((*head, *each)))
    )
    tops = one_of(["", "<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-8'?>\n", "\ufeff", "\n"])
    return st.builds(
        lambda top, lang, said: f"{top}{start.format(lang=lang)}{said}{end}".encode(),
        tops,
        one_of(["", "", "", " xml:lang='en'", " lang='fr'"]),
        inside,
    )


RSS = documents(
    f"<rss version='2.0' {SPACES}{{lang}}><channel>", "</channel></rss>", "item", rss_parts,
    element(["title", "language", "link", "description"], one_of(TEXTS, ["zh-CN", "en"])) | one_of(OTHERS),
)  # fmt: skip
ATOM_START = "<feed xmlns='http://www.w3.org/2005/Atom' {}>"
ATOM = documents(
    ATOM_START.format(f"{SPACES}{{lang}}"), "</feed>", "entry", atom_parts,
    typed(["title", "subtitle"]) | element(["id", "updated"], one_of(LINKS, DATES)) | href_links | one_of(OTHERS),
)  # fmt: skip
CONTENT_TYPES = ["", "text/xml", "application/rss+xml; charset=utf-8", "text/html; charset=gbk"]


@pytest.mark.parametrize(
    ("inside", "field", "value"),
    [
        ("<title>AT&amp;T &lt;3</title>", "title", "AT&amp;T &lt;3"),
        ("<dc:title>Dublin</dc:title>", "title", "Dublin"),
        ("<dc:language>fr</dc:language>", "lang", "fr"),
        ("<image><title>Picture</title></image>", "title", ""),
    ],
)
def test_what_a_feed_says_of_itself_is_found(inside: str, field: str, value: str) -> None:
    for start, end in (("<rss version='2.0' {}><channel>", "</channel></rss>"), (ATOM_START, "</feed>")):
        feed = parse_feed(document(f"{start.format(SPACES)}{inside}{end}".encode()))
        assert getattr(feed, field) == value


@pytest.mark.parametrize(
    ("inside", "field", "value"),
    [
        ("<link>/news/1</link><guid>/news/1</guid>", "link", "/news/1"),
        ("<guid>/news/1</guid><link>/news/1</link>", "link", "/news/1"),
        ("<pubDate>2025-03</pubDate>", "published", datetime(2025, 3, 1, tzinfo=UTC)),
        ("<pubDate>2025-03-16T10:30:60Z</pubDate>", "published", datetime(2025, 3, 16, 10, 31, tzinfo=UTC)),
        ("<pubDate>2025-03-16 10:30</pubDate>", "published", datetime(2025, 3, 16, 2, 30, tzinfo=UTC)),
    ],
)
def test_what_an_entry_says_is_found(inside: str, field: str, value: object) -> None:
    body = f"<rss version='2.0'><channel><item>{inside}</item></channel></rss>".encode()
    (entry,) = parse_feed(document(body)).entries
    assert getattr(entry, field) == value


def assert_alike(body: bytes, content_type: str) -> None:
    try:
        read_both_ways(body, content_type)
    except ParseError:
        pytest.fail("the quick way reads what is no feed")


@given(RSS, st.sampled_from(CONTENT_TYPES))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_odd_rss_is_read_alike(body: bytes, content_type: str) -> None:
    assert_alike(body, content_type)


@given(ATOM, st.sampled_from(CONTENT_TYPES))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_odd_atom_is_read_alike(body: bytes, content_type: str) -> None:
    assert_alike(body, content_type)


@pytest.mark.parametrize(("date", "back"), [("3小时前", True), ("Sun, 16 Mar 2025 10:30:00 GMT", False)])
def test_a_date_that_counts_from_the_look_is_known_for_one(date: str, back: bool) -> None:
    body = f"<rss version='2.0'><channel><item><title>A</title><pubDate>{date}</pubDate></item></channel></rss>"
    for read in (parse_feed, read_thoroughly):
        (entry,) = read(document(body.encode())).entries
        assert entry.counted_back is back
