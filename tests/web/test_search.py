"""The search box: filters that are typed into it, what is marked in the answer, and how it is explained."""

from __future__ import annotations

from functools import partial

import pytest
from bs4 import BeautifulSoup

from aggregator.query import parse_query
from aggregator.store.ranking import ranked
from tests.fakes import START
from tests.web.site import Site, entries, local, numbers, words
from web import listings
from web.filters import found


def marks(page: BeautifulSoup, place: str) -> list[str]:
    """What is marked in every title or excerpt."""
    return [" ".join(mark.get_text() for mark in element.select("mark")) for element in page.select(f".item {place}")]


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("company:baidu region:cn ERNIE", "company=baidu&region=cn&q=ERNIE"),
        ("-topic:business since:2025-03-01", "topic=-business&since=2025-03-01"),
        ("“ERNIE” ｜ 「文心」", "q=%22ERNIE%22+OR+%E6%96%87%E5%BF%83"),
    ],
)
def test_what_is_typed_is_the_address_with_filters(site: Site, typed: str, address: str) -> None:
    answer = site.get("/search", query_string={"q": typed})
    assert local(answer.headers["Location"]) == f"/items?{address}"
    page = site.get("/items", query_string={"q": typed})
    assert numbers(BeautifulSoup(page.text, "lxml")) == numbers(site.page(f"/items?{address}")) != []


def test_words_that_were_looked_for_are_marked_in_titles_and_excerpts(site: Site) -> None:
    page = site.page("/items?q=ERNIE+OR+人工智能&tier=all")
    titles, excerpts = (marks(page, place) for place in (".title", ".excerpt"))
    assert {mark for said in titles + excerpts for mark in said.split()} >= {"ERNIE", "人工智能"}
    assert any(not title for title in titles)
    assert all(title for _, title in entries(page))


def test_nothing_is_marked_without_words(site: Site) -> None:
    for address in ("/", "/items", "/items?company=baidu", "/items?q=-zebra"):
        assert site.page(address).select("mark") == []


@pytest.mark.parametrize(
    ("text", "q", "shown"),
    [
        ("百度智能云 & more", "智能 云", "百度<mark>智能</mark>云 &amp; more"),
        ("<b>AI</b>", "AI", "&lt;b&gt;<mark>AI</mark>&lt;/b&gt;"),
        ("<script>alert(1)</script>", '"script alert 1"', "&lt;<mark>script&gt;alert(1</mark>)&lt;/script&gt;"),
        (
            "<img src=x onerror=alert(1)>",
            '"img src"|alert',
            "&lt;<mark>img src</mark>=x onerror=<mark>alert</mark>(1)&gt;",
        ),
        ("a &amp; b", "amp", "a &amp;<mark>amp</mark>; b"),
        ("a < b", "", "a &lt; b"),
    ],
)
def test_a_marked_text_is_escaped(text: str, q: str, shown: str) -> None:
    assert found(text, q) == shown


def test_every_example_beside_the_search_field_is_a_search(site: Site) -> None:
    page = site.page("/items")
    examples = [words(code) for code in page.select(".facets .help code")]
    assert len(examples) == 4
    for example in examples:
        query = parse_query([("q", example)], START.date())
        assert query.params()


def test_a_bad_search_is_explained_and_kept_for_mending(site: Site) -> None:
    page = site.page('/items?q=AI+"open+<b>', 400)
    assert 'q: column 4: the phrase is not closed; write a " at its end' in words(page.main)
    box = page.select_one("#q")
    assert box is not None
    assert box["value"] == 'AI "open <b>'
    assert page.select("b") == []


def test_a_search_offers_another_order_and_keeps_it_from_page_to_page(site: Site) -> None:
    by_date = site.page("/items?tier=all&q=AI+OR+the")
    (link,) = [a for a in by_date.select(".list .note a") if words(a) == "Most relevant first"]
    address, found = str(link["href"]), []
    assert address == "/items?tier=all&q=AI+OR+the&sort=relevance"
    back = {}
    while address:
        page = site.page(address)
        found += numbers(page)
        back[address] = [str(link["href"]) for link in page.select("nav.pages a[rel=prev]")]
        following = page.select_one("nav.pages a[rel=next]")
        address = str(following["href"]) if following else ""
    assert sorted(found) == sorted(item.id for item in site.items("tier=all&q=AI OR the"))
    assert found[:50] != numbers(by_date)
    first, second, *_ = back
    assert (back[first], back[second]) == ([], [first])
    assert words(site.page(first).select_one(".list .note a")) == "Newest first"


def test_the_order_is_kept_by_filters_and_by_the_way_from_the_search_box(site: Site) -> None:
    answer = site.get("/search?q=AI+company:baidu&sort=relevance")
    assert local(answer.headers["Location"]) == "/items?company=baidu&q=AI&sort=relevance"
    page = site.page(answer.headers["Location"])
    assert str(page.select(".chip")[0]["href"]) == "/items?q=AI&sort=relevance"
    assert [box["value"] for box in page.select(".facets input[name=sort]")] == ["relevance"]
    assert all("sort" not in str(link["href"]) for link in page.select(".feeds a"))


def test_without_wanted_words_there_is_one_order(site: Site) -> None:
    for address in ("/items", "/items?q=-AI"):
        assert "Most relevant first" not in site.page(address).text
        assert numbers(site.page(f"{address}{'&' if '?' in address else '?'}sort=relevance")) == numbers(
            site.page(address)
        )


@pytest.mark.parametrize(
    "said", ["sort=date", "sort=relevance&page=0", "sort=relevance&page=x", "sort=relevance&page=21"]
)
def test_an_order_that_there_is_not_is_refused(site: Site, said: str) -> None:
    assert site.get(f"/items?q=AI&{said}").status_code == 400


def test_a_page_says_among_how_many_it_ranked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Most relevant first · Newest first" in words(site.page("/items?q=AI&sort=relevance").select_one(".list"))
    monkeypatch.setattr(listings, "ranked", partial(ranked, most=7))
    page = site.page("/items?q=AI&sort=relevance&tier=core")
    assert "Most relevant first, of the newest 7 · Newest first" in words(page.select_one(".list"))
    assert len(numbers(page)) == 7


@pytest.mark.parametrize("number", ["Executive Order 14179", "SB 53"])
def test_a_paper_that_an_item_names_leads_to_all_that_name_it(site: Site, number: str) -> None:
    item = next(item for item in site.items() if number in item.title)
    (link,) = site.page(f"/item/{item.id}").find_all("a", string=number, title="All items that name it")
    found = entries(site.page(str(link["href"])))
    assert item.title in [title for title, _ in found]
    assert all(number in site.item(title).title + site.item(title).summary for title, _ in found)
    assert number in site.get(f"/api/v1/items/{item.id}").json["papers"]


@pytest.mark.parametrize(("q", "tags"), [("baidu", ["/company/baidu"]), ("百度", ["/company/baidu"]), ("open", [])])
def test_words_that_name_a_tag_lead_to_it_whatever_they_find(site: Site, q: str, tags: list[str]) -> None:
    page = site.page(f"/items?q={q}")
    assert entries(page)
    assert [str(link["href"]) for link in page.select(".list > .relatives a")] == tags
