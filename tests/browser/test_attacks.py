"""What a hostile feed sends, in a real browser: the whole pack of attacks, fetched and shown by the whole service.

Every page is looked at twice: as it is, and by a browser that is told to forget the Content-Security-Policy, so that
nothing but the pages themselves keeps an attack from running.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

import feedparser
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Error as BrowserError

from tests.browsing import visiting
from tests.fakes import Post, rss
from tests.loopback import ALLOWED, served
from tests.processes import free_port, page, page_with, started

FILES = sorted((Path(__file__).parent.parent / "data" / "attacks").glob("*.html"))
PACK = ["".join(sign for sign in path.read_bytes().decode() if sign.isprintable() or sign == "\n") for path in FILES]
LINKS = (
    "javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "//news.example/' onclick='alert(1)",
    'https://news.example/{}"><script>alert(1)</script>', "https://news.example/{}#<svg onload=alert(1)>", "",
)  # fmt: skip
FEEDS = f"""
{ALLOWED}
[site]
title = "Wire <script>alert(1)</script> \\"><svg onload=alert(1)>"
[[query]]
id = "all"
title = "</title><script>alert(1)</script>"
filter = "region=cn"
[[source]]
id = "hostile"
title = "News <img src=x onerror=alert(1)>"
url = "http://127.0.0.1:{{port}}/feed.xml"
lang = "en"
region = "cn"
"""
DAY, WEEK = "/digest/2025-03-16", "/digest/2025-W11"
# What a script, or a way to run one, would leave in a page.
LOOK = """() => [...document.querySelectorAll("*")].flatMap(element => [
  ...[...element.attributes].map(one => one.name).filter(name => /^on|^style$|^srcdoc$/i.test(name)),
  ...["href", "src", "action"].map(name => String(element[name]?.baseVal ?? element[name] ?? ""))
    .filter(value => value && !/^https?:/.test(value)),
  ...(/^(script|iframe|object|embed|base|style|math|template)$/i.test(element.localName)
    && !/\\/static\\/wire.js\\?v=\\w+$/.test(element.src) ? [element.localName] : []),
])"""


@dataclass(frozen=True)
class Attack(Post):
    """An entry of which every part attacks."""

    author: str = ""

    def xml(self) -> str:
        return f"{super().xml()}<author>{escape(self.author)}</author><category>{escape(self.author)}</category>"


def feed() -> bytes:
    entries = []
    for number, attack in enumerate(PACK):
        link = LINKS[number % len(LINKS)].format(number)
        title = f"Baidu releases ERNIE 4.5 AI model {number}: {attack[:300]}"
        entries.append(Attack(title, link, f"{number} {attack[:100]}", f"AI {attack}", author=attack[:300]))
    return rss(*entries, title=" ".join(attack[:60] for attack in PACK[:20]))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service once it has fetched the attacks."""
    folder, port = tmp_path_factory.mktemp("attacks"), free_port()
    site = f"http://127.0.0.1:{port}"
    with served() as loopback:
        loopback.documents["/feed.xml"] = feed()
        (folder / "feeds.toml").write_text(FEEDS.replace("{port}", str(loopback.port)), encoding="utf-8")
        places = {"AGGREGATOR_FEEDS": f"{folder}/feeds.toml", "AGGREGATOR_DATABASE_URL": f"sqlite:///{folder}/db"}
        command = [sys.executable, "-m", "aggregator", "run", "--port", str(port)]
        with started(command, folder / "log", places) as program:
            page_with(f"{site}/healthz", "sources 1 of 1 answered")
            page_with(site + DAY, "/story/")  # grouped as well
            yield site
            assert program.interrupt() == 0, program.output


