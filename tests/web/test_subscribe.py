"""Choosing what to subscribe to."""

from __future__ import annotations

import pytest

from tests.web.site import Site, entries, words


def test_a_reader_chooses_it_when_subscribing(site: Site) -> None:
    page = site.page("/subscribe?company=baidu&report=first")
    assert page.select_one('input[name="report"]').has_attr("checked")
    assert "/company/baidu.atom?report=first" in str(page.select_one(".addresses input")["value"])


@pytest.mark.parametrize(
    ("chosen", "feed"),
    [
        ("company=baidu", "/company/baidu.atom"),
        ("company=baidu&lang=zh&q=AI", "/company/baidu.atom?lang=zh&q=AI"),
        ("company=baidu&company=alibaba", "/items.atom?company=alibaba&company=baidu"),
        ("company=baidu&topic=release", "/items.atom?company=baidu&topic=release"),
        ("company=-baidu", "/items.atom?company=-baidu"),
        ("q=AI", "/items.atom?q=AI"),
        ("company=alibab", "/items.atom?company=alibab"),
    ],
)
def test_a_subscriber_gets_the_shortest_address_that_says_it(site: Site, chosen: str, feed: str) -> None:
    page = site.page(f"/subscribe?{chosen}")
    assert page.select_one(".addresses input")["value"] == f"http://localhost{feed}"
    assert page.select_one(".addresses .meta a")["href"] == feed.replace(".atom", "")
    assert site.get(feed).status_code == 200


def test_a_subscriber_is_told_how_much_there_is_and_of_digests_of_the_same(site: Site) -> None:
    page = site.page("/subscribe?company=baidu&lang=zh")
    asked = [str(box["value"]).removeprefix("http://localhost") for box in page.select(".addresses input")]
    assert asked[-2:] == [f"/company/baidu/digest/{cadence}.atom?lang=zh" for cadence in ("daily", "weekly")]
    assert all(site.get(address).status_code == 200 for address in asked)
    assert words(page.select_one("#yours")).endswith(f": {len(entries(site.page('/company/baidu?lang=zh')))}")
    assert len(page.select('head link[type="application/atom+xml"]')) == 1
    assert words(site.page("/subscribe?company=alibab").select_one("#yours")).endswith(": 0")


def test_every_tag_can_be_chosen_and_what_is_chosen_or_left_out_stays(site: Site) -> None:
    shown = site.page("/tags").select('a[href^="/company/"]')
    there = {str(link["href"]).removeprefix("/company/") for link in shown}
    page = site.page("/subscribe?company=baidu&company=-alibaba")
    boxes = {str(box["value"]): box.has_attr("checked") for box in page.select('input[name="company"]')}
    assert there <= boxes.keys()
    assert {value for value, checked in boxes.items() if checked} == {"baidu", "-alibaba"}
