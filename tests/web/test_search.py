"""The search box: filters that are typed into it, what is marked in the answer, and how it is explained."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from aggregator.query import parse_query
from tests.fakes import START
from tests.web.site import Site, entries, local, numbers, words
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