def addresses(site: str) -> list[str]:
    """Every kind of page, and of each item its own."""
    found = [
        "/",
        "/digest/",
        DAY,
        WEEK,
        f"/region/cn{WEEK}",
        "/items",
        "/items?q=script|alert|img&tier=all",
        "/company/baidu",
    ]
    found += ["/source/hostile", "/q/all", "/search", "/subscribe", "/subscribe?company=baidu&q=<b>", "/tags"]
    found += ["/sources", "/trends?by=company&until=2025-W11", "/compare?a=company/baidu&b=region/cn&until=2025-W11"]
    found += ["/timeline/company/baidu"]
    stories = sorted(set(re.findall(r"/story/[0-9]+", page(site + DAY))))
    assert stories
    newest = json.loads(page(f"{site}/api/v1/items?limit=200"))["items"]
    return [*found, "/about", "/api/", *stories[:5], *(f"/item/{item['id']}" for item in newest)]


def documents() -> list[str]:
    """Every feed and every other document that holds words of items."""
    lists = ["/items", "/company/baidu", "/source/hostile", "/q/all"]
    found = [f"{path}.{suffix}" for path in lists for suffix in ("atom", "rss", "json", "csv", "ris", "bib")]
    found += [
        "/items/archive/2025-03.atom",
        "/digest/daily.atom",
        "/digest/weekly.atom",
        "/feeds.opml",
        "/opml",
        "/sources.atom",
    ]
    found += [f"{DAY}.{suffix}" for suffix in ("md", "txt", "json")]
    return [*found, "/timeline/company/baidu.csv", "/timeline/company/baidu.json", "/.well-known/feed-menu.json"]


def test_the_service_has_the_whole_pack(hostile: str) -> None:
    items = json.loads(page(f"{hostile}/api/v1/items?limit=200"))["items"]
    assert len(items) == len(PACK) > 80
    assert "<script>" in page(f"{hostile}/items.csv")


@pytest.mark.parametrize("policy", [True, False], ids=["with the policy", "without it"])
def test_no_page_runs_a_script_or_asks_anybody_else(browser: Browser, hostile: str, policy: bool) -> None:
    with visiting(browser, hostile, bypass_csp=not policy) as visit:
        paths = addresses(hostile)
        for path in paths[:40] if policy else paths:
            assert visit.go(path).evaluate(LOOK) == [], path
        for path, status in (("/<script>alert(1)</script>", 404), ("/items?<svg onload=alert(1)>=1", 400)):
            assert visit.go(path, status).evaluate(LOOK) == [], path


def test_no_document_runs_a_script_or_asks_anybody_else(browser: Browser, hostile: str) -> None:
    with visiting(browser, hostile, bypass_csp=True) as visit:
        for path in documents():
            answer = visit.page.request.get(hostile + path)
            assert (answer.status, answer.headers["x-content-type-options"]) == (200, "nosniff"), path
            if path.endswith((".csv", ".jsonl", ".ris", ".bib")):  # for another program
                with visit.page.expect_download(), suppress(BrowserError):
                    visit.page.goto(hostile + path)
            else:
                visit.go(path)


def test_a_careless_reader_that_trusts_the_feeds_comes_to_no_harm(browser: Browser, hostile: str) -> None:
    """Summaries go into a page of the reader's own, as they are and without a policy."""
    found = [item["content_html"] for item in json.loads(page(f"{hostile}/items.json"))["items"]]
    for path in ("/items.atom", "/items.rss", "/digest/daily.atom"):
        read = feedparser.parse(page(hostile + path).encode(), sanitize_html=False, resolve_relative_uris=False)
        found += [entry.get("summary", "") for entry in read.entries]
    assert len([words for words in found if words]) > 100
    with visiting(browser, hostile, bypass_csp=True) as visit:
        visit.go("/about")
        visit.page.set_content("<!doctype html><title>Reader</title>" + "".join(f"<div>{html}</div>" for html in found))
        assert visit.page.evaluate(LOOK) == []
        links = visit.page.locator("a[href]").evaluate_all("links => links.map(link => link.href)")
        assert [link for link in links if not re.match("https?://", link)] == []
