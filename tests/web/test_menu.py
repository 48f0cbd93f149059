"""The menu of feeds, by its draft: nothing but what it knows, and nothing longer than it allows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from aggregator.publish.menu import MenuEntry, feed_menu
from aggregator.publish.opml import read_opml
from tests.web.site import Site, local


def feeds(menu: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The feeds of a menu and of the menus in it; every member is one that the draft knows."""
    assert menu.keys() == {"feed-menu", "items"}
    assert 0 < len(menu["feed-menu"]) <= 50
    for item in menu["items"]:
        if "feed-menu" in item:
            yield from feeds(item)
            continue
        assert item.keys() == {"feed-title", "description", "atom"}
        assert 0 < len(item["feed-title"]) <= 50
        assert len(item["description"]) <= 140
        yield item


def test_the_menu_offers_every_feed(site: Site) -> None:
    answer = site.get("/.well-known/feed-menu.json")
    assert answer.mimetype == "application/json"
    found = {feed["atom"] for feed in feeds(json.loads(answer.data))}
    tags = {outline.feed for outline in read_opml(site.get("/feeds.opml").data)}
    assert found >= tags | {f"http://localhost/source/{source.id}.atom" for source in site.service.config.sources}
    for address in sorted(found)[::9]:
        assert site.get(local(address)).mimetype == "application/atom+xml"


def test_a_menu_before_the_first_fetch_is_one(empty_site: Site) -> None:
    assert len(list(feeds(json.loads(empty_site.get("/.well-known/feed-menu.json").data)))) == 13


def test_long_names_are_cut() -> None:
    assert list(feeds(json.loads(feed_menu("百" * 60, [MenuEntry("x" * 60, "y " * 90, "https://a.example/")], {}))))
