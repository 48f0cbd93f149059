"""What a hostile feed writes into titles, summaries, links and names comes out as text, wherever it is shown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import feedparser
import pytest
from bs4 import BeautifulSoup, Tag

from tests.fakes import FakeWeb, Post, rss
from tests.text.harmless import assert_harmless
from tests.web.conftest import opened
from tests.web.site import SUFFIXES, Site

ATTACKS = [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</title></textarea></style></script><script>alert(1)</script>",
    "<a href='javascript:alert(1)'>x</a>",
    "]]><script>alert(1)</script><![CDATA[",
    "--><script>alert(1)</script><!--",
    "{{ 7*7 }}{% import os %}",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "\u202e<b>\u0000\u001b[31m</b>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=//evil.example'>",
]  # fmt: skip
LINKS = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,<script>alert(1)</script>",
    "vbscript:x", "//news.example/' onclick='alert(1)", 'https://news.example/"><script>alert(1)</script>',
    "https://news.example/{}#<svg onload=alert(1)>", "file:///etc/passwd", "",
]  # fmt: skip
NAME = "Baidu <script>alert(1)</script>\\\" onload='alert(1)' ERNIE"
FEEDS = f"""
[site]
title = "{NAME}"
[[source]]
id = "hostile"
title = "{NAME}"
url = "http://feed.example/"
lang = "en"
region = "cn"
"""


def posts() -> Iterator[Post]:
    """Every attack in title, summary and id, with every kind of link in turn."""
    for number, attack in enumerate(ATTACKS):
        link = LINKS[number % len(LINKS)].format(number)
        clean = "".join(sign for sign in attack if sign.isprintable())  # the rest is not XML
        yield Post(f"Baidu releases ERNIE 4.5 {clean} AI model", link, f"{clean}{number}", f"<p>{clean}</p>AI {clean}")
    for number, link in enumerate(LINKS):
        yield Post(f"China plans AI rules {number}", link, f"link-{number}", f"<a href='{link}'>AI</a>")


@pytest.fixture(scope="module")
def hostile(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site with nothing but attacks in it, one of them an edit of another."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copyfile(sqlite_template, folder / "aggregator.db")
    (folder / "feeds.toml").write_text(FEEDS, encoding="utf-8")
    with opened(folder) as site:
        site.service.sync_sources()
        web = FakeWeb({"http://feed.example/": rss(*posts(), title=ATTACKS[0])})
        site.refresh(web)
        edited = [Post(f"Edited {post.title}", post.link, post.guid, post.summary) for post in posts()]
        web.documents["http://feed.example/"] = rss(*edited, title=ATTACKS[0])
        site.clock.advance(minutes=5)
        site.refresh(web)
        yield site


@pytest.fixture(scope="module")
def addresses(hostile: Site) -> list[str]:
    """Every page that shows one of the items."""
    found = ["/", "/items", "/tags", "/sources", "/source/hostile", "/company/baidu", "/region/cn?topic=release"]
    found += ["/items?q=%3Cscript%3Ealert", "/items?q=script|img|alert|1&tier=all", "/items?q=%22<b>", "/<script>"]
    found += [
        "/trends?by=company",
        "/timeline/company/baidu",
        "/compare?a=company/baidu&b=region/cn",
        "/compare?a=<b>&b=x",
    ]
    return found + [f"/item/{item.id}" for item in hostile.items()]


def is_harmful(element: Tag) -> bool:
    """Whether a browser would run something, load something or leave the site because of the element."""
    if element.name == "script":
        return not str(element.get("src")).startswith("/static/wire.js?v=") or bool(element.get_text())
    if (
        element.name == "svg" and element.get("role") == "img"
    ):  # a chart of ours; what is in it is looked at like the rest
        return False
    if element.name in {"iframe", "svg", "math", "style", "base", "img", "object", "embed", "textarea", "b"}:
        return True
    if any(name.startswith("on") or name in ("style", "srcdoc") for name in element.attrs):
        return True
    schemes = {urlsplit(str(element.get(name, "")).strip()).scheme for name in ("href", "src", "action")}
    return not schemes <= {"", "http", "https"}


def test_the_attacks_are_in_the_store(hostile: Site) -> None:
    items = hostile.items()
    assert len(items) == len(list(posts()))
    assert any("<script>alert(1)</script>" in item.title for item in items)
    assert any(item.relevant and "onmouseover" in item.title for item in items)


def test_no_page_holds_an_attack_as_markup(hostile: Site, addresses: list[str]) -> None:
    for address in addresses:
        page = BeautifulSoup(hostile.get(address).text, "lxml")
        allowed = page.select('[aria-labelledby="versions"] li > b')  # the old title, our own markup
        harmful = [element for element in page.find_all(True) if is_harmful(element) and element not in allowed]
        assert harmful == [], address
        assert len(page.select("head > script")) == len(page.select("head > title")) == 1


def test_links_of_items_lead_to_the_web_or_to_their_own_page(hostile: Site) -> None:
    links = [str(link["href"]) for link in hostile.page("/items").select("article .title a")]
    assert len(links) == len(list(posts()))
    assert all(link.startswith(("/item/", "http://", "https://")) for link in links)


def test_attacks_are_shown_as_the_text_that_they_are(hostile: Site) -> None:
    shown = hostile.page("/items").get_text()
    assert "{{ 7*7 }}{% import os %}" in shown
    assert "<script>alert(1)</script> AI model" in shown


@pytest.mark.parametrize("path", ["/items", "/source/hostile", "/company/baidu"])
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_no_feed_hands_an_attack_on(hostile: Site, path: str, suffix: str) -> None:
    answer = hostile.get(f"{path}.{suffix}")
    if suffix == "json":
        found = [(item["content_html"], item["url"]) for item in json.loads(answer.data)["items"]]
    else:
        feed = feedparser.parse(answer.data, sanitize_html=False)
        assert not feed.bozo
        found = [(entry.get("summary", ""), entry.link) for entry in feed.entries]
    assert len(found) > 10
    for summary, link in found:
        assert_harmless(summary)
        assert urlsplit(link).scheme in ("http", "https")


def test_an_error_page_repeats_no_markup(hostile: Site) -> None:
    for address in ("/items?<script>alert(1)</script>=1", "/items?company=<img src=x onerror=y>", "/<svg onload=x>"):
        page = BeautifulSoup(hostile.get(address).text, "lxml")
        assert [element for element in page.find_all(True) if is_harmful(element)] == []
