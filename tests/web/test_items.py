"""The page of an item: what its tier rests on, and whom to tell of a wrong tag."""

from __future__ import annotations

import pytest

from aggregator.model import Tagging, Tier
from aggregator.store import items
from tests.web.site import Site, words


@pytest.mark.parametrize("tier", Tier)
def test_it_says_with_how_many_points_it_is_ai_news_or_none(site: Site, tier: Tier) -> None:
    item = next(item for item in site.items() if item.tier == tier)
    note = words(site.page(f"/item/{item.id}").select_one(".note:-soup-contains('points')"))
    points, enough = (float(word) for word in note.replace(";", "").split() if word.replace(".", "").isdigit())
    assert (points >= enough) is (tier != Tier.OFF)


def test_it_says_nothing_of_points_where_a_correction_gave_the_tier(own_site: Site) -> None:
    item = next(item for item in own_site.items() if item.relevant)
    items.save_taggings(own_site.service.db, [(item.id, Tagging(item.tags, Tier.OFF, 9.0, "new"))], own_site.clock())
    assert not own_site.page(f"/item/{item.id}").select(".note:-soup-contains('points')")


@pytest.mark.parametrize(
    ("contact", "starts"),
    [
        ("mailto:editors@wire.example", "mailto:editors@wire.example?subject=A%20wrong%20tag&body=http"),
        ("mailto:editors@wire.example?subject=Wire", "mailto:editors@wire.example?subject=Wire"),
        ("https://wire.example/report", "https://wire.example/report"),
    ],
)
def test_a_wrong_tag_is_told_to_whoever_feeds_toml_names(own_site: Site, contact: str, starts: str) -> None:
    path = own_site.service.environment.feeds
    there = path.read_text(encoding="utf-8")
    path.write_text(there.replace("[site]", f'[site]\ncontact = "{contact}"', 1), encoding="utf-8")
    own_site.service.notice_edit()
    (link,) = own_site.page("/item/1").select("main details a[href]")
    href = str(link["href"])
    assert href.startswith(starts)
    assert ("body=" in href) is ("body=" in starts)
