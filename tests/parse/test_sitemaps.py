"""Sitemaps, indexes of them and those for news: which entries they make, whatever is wrong with them."""

from __future__ import annotations

from datetime import datetime

import pytest

from aggregator.errors import ParseError
from aggregator.model import Limits
from aggregator.parse import parse
from aggregator.parse.document import Document
from tests.parse.reading import DAY, NOW, PAGE, only, read

NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
NEWS = "<n:news><n:publication><n:language>zh</n:language></n:publication>"
NEWS += "<n:publication_date>2025-03-16</n:publication_date><n:title>A &amp;amp; B</n:title></n:news>"


def test_what_a_sitemap_says_of_pictures_is_no_title() -> None:
    picture = "<i:image><i:loc>https://pub.example/logo.png</i:loc><i:title>Logo</i:title></i:image>"
    names = f'{NAMES} xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
    page = "<loc>https://pub.example/chip-rules</loc>"
    news = "<n:news><n:title>Real title</n:title></n:news>"
    for told, title in ((picture, "Chip rules"), (picture + news, "Real title")):
        entry = only("sitemap", f"<urlset {names}><url>{page}{told}</url></urlset>")
        assert (entry.title, entry.link) == (title, "https://pub.example/chip-rules")


@pytest.mark.parametrize(
    ("told", "title", "published", "lang"),
    [
        ("<loc>https://a.example/news/model-release</loc>", "Model release", None, ""),
        ("<loc>https://a.example/news/model_release.html</loc>", "Model release", None, ""),
        ("<loc>https://a.example/%E6%94%BF%E7%AD%96/</loc>", "政策", None, ""),
        ("<loc>https://a.example/</loc>", "https://a.example/", None, ""),
        ("<loc> https://a.example/x </loc><lastmod>2025-03-16</lastmod>", "X", DAY, ""),
        (f"<loc>https://a.example/x</loc><lastmod>2025-03-17</lastmod>{NEWS}", "A &amp;amp; B", DAY, "zh"),
    ],
)
def test_an_address_of_a_sitemap_is_an_entry(told: str, title: str, published: datetime | None, lang: str) -> None:
    entry = only("sitemap", f"<urlset {NAMES}><url>{told}</url></urlset>")
    assert (entry.title, entry.published, entry.lang) == (title, published, lang)
    assert entry.id == entry.link


def test_blanks_before_a_sitemap_change_no_link() -> None:
    body = f'\n <?xml version="1.0"?><urlset {NAMES}><url><loc>https://pub.example/a?b=1&amp;c=2</loc></url></urlset>'
    assert only("sitemap", body).link == "https://pub.example/a?b=1&c=2"


@pytest.mark.parametrize(
    ("declared", "encoding", "content_type"),
    [
        ("gb2312", "utf-8", "application/xml"),
        ("gb2312", "gbk", "application/xml"),
        ("", "gbk", "application/xml; charset=GBK"),
        ("utf-8", "utf-8", "application/xml; charset=gb2312"),
        ("", "utf-8", "application/xml; charset=nonsense"),
    ],
)
def test_a_sitemap_is_read_in_the_encoding_that_its_bytes_are_in(
    declared: str, encoding: str, content_type: str
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    url = "<url><loc>/a</loc><n:news><n:title>人工智能新规发布</n:title></n:news></url>"
    body = f"{declaration}<urlset {NAMES}>{url}</urlset>".encode(encoding)
    (entry,) = parse("sitemap", Document(body, PAGE, content_type, now=NOW)).entries
    assert entry.title == "人工智能新规发布"


def test_addresses_that_are_none_are_left_out() -> None:
    body = f"<urlset {NAMES}><!-- x --><url/><url><loc>javascript:x</loc></url><url><loc>/a</loc></url></urlset>"
    assert [entry.link for entry in read("sitemap", body).entries] == ["https://pub.example/a"]


def test_an_index_names_its_newest_parts() -> None:
    days = {"a": "2025-01-01", "b": "2025-03-01", "c": "", "d": "2025-02-01", "e": "2025-03-02"}
    told = "".join(f"<sitemap><loc>/{name}.xml</loc><lastmod>{day}</lastmod></sitemap>" for name, day in days.items())
    feed = read("sitemap", f"<sitemapindex {NAMES}>{told}</sitemapindex>")
    assert feed.parts == tuple(f"https://pub.example/{name}.xml" for name in "ebd")
    assert feed.entries == ()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "the sitemap cannot be read"),
        ("no xml", "the document is no sitemap|the sitemap cannot be read"),
        ("<html><body/></html>", "the document is no sitemap .its root is 'html'"),
        ("<rss/>", "the document is no sitemap .its root is 'rss'"),
    ],
)
def test_what_is_no_sitemap_is_told(body: str, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        read("sitemap", body)


def test_an_entity_that_a_sitemap_declares_is_no_more_than_its_name() -> None:
    doctype = '<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    body = f"{doctype}<urlset {NAMES}><url><loc>https://a.example/&x;b</loc></url></urlset>"
    assert [entry.link for entry in read("sitemap", body).entries] == ["https://a.example/&x;b"]


@pytest.mark.parametrize("damage", ["", "<url><loc>/x<changefreq></url>", "<url><loc>/x\x08</loc></url>"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_links_of_a_sitemap_survive_damage_around_them(damage: str, encoding: str) -> None:
    said = ["/s?a=3&id=1", "/s?a=3&amp;id=2", "<![CDATA[/s?a=3&id=3]]>", "/s?a=3&#38;id=4", "/s?a=3&copy=5"]
    told = "".join(f"<url><loc>{loc}</loc></url>" for loc in said)
    title = "<n:news><n:title>AT&amp;T&nbsp;&mdash; <![CDATA[R&D]]></n:title></n:news>"
    body = f"<urlset {NAMES}>{damage}<url><loc>/t</loc>{title}</url>{told}</urlset>".encode(encoding)
    feed = parse("sitemap", Document(body, "https://pub.example/", now=NOW))
    found = {entry.link.removeprefix("https://pub.example"): entry.title for entry in feed.entries}
    assert found["/t"] == "AT&amp;T\xa0— R&amp;D"
    assert {"/s?a=3&id=1", "/s?a=3&id=2", "/s?a=3&id=3", "/s?a=3&id=4", "/s?a=3&copy=5"} <= found.keys()
    assert bool(feed.warning) == bool(damage)


def test_a_long_sitemap_keeps_the_newest() -> None:
    days = ["", *(f"<lastmod>2025-03-{day:02}</lastmod>" for day in range(1, 16)), ""]
    told = "".join(f"<url><loc>/{number}</loc>{day}</url>" for number, day in enumerate(days))
    body = f"<urlset {NAMES}>{told}</urlset>".encode()
    feed = parse("sitemap", Document(body, "https://pub.example/", limits=Limits(items=3)))
    assert [entry.link.rpartition("/")[2] for entry in feed.entries] == ["15", "14", "13"]
    assert feed.warning.startswith("14 of 17 entries")


def test_the_parts_of_an_index_without_dates_are_told_by_their_numbers() -> None:
    told = "".join(
        f"<sitemap><loc>https://a.example/{year}/map.xml</loc></sitemap>" for year in (2020, 2026, 2025, 2024)
    )
    feed = read("sitemap", f"<sitemapindex {NAMES}>{told}</sitemapindex>")
    assert feed.parts == tuple(f"https://a.example/{year}/map.xml" for year in (2026, 2025, 2024))
