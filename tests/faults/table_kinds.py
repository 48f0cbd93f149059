"""Rows: list pages, JSON, sitemaps, robots.txt and the rules of a source."""

from __future__ import annotations

import json

from tests.faults.rows import EITHER, FEED, GOOD, OUT_OF_TIME, Row, item, page, read, refused, rss, selecting
from tests.fetch.packing import gzipped
from tests.fetch.server import answer

LIST = (
    '<!doctype html><meta charset=utf-8>{}<ul><li><a href="a/1.html">第一条</a><i>2025年3月16日</i>'
    '<li><a href="/2.html">第二条</a><i>[2025-03-15]</i></ul>'
)
HTML = selecting("html", items="li", title="a", date="i")
DATES = ("2025-03-16T00:00", "2025-03-15T00:00")
PAGES = (
    read("A list page", LIST.format(""), 2, settings=HTML, links=("/a/1.html", "/2.html"), dates=DATES),
    read(
        "A list page with a base",
        LIST.format('<base href="/base/x">'),
        2,
        settings=HTML,
        links=("/base/a/1.html", "/2.html"),
    ),
    read(
        "A base of javascript",
        LIST.format('<base href="javascript:alert(1)">'),
        2,
        settings=HTML,
        links=("/a/1.html", "/2.html"),
    ),
    read(
        "A list page in GBK",
        LIST.format("").replace("utf-8", "gbk").encode("gbk"),
        2,
        settings=HTML,
        titles=("第一条", "第二条"),
    ),
    refused(
        "Selectors that match nothing",
        page(LIST.format("")),
        "the selectors match nothing on the page (items = 'tr')",
        settings=selecting("html", items="tr", title="a"),
    ),
    refused(
        "A title that matches nothing",
        page(LIST.format("")),
        "match nothing on the page (title = 'h9')",
        settings=selecting("html", items="li", title="h9"),
    ),
    refused(
        "A selector that is none",
        page(LIST.format("")),
        "a selector cannot be read",
        settings=selecting("html", items="li[", title="a"),
    ),
    refused("An empty list page", page(""), "the selectors match nothing", settings=HTML),
    Row("Nested elements of a list page", page("<div>" * 100_000 + LIST.format("")), EITHER, 2, OUT_OF_TIME, HTML),
)
RECORDS = {"data": {"list": [{"t": "One", "at": 1742083200000, "u": {"p": "/1"}}, {"t": "Two", "at": 1742083200}]}}
JSON = selecting("json", items="data.list", title="t", link="u.p", date="at")
ODD_RECORDS = {
    "data": {"list": [None, 1, "x", [], {"t": None}, {"t": {"t": "no"}}, {"t": "Words", "at": -1, "u": {"p": "/w"}}]}
}
BIG = '{"data": {"list": [{"u": {"p": "/1"}, "t": ' + "9" * 5000 + "}]}}"
JSONS = (
    read(
        "JSON with dotted paths",
        json.dumps(RECORDS),
        2,
        settings=JSON,
        links=("/1", ""),
        dates=("2025-03-16T00:00",) * 2,
    ),
    refused(
        "A path that leads nowhere",
        page(json.dumps(RECORDS)),
        "items = 'data.rows' leads to no list",
        settings=JSON.replace("data.list", "data.rows"),
    ),
    refused(
        "A title that is not there",
        page(json.dumps(RECORDS)),
        "title = 'name' finds nothing in 2 records",
        settings=JSON.replace("title = 't'", "title = 'name'"),
    ),
    refused(
        "A link that is not there",
        page(json.dumps(RECORDS)),
        "link = 'u.q' finds nothing in 2 records",
        settings=JSON.replace("u.p", "u.q"),
    ),
    refused("Web page instead of JSON", page("<html>no</html>"), "the document is not JSON", settings=JSON),
    refused("Nested lists in JSON", page("[" * 100_000), "the document is not JSON", settings=JSON),
    Row("A number of 5,000 digits", page(BIG), items=1, settings=JSON),
    Row("Odd records in JSON", page(json.dumps(ODD_RECORDS)), items=1, settings=JSON, holds=("Words",)),
    refused("JSON of NaN", page('{"data": {"list": NaN}}'), "leads to no list", settings=JSON),
    refused("A template that takes an empty list", page("[]"), "leads to no list", settings=JSON),
    Row(
        "JSON Feed",
        page('{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": 1, "url": "/1", "title": "<b>"}]}'),
        items=1,
        titles=("<b>",),
        links=("/1",),
    ),
    Row(
        "JSON Feed of nonsense",
        page('{"version": "https://jsonfeed.org/version/1.1", "items": [1, null, {}, {"id": {}}]}'),
        items=0,
    ),
)

MAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


def sitemap(*urls: str, root: str = "urlset") -> bytes:
    return f'<?xml version="1.0"?><{root} xmlns="{MAP}" xmlns:n="{NEWS}">{"".join(urls)}</{root}>'.encode()


def url(loc: str, more: str = "", tag: str = "url") -> str:
    return f"<{tag}><loc>{loc}</loc>{more}</{tag}>"


