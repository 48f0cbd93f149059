"""The feeds that a page names."""

from __future__ import annotations

import pytest

from aggregator.refresh.discover import feed_links

PAGE = "https://site.example/news/"


@pytest.mark.parametrize("kind", ["application/rss+xml", "application/atom+xml; charset=utf-8", "text/xml", "TEXT/XML"])
def test_a_page_names_its_feeds(kind: str) -> None:
    page = f'<link rel="alternate" type="{kind}" href="feed.xml"><link rel="alternate" hreflang="zh" href="/zh">'
    assert feed_links(page.encode(), PAGE) == ["https://site.example/news/feed.xml"]


def test_their_addresses_count_from_its_base() -> None:
    page = '<base href="https://real.example/blog/"><link rel="alternate" type="application/rss+xml" href="feed.xml">'
    assert feed_links(page.encode(), PAGE) == ["https://real.example/blog/feed.xml"]


def test_a_feed_of_comments_is_not_the_first_choice() -> None:
    link = '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">'
    named = [
        ("Comments", "/c.xml"),
        ("News", "/n.xml"),
        ("最新评论", "/d.xml"),
        ("More", "/comments/feed"),
        ("", "/m.xml"),
    ]
    page = "".join(link.format(*each) for each in named)
    paths = [found.removeprefix("https://site.example") for found in feed_links(page.encode(), PAGE)]
    assert paths == ["/n.xml", "/m.xml", "/c.xml", "/d.xml", "/comments/feed"]
