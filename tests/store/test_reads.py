"""Listings: every filter, paging, facets, counts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine

from aggregator.model import Edit, KeyDates, Sighting, StoredItem, Tier
from aggregator.query import ItemQuery
from aggregator.store import counts, items, reads, sources
from aggregator.store.span import Cursor
from tests.fakes import START
from tests.samples import ALL, add_sources, as_query, make_changes, make_item, make_source, only, store, titles

DAY = timedelta(days=1)
CORPUS: dict[str, dict[str, Any]] = {
    "a": {"tags": ["company/baidu", "model/ernie", "model/ernie-4-5", "region/cn", "topic/release"], "lang": "zh"},
    "b": {"tags": ["company/alibaba", "region/cn", "topic/business"], "tier": Tier.ADJACENT, "published": START - DAY},
    "c": {"tags": ["company/baidu", "company/nvidia", "region/cn", "region/us", "topic/policy", "topic/business"]},
    "d": {"tags": ["body/cac", "initiative/ai-plus", "region/cn", "topic/policy"], "lang": "zh", "source": "official"},
    "e": {"tags": ["body/bis", "region/us", "topic/policy"], "published": START - 2 * DAY, "source": "official"},
    "f": {"tags": [], "tier": Tier.OFF, "published": START - 9 * DAY},
}


@pytest.fixture(scope="module")
def corpus(shared_db: Engine) -> Engine:
    """CORPUS, stored; "a" was carried by the official source as well."""
    add_sources(shared_db, make_source("news"), make_source("official", source_class="official"))
    for name, parts in CORPUS.items():
        said = {"published": START} | parts
        store(shared_db, make_item(name, **said_of(said)), source_id=said.get("source", "news"))
    again = Sighting(only(shared_db, "q=a").id, "theirs", "1")
    items.apply(shared_db, make_changes("official", sightings=(again,)))
    return shared_db


def said_of(parts: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in parts.items() if name != "source"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("company=baidu", "ac"),
        ("model=ernie", "a"),
        ("model=ernie-4-5", "a"),
        ("region=us", "ce"),
        ("body=cac", "d"),
        ("initiative=ai-plus", "d"),
        ("topic=policy", "cde"),
        ("source=official", "ade"),
        ("source=news", "abcf"),
        ("lang=zh", "ad"),
        ("tier=core", "acde"),
        ("tier=off", "f"),
        ("tier=all", "abcdef"),
        ("since=2025-03-15", "abcd"),
        ("since=2025-03-16", "acd"),
        ("until=2025-03-14", "ef"),
        ("until=2025-03-15", "bef"),
        ("since=2025-03-14&until=2025-03-15", "be"),
        ("since=7d", "abcde"),
        ("company=baidu&company=alibaba", "abc"),
        ("tier=core&tier=adjacent", "abcde"),
        ("lang=zh&lang=en", "abcdef"),
        ("company=baidu&region=us", "c"),
        ("company=baidu&company=alibaba&topic=business", "bc"),
        ("region=cn&lang=zh&source=official", "ad"),
        ("company=-baidu", "bdef"),
        ("topic=-policy&topic=-business", "af"),
        ("region=cn&region=-us", "abd"),
        ("company=baidu&topic=-business", "a"),
        ("source=-official", "bcf"),
        ("tier=-off&lang=-zh", "bce"),
        ("company=nobody", ""),
        ("company=baidu&company=-baidu", ""),
        ("q=summary&topic=policy", "cde"),
        ("q=b&region=cn", "b"),
    ],
)
def test_a_listing_holds_what_its_query_asks_for(corpus: Engine, query: str, found: str) -> None:
    assert sorted(title[-1] for title in titles(corpus, query)) == list(found)
    assert counts.count(corpus, as_query(query)).number == len(found)


def test_everything_is_listed_newest_first_and_the_last_stored_first_among_equals(corpus: Engine) -> None:
    assert [title[-1] for title in titles(corpus)] == list("dcabef")


def test_tags_are_listed_with_their_evidence_in_order(corpus: Engine) -> None:
    item = only(corpus, "q=c")
    assert [str(tag) for tag in item.tags] == sorted(CORPUS["c"]["tags"])
    assert {words.text for tag in item.tags for words in tag.evidence} == {"first"}


def test_facets_count_the_tags_of_a_query_most_first(corpus: Engine) -> None:
    facets = counts.facets(corpus, as_query("topic=policy")).counts
    assert facets["topic"] == [("policy", 3), ("business", 1)]
    assert facets["region"] == [("cn", 2), ("us", 2)]
    assert facets["company"] == [("baidu", 1), ("nvidia", 1)]
    assert "model" not in facets


def test_facets_of_nothing_are_empty(corpus: Engine) -> None:
    assert counts.facets(corpus, as_query("company=nobody")).counts == {}


@pytest.mark.parametrize("query", ["tier=all", "tier=core", "topic=policy", "topic=policy&region=us", "company=nobody"])
def test_the_tags_of_a_query_come_with_its_number(corpus: Engine, query: str) -> None:
    assert counts.facets(corpus, as_query(query)).total == counts.count(corpus, as_query(query))


@pytest.mark.parametrize(
    ("title", "summary", "link", "heading"),
    [
        ("Its title", "<p>Its text</p>", "https://a.example/", "Its title"),
        ("long " * 50 + "title", "", "", "long " * 50 + "title"),
        ("", "<p>Its text</p><p>&amp; more</p>", "https://a.example/", "Its text & more"),
        ("", "<p>" + "word " * 100 + "</p>", "https://a.example/", "word " * 14 + "word…"),
        ("", "字" * 100, "https://a.example/", "字" * 79 + "…"),
        ("", "", "https://a.example/", "https://a.example/"),
        ("", "<br>", "https://a.example/", "https://a.example/"),
        ("", "", "", "(no title)"),
    ],
    ids=["title", "long title", "text", "long text", "long Chinese text", "link", "nothing to read", "nothing"],
)
def test_an_item_is_headed_by_its_title_or_the_next_best(
    sqlite_db: Engine, title: str, summary: str, link: str, heading: str
) -> None:
    store(sqlite_db, make_item(title=title, summary=summary, link=link))
    shown = only(sqlite_db)
    assert (shown.heading, shown.title) == (heading, title)


@pytest.mark.parametrize(
    ("query", "newest"), [("tier=all", START), ("tier=off", START - 9 * DAY), ("company=nobody", None)]
)
def test_the_newest_item_of_a_query_is_dated(corpus: Engine, query: str, newest: Any) -> None:
    assert reads.newest(corpus, as_query(query)) == newest


def test_an_item_that_is_not_there_is_none(corpus: Engine) -> None:
    assert reads.item(corpus, 10**6) is None
    assert reads.carriers(corpus, 10**6) == reads.versions(corpus, 10**6) == []


def test_the_last_look_is_the_last_successful_one(db: Engine) -> None:
    assert reads.last_success(db) is None
    add_sources(db, make_source("a"), make_source("b"))
    for source_id, moment in (("a", START), ("b", START - DAY)):
        items.apply(db, make_changes(source_id, moment))
    assert reads.last_success(db) == START


def place(item: StoredItem) -> Cursor:
    return Cursor(item.dated, item.id)


def published(number: int) -> Any:
    """Several items share a date, so that paging has to tell them apart."""
    return START - timedelta(hours=number // 3)


def test_paging_back_shows_every_item_once_while_new_ones_come_in(db: Engine) -> None:
    store(db, *(make_item(f"old-{number}", published=published(number)) for number in range(20)))
    expected = titles(db)
    seen: list[str] = []
    before = None
    for page in range(5):
        shown = reads.listing(db, ALL, limit=4, before=before)
        seen += [item.title for item in shown.items]
        assert (shown.has_newer, shown.has_older) == (page > 0, page < 4)
        before = place(shown.items[-1])
        store(db, make_item(f"new-{page}"))
    assert seen == expected


def test_paging_forward_leads_back_to_the_page_one_came_from(db: Engine) -> None:
    store(db, *(make_item(str(number), published=published(number)) for number in range(10)))
    first = reads.listing(db, ALL, limit=4)
    second = reads.listing(db, ALL, limit=4, before=place(first.items[-1]))
    back = reads.listing(db, ALL, limit=4, after=place(second.items[0]))
    assert back.items == first.items
    assert (back.has_newer, back.has_older) == (False, True)
    store(db, make_item("new"))
    again = reads.listing(db, ALL, limit=4, after=place(second.items[0]))
    assert again.items == first.items
    assert again.has_newer


@pytest.mark.parametrize("number", [0, 3, 4, 5])
def test_a_page_knows_whether_it_is_the_last(db: Engine, number: int) -> None:
    store(db, *(make_item(str(n)) for n in range(number)))
    shown = reads.listing(db, ItemQuery(), limit=4)
    assert (len(shown.items), shown.has_newer, shown.has_older) == (min(number, 4), False, number > 4)


def test_a_place_holds_even_when_its_item_is_edited_away(db: Engine) -> None:
    store(db, *(make_item(str(number), published=published(3 * number)) for number in range(4)))
    gone = Cursor(published(3), 10**6)
    assert titles(db, before=gone) == ["Title 1", "Title 2", "Title 3"]
    assert titles(db, after=gone) == ["Title 0"]


def test_a_class_is_that_of_all_its_sources_as_they_are_now(db: Engine) -> None:
    kinds = {"gazette": "official", "ministry": "official", "paper": "media"}
    sources.sync(db, [make_source(name, source_class=kind) for name, kind in kinds.items()], START)
    for name in kinds:
        store(db, make_item(f"of {name}", ["topic/policy"]), source_id=name)
    assert sorted(titles(db, "class=official")) == ["Title of gazette", "Title of ministry"]
    assert titles(db, "class=official&source=ministry") == ["Title of ministry"]
    assert titles(db, "class=-official") == ["Title of paper"]
    assert titles(db, "class=lab") == titles(db, "class=lab&topic=policy") == []
    assert sorted(titles(db, "class=official&class=media&q=title")) == sorted(titles(db))
    assert counts.count(db, as_query("class=official")).number == 2


def test_a_class_may_have_hundreds_of_sources(db: Engine) -> None:
    sources.sync(db, [make_source(f"s{number}", source_class="media") for number in range(520)], START)
    store(db, make_item("a", ["topic/policy"]), source_id="s500")
    for query in ("class=media", "class=media&source=s500", "class=media&topic=policy", "class=media&q=title"):
        assert titles(db, query) == ["Title a"], query
    assert titles(db, "class=-media") == []


@pytest.mark.parametrize(
    ("day", "ahead", "behind"),
    [(date(2026, 1, 15), "ab", ""), (date(2026, 1, 16), "a", "ab"), (date(2026, 3, 2), "", "ab")],
)
def test_items_that_name_a_day_are_found_by_it(db: Engine, day: date, ahead: str, behind: str) -> None:
    close, apply = date(2026, 1, 15), date(2026, 3, 1)
    store(
        db, make_item("a", key_dates=KeyDates(close, apply)), make_item("b", key_dates=KeyDates(close)), make_item("c")
    )
    for wanted, is_ahead in ((ahead, True), (behind, False)):
        found = reads.naming_days(db, day, ahead=is_ahead)
        assert [item.title for item in found] == [f"Title {name}" for name in wanted]
        assert len(reads.naming_days(db, day, ahead=is_ahead, limit=1)) <= 2


def test_an_edit_changes_the_days_that_an_item_names(db: Engine) -> None:
    close, apply = date(2026, 1, 15), date(2026, 3, 1)
    store(db, make_item("a", key_dates=KeyDates(close)))
    edited = make_item("a", key_dates=KeyDates(None, apply), fingerprint="print-2")
    items.apply(db, make_changes(edits=(Edit(only(db).id, edited),)))
    assert only(db).key_dates == KeyDates(None, apply)