PLAIN = sitemap(url("/news/ai-rules", "<lastmod>2025-03-16</lastmod>"), url("/news/chips.html"))
TOLD = (
    "<n:news><n:publication_date>2025-03-16T08:00:00+08:00</n:publication_date><n:title>AI &amp; law</n:title></n:news>"
)
INDEX = sitemap(
    *(url(f"/part{n}.xml", f"<lastmod>2025-03-0{n}</lastmod>", "sitemap") for n in range(1, 6)), root="sitemapindex"
)
PARTS = {f"/part{n}.xml": page(sitemap(url(f"/news/{n}"))) for n in range(1, 6)}
INNER = {"/feed": page(INDEX), "/part5.xml": page(INDEX), "/part4.xml": page(INDEX), "/part3.xml": page(PLAIN)}
SITEMAP = 'kind = "sitemap"'
SITEMAPS = (
    read("A sitemap", PLAIN, 2, settings=SITEMAP, titles=("Ai rules", "Chips"), dates=("2025-03-16", "None")),
    read(
        "A news sitemap", sitemap(url("/1", TOLD)), settings=SITEMAP, titles=("AI & law",), dates=("2025-03-16T00:00",)
    ),
    read("A gzipped sitemap", gzipped(PLAIN), 2, settings=SITEMAP),
    Row(
        "An index of sitemaps",
        {"/feed": page(INDEX)} | PARTS,
        items=3,
        settings=SITEMAP,
        not_asked=("/part1.xml", "/part2.xml"),
    ),
    Row("An index of indexes", INNER, items=2, settings=SITEMAP),
    refused(
        "An index with a part that is missing", page(INDEX), "did not come: the server answered 404", settings=SITEMAP
    ),
    refused(
        "An index with a private part",
        page(sitemap(url("http://10.0.0.1/a", tag="sitemap"), root="sitemapindex")),
        "10.0.0.1 is not public",
        settings=SITEMAP,
    ),
    refused("A feed instead of a sitemap", GOOD, "is no sitemap (its root is 'rss')", settings=SITEMAP),
    refused("An empty sitemap", page(""), "the sitemap cannot be read", settings=SITEMAP),
    Row(
        "A sitemap of laughs",
        page(b'<!DOCTYPE a [<!ENTITY l0 "ha">' + b'<!ENTITY l1 "&l0;&l0;">]>' + sitemap(url("/&l1;"))[21:]),
        items=1,
        settings=SITEMAP,
        lacks=("haha",),
    ),
)
FORBIDDING = page("User-agent: *\nDisallow: /\n")
FORBIDDEN, UNREADABLE = "the host's robots.txt forbids this page to programs", "robots.txt could not be read"


def behind(robots: bytes, document: str | bytes = PLAIN) -> dict[str, bytes]:
    return {"/robots.txt": robots, "/feed": page(document)}


ROBOTS = (
    refused(
        "robots.txt that forbids", behind(FORBIDDING, LIST.format("")), FORBIDDEN, settings=HTML, not_asked=("/feed",)
    ),
    refused("robots.txt that forbids a sitemap", behind(FORBIDDING), FORBIDDEN, settings=SITEMAP, not_asked=("/feed",)),
    refused(
        "robots.txt that forbids us",
        behind(page("User-agent: AIPolicyWire\nDisallow: /feed\n\nUser-agent: *\nAllow: /")),
        FORBIDDEN,
        settings=SITEMAP,
        not_asked=("/feed",),
    ),
    refused("robots.txt that fails", behind(answer(500)), UNREADABLE, settings=SITEMAP, not_asked=("/feed",)),
    refused(
        "robots.txt that moves in a circle",
        behind(answer(301, Location="/robots.txt")),
        UNREADABLE,
        settings=SITEMAP,
        not_asked=("/feed",),
    ),
    refused(
        "A part that robots.txt forbids",
        {"/feed": page(INDEX), "/robots.txt": page("User-agent: *\nDisallow: /part")} | PARTS,
        FORBIDDEN,
        settings=SITEMAP,
        not_asked=("/part5.xml",),
    ),
    Row("robots.txt that is missing", behind(answer(404)), items=2, settings=SITEMAP),
    Row(
        "robots.txt that is a web page",
        behind(page("<!doctype html><title>Welcome</title>")),
        items=2,
        settings=SITEMAP,
    ),
    Row("robots.txt that is noise", behind(page(bytes(range(256)) * 9)), items=2, settings=SITEMAP),
    Row("robots.txt that forbids others", behind(page("User-agent: GPTBot\nDisallow: /")), items=2, settings=SITEMAP),
    Row("robots.txt is not for feeds", behind(FORBIDDING, FEED), items=2, not_asked=("/robots.txt",)),
)
AS = rss(item(1, "a" * 900 + "b"))
RULES = (
    read("A rule that keeps one", FEED, settings='include = ["PART 2"]', titles=("AI rules, part 2",)),
    read("A rule that leaves out one", FEED, settings='exclude = ["/part [2-9]$/"]', items=2),
    Row("An evil rule", page(AS), EITHER, 1, "takes too long; write a simpler one", "include = ['/(a|a?)+$/']"),
    Row("Another evil rule", page(AS), EITHER, 1, "takes too long; write a simpler one", "exclude = ['/(.*a){25}c/']"),
)

ROWS = (*PAGES, *JSONS, *SITEMAPS, *ROBOTS, *RULES)
