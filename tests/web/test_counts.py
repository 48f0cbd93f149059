"""Behind each number of a chart is the list of what was counted."""

from __future__ import annotations

import pytest

from tests.web.site import Site, numbers, words


@pytest.mark.parametrize(
    "address",
    [
        "/trends",
        "/trends?tier=core",
        "/trends?by=company&weeks=8",
        "/compare?a=company/baidu&b=company/openai&weeks=10",
    ],
)
def test_a_number_leads_to_as_many_items(site: Site, address: str) -> None:
    links = site.page(address).select(".numbers td a")
    assert len(links) > 2
    for link in links:
        assert len(numbers(site.page(str(link["href"])))) == int(words(link)) > 0


def test_numbers_of_days_that_begin_elsewhere_lead_nowhere(own_site: Site) -> None:
    path = own_site.service.environment.feeds
    there = path.read_text(encoding="utf-8")
    path.write_text(there.replace("[site]", '[site]\ntimezone = "Asia/Shanghai"', 1), encoding="utf-8")
    own_site.service.notice_edit()
    assert own_site.page("/trends").select(".numbers td")
    assert not own_site.page("/trends").select(".numbers td a")
