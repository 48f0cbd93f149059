"""Listings: filters, facets, the form, and the way through all pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

from aggregator.model import StoredItem
from aggregator.query import parse_query
from aggregator.store import counts, items, reads
from aggregator.text.html import plain
from tests.fakes import START
from tests.samples import make_changes, make_item
from tests.web.site import AXIS_PAGES, LISTINGS, Site, entries, local, numbers, words

Rule = Callable[[StoredItem], bool]
MARCH = datetime(2025, 3, 1, tzinfo=UTC)


def has(name: str) -> Rule:
    return lambda item: name in map(str, item.tags)


def says(item: StoredItem, pattern: str) -> bool:
    return re.search(pattern, f"{item.title} {plain(item.summary)}") is not None


FILTERS: list[tuple[str, Rule]] = [
    ("", lambda item: item.relevant),
    ("tier=all", lambda item: True),
    ("tier=off", lambda item: item.tier == "off"),
    ("tier=-core", lambda item: item.tier != "core"),
    ("company=baidu", lambda item: item.relevant and has("company/baidu")(item)),
    ("company=Baidu", lambda item: item.relevant and has("company/baidu")(item)),
    (
        "company=baidu&company=alibaba",
        lambda item: item.relevant and (has("company/baidu")(item) or has("company/alibaba")(item)),
    ),
    (
        "region=cn&topic=release",
        lambda item: item.relevant and has("region/cn")(item) and has("topic/release")(item),
    ),
    ("topic=-business&topic=", lambda item: item.relevant and not has("topic/business")(item)),
    ("lang=zh", lambda item: item.relevant and item.lang == "zh"),
    ("since=2025-03-16&tier=all", lambda item: item.dated >= MARCH + timedelta(days=15)),
    ("until=2025-02-28&tier=all", lambda item: item.dated < MARCH),
    (
        "source=keji-qianxian&source=moxing-guancha",  # they share no item with other sources
        lambda item: item.relevant and item.source_id in ("keji-qianxian", "moxing-guancha"),
    ),
    ("q=ernie&tier=all", lambda item: says(item, r"(?i)\bernie\b")),  # not Bernie
    ("q=人工智能&tier=all", lambda item: says(item, "人工智能")),
]


def walk(site: Site, address: str, rel: str) -> list[list[int]]:
    """The items of every page on the way along the links of one kind."""
    pages = []
    while address:
        page = site.page(address)
        pages.append(numbers(page))
        link = page.select_one(f"nav.pages a[rel={rel}]")
        address = str(link["href"]) if link else ""
    return pages


def last_page(site: Site, address: str) -> str:
    while link := site.page(address).select_one("nav.pages a[rel=next]"):
        address = str(link["href"])
    return address


@pytest.mark.parametrize(("query", "rule"), FILTERS, ids=[query or "none" for query, _ in FILTERS])
def test_a_listing_shows_what_its_filters_ask_for(site: Site, query: str, rule: Rule) -> None:
    wanted = [item.id for item in site.items() if rule(item)]
    assert wanted
    shown = [number for page in walk(site, f"/items?{query}", "next") for number in page]
    assert shown == wanted
    assert words(site.page(f"/items?{query}").select_one(".sentence")).split(":")[-1].split()[0] == str(len(wanted))


@pytest.mark.parametrize("address", AXIS_PAGES)
def test_the_page_of_a_tag_shows_its_items(site: Site, address: str) -> None:
    wanted = [item.id for item in site.items() if item.relevant and has(address[1:])(item)]
    assert numbers(site.page(address)) == wanted[:50] != []


def test_the_page_of_a_source_shows_all_it_carried_of_every_tier(site: Site) -> None:
    page = site.page("/source/pacific-tech-review")
    shown = set(numbers(page))
    assert len(shown) == 17
    assert {item.id for item in site.items() if item.source_id == "pacific-tech-review"} <= shown
    assert "ok" in words(page.select_one(".heading"))
    assert words(page.select_one(".kicker")) == "Source, trade press, United States"
    (look,) = page.select(".heading details tbody tr")
    assert [words(cell) for cell in look.select("td")][:3] == ["ok", "16", "0"]


def test_a_source_that_there_is_not_is_named_with_those_that_are_like_it(site: Site) -> None:
    answer = site.get("/source/pacific-tech")
    assert answer.status_code == 404
    assert 'href="/source/pacific-tech-review"' in answer.text
    assert "There is no source pacific-tech." in answer.text


def test_an_item_of_two_sources_is_on_the_pages_of_both(site: Site) -> None:
    carried = {item.id: reads.carriers(site.service.db, item.id) for item in site.items()}
    shared = {number: carriers for number, carriers in carried.items() if len(carriers) > 1}
    assert shared
    for number, carriers in shared.items():
        assert all(number in numbers(site.page(f"/source/{carrier.source_id}")) for carrier in carriers)


def test_a_search_moves_to_the_listing_with_its_words(site: Site) -> None:
    answer = site.get("/search?q=AI+%22action+plan%22&compny=")
    assert answer.status_code == 400
    answer = site.get("/search?q=AI+%22action+plan%22")
    assert local(answer.headers["Location"]) == "/items?q=AI+%22action+plan%22"
    assert len(entries(site.page(answer.headers["Location"]))) > 3


def test_a_listing_without_items_says_how_to_go_on(site: Site) -> None:
    page = site.page("/items?q=zeppelin&company=baidu")
    assert entries(page) == []
    assert [str(link["href"]) for link in page.select(".empty a")] == ["/items?company=baidu"]
    assert page.select("nav.pages") == []


def test_a_tag_is_named_in_both_languages_with_its_relatives(site: Site) -> None:
    page = site.page("/company/baidu")
    assert words(page.h1) == "Baidu 百度"
    assert "ERNIE" in [words(link) for link in page.select(".relatives a")]


def facet_counts(page: BeautifulSoup) -> dict[tuple[str, str], int]:
    """(axis, slug) → the number behind it, of every value in the form that has one."""
    return {
        (str(box["name"]), str(box["value"])): int(words(box.parent).split()[-1])
        for box in page.select(".facets input[type=checkbox]")
        if box.parent is not None and box.parent.select_one(".number")
    }


def test_a_listing_says_among_how_many_its_tags_are_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert site.page("/items?topic=policy&region=cn").select_one(".facets form > .note") is None
    monkeypatch.setattr(counts, "FACETED", 10)
    page = site.page("/items?topic=policy&region=cn&since=2024-01-01")
    assert words(page.select_one(".facets form > .note")) == "Counts among the newest 10."
    found = facet_counts(page)
    chosen = [found.pop(("topic", "policy")), found.pop(("region", "cn"))]
    assert 5 < max(found.values()) <= 10
    assert {str(number) for number in chosen} == {words(page.select_one(".sentence")).rpartition(": ")[2].split()[0]}
    chinese = site.page("/zh/items?topic=policy&region=cn&since=2024-01-01")
    assert words(chinese.select_one(".facets form > .note")) == "数字只统计最新的10条。"
    assert site.page("/items?since=").select_one(".facets form > .note") is None, "kept counts are of all items"


@pytest.mark.parametrize("query", ["", "region=us", "company=openai&company=baidu&topic=release", "lang=zh&tier=core"])
def test_the_number_behind_a_filter_is_how_many_items_have_it(site: Site, query: str) -> None:
    found = facet_counts(site.page(f"/items?{query}"))
    asked = parse_query(parse_qsl(query), START.date()).relevant_unless_said()
    assert len(found) > 20
    # Values of one axis are alternatives: each says what it has where only the other filters are asked for.
    for axis, slug in found:
        others = site.items(asked.lacking(axis))
        assert found[axis, slug] == sum(map(has(f"{axis}/{slug}"), others)), (axis, slug)


def test_a_chosen_filter_is_ticked_and_can_be_taken_away(site: Site) -> None:
    page = site.page("/items?company=baidu&lang=zh&topic=-business")
    ticked = [(box["name"], box["value"]) for box in page.select(".facets [type=checkbox][checked]")]
    assert ticked == [("topic", "-business"), ("company", "baidu"), ("lang", "zh")]
    assert [str(chip["href"]) for chip in page.select(".chip")] == [
        "/items?topic=-business&lang=zh",
        "/items?company=baidu&lang=zh",
        "/items?company=baidu&topic=-business",
    ]


def submitted(page: BeautifulSoup) -> list[tuple[str, str]]:
    """What a browser sends when the form of a listing is sent as it stands."""
    fields = page.select(".facets input[name]")
    sent = [field for field in fields if field["type"] not in ("checkbox", "radio") or field.has_attr("checked")]
    return [(str(field["name"]), str(field["value"])) for field in sent]


@pytest.mark.parametrize(
    "address",
    [
        *LISTINGS,
        "/items?lang=-zh&lang=fr&tier=-core&source=model-watch&source=-capitol-desk",
        "/items?company=baidu&company=-alibaba&model=-zebra&since=2025-03-01&until=2025-03-10&q=%22a+b%22+-c",
        "/items?tier=all&q=zeppelin&topic=-policy&region=-us",
        "/items?since=7d",
        "/items?since=12d&until=2025-03-10",
    ],
)
def test_the_form_sent_as_it_stands_asks_for_the_same_items(site: Site, address: str) -> None:
    page = site.page(address)
    assert numbers(site.page(f"/items?{urlencode(submitted(page))}")) == numbers(page)
    query = parse_query(parse_qsl(urlsplit(address).query), START.date())
    sent = parse_query(submitted(page), START.date())
    assert set(query.picks) <= set(sent.picks)
    assert (str(sent.since), sent.until) == (str(query.since), query.until)


def test_the_links_to_older_and_newer_pages_pass_every_item_once(site: Site) -> None:
    wanted = [item.id for item in site.items()]
    older = walk(site, "/items?tier=all", "next")
    assert [len(page) for page in older] == [50, 50, len(wanted) - 100]
    assert [number for page in older for number in page] == wanted
    newer = walk(site, last_page(site, "/items?tier=all"), "prev")
    assert [number for page in reversed(newer) for number in page] == wanted


def test_what_comes_in_on_the_way_moves_no_page(own_site: Site) -> None:
    before = [item.id for item in own_site.items()]
    first = own_site.page("/items?tier=all")
    own_site.clock.advance(hours=1)
    late = tuple(make_item(str(number), published=own_site.clock()) for number in range(60))
    items.apply(own_site.service.db, make_changes("model-watch", own_site.clock(), new=late))
    link = first.select_one("nav.pages a[rel=next]")
    assert link is not None
    second = own_site.page(str(link["href"]))
    assert numbers(second) == before[50:100]
    back = second.select_one("nav.pages a[rel=prev]")
    assert back is not None
    assert numbers(own_site.page(str(back["href"]))) == before[:50]
    newest = walk(own_site, str(link["href"]), "prev")
    assert [number for page in reversed(newest) for number in page] == [item.id for item in own_site.items()][:160]


def test_links_of_a_page_keep_its_filters(site: Site) -> None:
    link = site.page("/region/cn?tier=all&topic=-zebra&q=-zebra").select_one("nav.pages a[rel=next]")
    assert link is not None
    assert dict(parse_qsl(urlsplit(str(link["href"])).query)).keys() == {"topic", "tier", "q", "before"}
    assert urlsplit(str(link["href"])).path == "/region/cn"


def test_a_source_page_shows_every_tier_unless_it_is_asked_for_one(site: Site) -> None:
    everything, core = (site.get(f"/source/model-watch.json{query}").get_json() for query in ("", "?tier=core"))
    assert {item["_aggregator"]["tier"] for item in everything["items"]} > {"core"}
    assert {item["_aggregator"]["tier"] for item in core["items"]} == {"core"}
