"""Where a digest leads beside its stories."""

from __future__ import annotations

import pytest

from tests.web.site import Site, entries, words

WEEK = "/digest/2025-W11"


@pytest.mark.parametrize(
    ("digest", "items"),
    [
        ("/digest/2025-03-16", "/items?since=2025-03-16&until=2025-03-16"),
        (WEEK, "/items?since=2025-03-10&until=2025-03-16"),
        (f"/company/baidu{WEEK}?topic=release", "/company/baidu?topic=release&since=2025-03-10&until=2025-03-16"),
        (f"/zh{WEEK}?since=2025-03-12", "/zh/items?since=2025-03-12&until=2025-03-16"),
    ],
)
def test_its_number_of_reports_leads_to_all_items_of_its_days(site: Site, digest: str, items: str) -> None:
    (number,) = site.page(digest).select(".digest .sentence > a:not(.chip)")
    assert number["href"] == items
    assert any(letter.isdigit() for letter in words(number))
    assert entries(site.page(items))
