"""Choosing what to subscribe to."""

from __future__ import annotations

import pytest

from tests.web.site import Site


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
