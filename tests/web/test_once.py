"""Each story once: a listing and its feeds, as the page offers them."""

from __future__ import annotations

from collections import Counter

import feedparser
import pytest

from tests.web.site import Site, words


def stories(site: Site, address: str) -> list[str]:
    """The stories that a listing's JSON names, one for each item."""
    return [item["_aggregator"]["story"] for item in site.get(address).json["items"]]


@pytest.mark.parametrize("path", ["/company/baidu", "/items", "/region/cn"])
def test_a_listing_offers_each_story_once_and_so_do_its_feeds(site: Site, path: str) -> None:
    page = site.page(path)
    again = Counter(stories(site, f"{path}.json"))
    assert max(again.values()) > 1
    (link,) = [link for link in page.select(".heading a") if words(link) == "Each story once"]
    shorter = site.page(str(link["href"]))
    assert "telling each story once" in words(shorter.select_one(".sentence"))
    assert not [link for link in shorter.select(".heading a") if words(link) == "Each story once"]
    once = Counter(stories(site, f"{path}.json?report=first"))
    assert max(once.values()) == 1
    assert again.keys() <= once.keys()
    (feed,) = shorter.select('link[rel="alternate"][type="application/atom+xml"]')
    assert str(feed["href"]).endswith(f"{path}.atom?report=first")
    read = feedparser.parse(site.get(f"{path}.atom?report=first").data)
    assert [entry.title for entry in read.entries] == [words(title) for title in shorter.select(".list article h3")]


def test_the_form_keeps_the_choice_and_a_chip_takes_it_away(site: Site) -> None:
    page = site.page("/company/baidu?report=first")
    (box,) = page.select('.facets input[name="report"]')
    assert box.has_attr("checked")
    assert box["type"] == "checkbox"
    (chip,) = page.select(".chip")
    assert (chip["href"], words(chip)) == ("/company/baidu", "each story once ×")


def test_the_archive_of_a_month_takes_it_too(site: Site) -> None:
    months = [site.get(f"/items/archive/2025-03.atom{choice}") for choice in ("", "?report=first")]
    every, once = (len(feedparser.parse(month.data).entries) for month in months)
    assert 0 < once < every
