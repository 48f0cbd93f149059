"""List pages, JSON lists and sitemaps: what selectors may say, and what is found by them."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from aggregator.errors import ParseError
from aggregator.model import Entry, Feed, Limits, Selectors
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.refresh.identify import identify

NOW = datetime(2025, 3, 17, tzinfo=UTC)
PAGE = "https://pub.example/news/"
DAY = datetime(2025, 3, 16, tzinfo=UTC)


def read(kind: str, body: str, **said: str) -> Feed:
    selectors = Selectors(**said) if said else None
    return parse(kind, Document(body.encode(), PAGE, "", selectors, now=NOW))


def only(kind: str, body: str, **said: str) -> Entry:
    (entry,) = read(kind, body, **said).entries
    return entry


@pytest.mark.parametrize(
    ("row", "said", "title", "link"),
    [
        ('<a class=r href="1">One</a>', {"title": "."}, "One", "1"),
        ('<a class=r href="1"><b>One</b><i>x</i></a>', {"title": "b"}, "One", "1"),
        ('<a class=r href="1" title="One and all">One…</a>', {"title": "."}, "One and all", "1"),
        ('<a class=r href="1" title="Click to see">One</a>', {"title": "."}, "One", "1"),
        ('<p class=r><a href="1" title="One and all">One…</a></p>', {"title": "a"}, "One and all", "1"),
        ('<p class=r><a href="1" data-name="Name">One</a></p>', {"title": "a@data-name"}, "Name", "1"),
        ('<p class=r><a href="javascript:void(0)">x</a><b><a href="1">One</a></b></p>', {"title": "b"}, "One", "1"),
        ('<p class=r><a href="#">Tag</a><b><a href="1">One</a></b></p>', {"title": "b"}, "One", "1"),
        (
            '<p class=r><a href="">x</a><a href="mailto:x@y.z">x</a><b><a href="1">One</a></b></p>',
            {"title": "b"},
            "One",
            "1",
        ),
        ('<p class=r><a data-url="1">One</a></p>', {"title": "a", "link": "a@data-url"}, "One", "1"),
        ('<p class=r data-url="1"><a>One</a></p>', {"title": "a", "link": ".@data-url"}, "One", "1"),
        ('<p class=r><a href="1?@" title="One and all">One…</a></p>', {"title": 'a[href*="@"]'}, "One and all", "1?@"),
        ('<p class=r data-name="Name"><a href="1">One</a></p>', {"title": ".@data-name"}, "Name", "1"),
        ('<p class=r><a href="1">1</a><a href="2">Two</a></p>', {"title": "a + a", "link": "a + a"}, "Two", "2"),
        ('<p class=r id="v2"><b>Two</b></p>', {"title": "b"}, "Two", "#v2"),
        ('<p class=r><b id="v2">Two</b></p>', {"title": "b"}, "Two", "#v2"),
        ('<p class=r id="v1"><a href="#v2">Two</a></p>', {"title": "a"}, "Two", "#v2"),
        ('<p class=r><b>A &lt;b&gt; &amp; c</b><a href="1"></a></p>', {"title": "b"}, "A &lt;b&gt; &amp; c", "1"),
    ],
)
def test_a_row_of_a_list_page_has_a_title_and_a_link(row: str, said: dict[str, str], title: str, link: str) -> None:
    entry = only("html", f"<body>{row}</body>", items=".r", **said)
    assert (entry.title, entry.link) == (title, PAGE + link)


def test_rows_that_share_a_link_are_told_apart_by_their_titles() -> None:
    rows = "".join(f'<p class=r><a href="/log">log</a> <b>{name}</b></p>' for name in ("v2", "v1"))
    found, merged = identify("news", read("html", rows, items=".r", title="b").entries)
    assert ([entry.title for _, entry in found], merged) == (["v2", "v1"], [])


def test_what_a_sitemap_says_of_pictures_is_no_title() -> None:
    picture = "<i:image><i:loc>https://pub.example/logo.png</i:loc><i:title>Logo</i:title></i:image>"
    names = f'{NAMES} xmlns:i="http://www.google.com/schemas/sitemap-image/1.1"'
    page = "<loc>https://pub.example/chip-rules</loc>"
    news = "<n:news><n:title>Real title</n:title></n:news>"
    for told, title in ((picture, "Chip rules"), (picture + news, "Real title")):
        entry = only("sitemap", f"<urlset {names}><url>{page}{told}</url></urlset>")
        assert (entry.title, entry.link) == (title, "https://pub.example/chip-rules")


def test_a_row_without_link_or_anchor_has_none() -> None:
    assert only("html", "<p class=r><b>One</b></p>", items=".r", title="b").link == ""


@pytest.mark.parametrize(
    ("row", "selector", "date"),
    [
        ('<a href="/202503/16/c_1.html">x</a>', "link", DAY),
        ('<a href="/202503/t20250316_1.html">x</a>', "link", DAY),
        ('<a href="/2025-03-16/1.html">x</a>', "link", DAY),
        ('<a href="/2025/03/16/a">x</a>', "link", DAY),
        ('<a href="/2025/03/a">x</a>', "link", DAY.replace(day=1)),
        ('<a href="/120250316">x</a>', "link", None),
        ('<a href="/202513/40/a">x</a>', "link", None),
        ('<a href="/a">x</a>', "link", None),
        ('<a href="/20250301/1">x</a><i>2025-03-16</i>', "i", DAY),
        ('<a href="/20250301/1">x</a><time datetime="2025-03-16">today</time>', "time@datetime", DAY),
        ('<a href="/20250316/1">x</a>', "", None),
    ],
)
def test_the_date_of_a_row_is_where_the_selector_says(row: str, selector: str, date: datetime | None) -> None:
    assert only("html", f"<p class=r>{row}</p>", items=".r", title="a", date=selector).published == date


@pytest.mark.parametrize(
    ("items", "titles"),
    [
        ("days.*.posts", ["a", "b", "c"]),
        ("days.0.posts", ["a", "b"]),
        ("days.*.posts.0", ["a", "c"]),
        ("days.*.best", ["a", "c"]),
    ],
)
def test_a_path_leads_through_lists(items: str, titles: list[str]) -> None:
    body = (
        '{"days": [{"best": {"t": "a"}, "posts": [{"t": "a"}, {"t": "b"}]},'
        ' {"best": {"t": "c"}, "posts": [{"t": "c"}]}]}'
    )
    assert [entry.title for entry in read("json", body, items=items, title="t").entries] == titles


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("AT&#038;T &#8211; the chips policy", "AT&#038;T &#8211; the chips policy"),
        ("A <em>new</em> rule", "A <em>new</em> rule"),
        ("AT&T and x < y", "AT&amp;T and x &lt; y"),
        ("The <head> of state", "The &lt;head&gt; of state"),
        ("R1 leaks </think> tokens; R&D; &str;", "R1 leaks &lt;/think&gt; tokens; R&amp;D; &amp;str;"),
    ],
)
def test_a_title_in_json_is_text_unless_it_is_clearly_html(said: str, title: str) -> None:
    assert only("json", json.dumps([{"t": said}]), items="", title="t").title == title


def test_records_that_say_nothing_are_left_out() -> None:
    body = '[{"t": "a"}, null, "x", {"t": null}, {"l": "https://a.example/1"}]'
    found = read("json", body, items="", title="t", link="l").entries
    assert [(entry.title, entry.link) for entry in found] == [("a", ""), ("", "https://a.example/1")]
    feed = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": null}, {"id": "1"}]}'
    assert [entry.id for entry in read("feed", feed).entries] == ["1"]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("1742083200", DAY),
        ('"1742083200"', DAY),
        ("1742083200.5", DAY),
        ("1742083200000", DAY),
        ('"1742083200000"', DAY),
        ("1742083200999", DAY),
        ('"2025-03-16"', DAY),
        ("999999999", datetime(2001, 9, 9, 1, 46, 39, tzinfo=UTC)),
        ("99999999999999", None),
        ("7", None),
        ("null", None),
        ("true", None),
    ],
)
def test_a_date_may_be_seconds_or_milliseconds(date: str, moment: datetime | None) -> None:
    body = f'[{{"t": "a", "d": {date}}}]'
    assert only("json", body, items="", title="t", date="d").published == moment


NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
NEWS = "<n:news><n:publication><n:language>zh</n:language></n:publication>"
NEWS += "<n:publication_date>2025-03-16</n:publication_date><n:title>A &amp;amp; B</n:title></n:news>"


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


def test_a_page_on_which_a_selector_finds_nothing_any_more_is_an_error_and_without_dates_a_warning() -> None:
    rows = "".join(f'<li><h4><a href="/{n}">Title {n}</a></h4><em>2025-03-16</em></li>' for n in range(3))
    with pytest.raises(ParseError, match="link = 'h3 a'"):
        read("html", rows, items="li", title="a", link="h3 a")
    undated = read("html", rows, items="li", title="a", date="i")
    assert (len(undated.entries), undated.warning) == (3, "date = 'i' finds no date in any of 3 rows")
    assert not read("html", rows, items="li", title="a", date="em").warning


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


def test_entities_of_a_sitemap_are_not_resolved() -> None:
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
    assert feed.warning.startswith("14 entries")
