"""Every document in tests/data/feeds is read as its neighbour NAME.expected.toml says."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, Selectors
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.parse.feed import parse_feed, read_thoroughly

FEEDS = Path(__file__).parent.parent / "data" / "feeds"
DOCUMENTS = sorted(path for path in FEEDS.iterdir() if not path.name.endswith(".expected.toml"))
NOW = datetime(2025, 3, 17, 4, 0, tzinfo=UTC)


def expected_of(path: Path) -> dict[str, Any]:
    return tomllib.loads((FEEDS / f"{path.stem}.expected.toml").read_text(encoding="utf-8"))


def read(path: Path, said: dict[str, Any]) -> Feed:
    document = Document(
        body=path.read_bytes(),
        url=said.get("url", "https://pub.example/feed"),
        content_type=said.get("content_type", ""),
        selectors=Selectors(**said["selectors"]) if "selectors" in said else None,
        zone=ZoneInfo(said.get("zone", "UTC")),
        now=NOW,
    )
    return parse(said.get("kind", "feed"), document)


def assert_entry(entry: Entry, said: dict[str, Any]) -> None:
    assert (entry.id, entry.link, entry.title) == (said["id"], said["link"], said["title"])
    assert (entry.published, entry.updated) == (said.get("published"), said.get("updated"))
    assert entry.lang == said.get("lang", "")
    assert said["summary"] in entry.summary if "summary" in said else entry.summary == ""


def test_there_are_enough_documents() -> None:
    assert len(DOCUMENTS) >= 20
    assert {path.stem for path in DOCUMENTS} == {path.name.split(".expected")[0] for path in FEEDS.glob("*.toml")}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_document_is_read_as_expected(path: Path) -> None:
    said = expected_of(path)
    feed = read(path, said)
    assert (feed.title, feed.lang) == (said["title"], said["lang"])
    assert said["warning"] in feed.warning
    assert bool(feed.warning) == bool(said["warning"])
    assert len(feed.entries) == len(said.get("entry", []))
    for entry, expected in zip(feed.entries, said.get("entry", []), strict=True):
        assert_entry(entry, expected)


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/octet-stream", "text/xml", "nonsense", ""])
def test_type_that_the_server_names_does_not_matter(kind: str) -> None:
    path = FEEDS / "rss-2.0.xml"
    said = expected_of(path)
    assert read(path, said | {"content_type": kind}) == read(path, said)


@pytest.mark.parametrize("name", ["rss-gbk.xml", "rss-utf-16.xml", "rss-bom.xml", "rss-gb18030-undeclared.xml"])
def test_encoding_does_not_change_what_is_read(name: str) -> None:
    said = expected_of(FEEDS / "rss-bom.xml")
    assert read(FEEDS / name, said) == read(FEEDS / "rss-bom.xml", said)


def one_title(body: bytes, content_type: str = "") -> str:
    (entry,) = parse("feed", Document(body, "https://pub.example/feed", content_type)).entries
    return entry.title


def test_a_link_that_counts_its_readers_names_the_page_itself() -> None:
    counting = "<link>https://counter.example/~r/news/1</link>"
    page = "<feedburner:origLink>https://pub.example/1</feedburner:origLink>"
    body = f"<item><title>A</title>{counting}{page}</item>"
    named = 'version="2.0" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    document = Document(f"<rss {named}><channel>{body}</channel></rss>".encode(), "https://pub.example/feed")
    assert [entry.link for entry in parse("feed", document).entries] == ["https://pub.example/1"]


@pytest.mark.parametrize(
    ("title", "encoding", "said", "content_type"),
    [
        ("人工智能", "gb18030", "", ""),
        ("人工智能", "gb18030", ' encoding="utf-8"', "text/xml; charset=utf-8"),
        ("人工智能", "utf-8", "", ""),
        ("人工智能", "gb18030", "", "text/xml; charset=GB2312"),
        ("人工智能", "gb18030", ' encoding="iso-8859-1"', ""),
        ("人工智能", "gb18030", ' encoding="iso-8859-1"', "text/xml; charset=utf-8"),
        ("人工智能", "gb18030", ' encoding="utf-16"', ""),
        ("China’s café – “AI”", "cp1252", ' encoding="windows-1252"', ""),
        ("China’s café – “AI”", "cp1252", "", ""),
        ("Größe überhaupt", "latin-1", ' encoding="iso-8859-1"', ""),
    ],
)
def test_title_survives_its_encoding(title: str, encoding: str, said: str, content_type: str) -> None:
    text = f'<?xml version="1.0"{said}?><rss version="2.0"><channel><item><title>{title}</title></item></channel></rss>'
    assert one_title(text.encode(encoding), content_type) == title


@pytest.mark.parametrize(
    ("content_type", "meta"), [("text/html; charset=gbk", ""), ("", "<meta charset=gbk>"), ("", "")]
)
def test_list_page_survives_its_encoding(content_type: str, meta: str) -> None:
    page = f"<html><head>{meta}</head><body><article><a href=/1>算力规划发布</a></article></body></html>"
    selectors = Selectors(items="article", title="a")
    feed = parse("html", Document(page.encode("gbk"), "https://pub.example/", content_type, selectors))
    assert [entry.title for entry in feed.entries] == ["算力规划发布"]


def test_body_that_looks_like_a_path_is_never_opened(tmp_path: Path) -> None:
    path = tmp_path / "feed.xml"
    path.write_bytes((FEEDS / "rss-2.0.xml").read_bytes())
    with pytest.raises(ParseError, match="not a feed"):
        parse("feed", Document(str(path).encode(), "https://pub.example/feed"))


@pytest.mark.parametrize(
    ("summary", "shown"),
    [
        ("A first line&lt;br/&gt;a second", "A first line<br/>a second"),
        ("&lt;p&gt;Whole&lt;/p&gt;", "<p>Whole</p>"),
        ("Use &lt;video&gt; &amp;amp; more", "Use &lt;video&gt; &amp;amp; more"),
    ],
)
@pytest.mark.parametrize("kind", ["", ' type="text"'])
def test_a_summary_that_is_called_text_may_be_html(summary: str, shown: str, kind: str) -> None:
    body = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><id>a</id><title>x</title>
      <summary{kind}>{summary}</summary></entry></feed>"""
    document = Document(body.encode(), "https://a.example/feed", "application/atom+xml")
    assert [parse_feed(document).entries[0].summary, read_thoroughly(document).entries[0].summary] == [shown, shown]
