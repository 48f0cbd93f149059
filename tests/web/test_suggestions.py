"""A listing that is empty says where to go from there."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup

from tests.fakes import FakeWeb
from tests.web.site import Site, entries, words


def ways(page: BeautifulSoup) -> dict[str, tuple[str, int]]:
    """Addresses and numbers of what finds something, by their words."""
    return {
        words(found.a): (str(found.a["href"]), int(words(found.select_one(".number"))))
        for found in page.select(".empty li")
        if found.a
    }


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/items?company=baidu&q=zeppelin", {"without the words"}),
        ("/company/baidu?until=2020-01-01", {"at any time"}),
        ("/items?company=baidu&company=-deepseek&topic=-release&topic=-research&region=us", {"without Baidu"}),
        ("/items?q=zeppelin", set()),
        ("/initiative/ai-plus?tier=off", {"items of every tier"}),
        ("/zh/company/baidu?until=2020-01-01", {"不限时间"}),
    ],
)
def test_what_finds_something_with_less_asked_for(site: Site, address: str, expected: set[str]) -> None:
    page = site.page(address)
    assert entries(page) == []
    found = ways(page)
    assert expected <= set(found)
    for link, number in found.values():
        assert number
        assert len(entries(site.page(link))) == min(number, 50)
    numbers = [number for _, number in found.values()]
    assert numbers == sorted(numbers, reverse=True)


def test_words_that_name_a_tag_lead_to_it(site: Site) -> None:
    page = site.page("/items?q=百度&until=2020-01-01")
    assert [str(link["href"]) for link in page.select(".empty .tag")] == ["/company/baidu"]


def test_a_tag_that_there_is_not_is_named_with_those_that_are_like_it(site: Site) -> None:
    page = site.page("/items?company=alibab")
    assert "There is no tag company/alibab." in words(page.select_one(".empty"))
    assert [str(link["href"]) for link in page.select(".empty .tag")] == ["/company/alibaba"]
    assert "There is no tag company/alibab." in words(site.page("/subscribe?company=alibab").select_one(".addresses"))


def test_words_that_are_misspelt_lead_to_the_tags_that_are_like_them(site: Site) -> None:
    page = site.page("/items?q=Deepsek")
    assert {"/company/deepseek", "/model/deepseek"} <= {str(link["href"]) for link in page.select(".empty .tag")}
    assert "Did you mean" in words(page.select_one(".empty"))
    assert not site.page("/items?q=zzzzzzzzzzz").select(".empty .tag")


@pytest.mark.parametrize("address", ["/items?class=foo", "/items?page=7", "/items.atom?class=foo"])
def test_a_value_that_cannot_be_is_refused(site: Site, address: str) -> None:
    assert site.get(address).status_code == 400


def test_several_searches_add_up(site: Site) -> None:
    assert site.page("/items?q=百度&q=文心").title == site.page("/items?q=百度+文心").title
    assert "“百度” and “文心”" in words(site.page("/items?q=百度&q=文心").select_one(".sentence"))


def test_a_page_with_items_and_one_beyond_the_end_offer_nothing_else(site: Site) -> None:
    assert ways(site.page("/company/baidu")) == {}
    beyond = site.page("/company/baidu?before=2020-01-01T00:00:00Z~1")
    assert (entries(beyond), ways(beyond)) == ([], {})
    assert re.search("Nothing was found", words(beyond.select_one(".empty")))


def test_sources_that_fail_may_have_what_was_not_found(empty_site: Site, samples: FakeWeb) -> None:
    samples.documents = dict(list(samples.documents.items())[1:])
    empty_site.refresh(samples)
    page = empty_site.page("/items?q=zeppelin&company=baidu")
    assert [str(link["href"]) for link in page.select(".empty a")] == ["/items?company=baidu", "/sources"]
