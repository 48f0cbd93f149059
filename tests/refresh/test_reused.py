"""Ids that come to mean another article, articles that move, and words of sources that have left."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from aggregator.model import Correction
from aggregator.refresh.context import Context
from aggregator.store import reads, sources
from aggregator.store.check import faults
from tests.fakes import START, Clock, FakeWeb, Post, look, post, rss
from tests.samples import ALL, add_sources, make_source, only, titles

NEWS, PRESS = make_source("news"), make_source("press")
HOUR = timedelta(hours=1)
TITLES = ("China plans AI rules", "Nvidia sells new chips", "Anthropic hires lobbyists", "Guangdong subsidises robots")


def article(number: int, guid: str) -> Post:
    return Post(TITLES[number], f"https://news.example/{number}", guid, date=START + number * HOUR)


def look_at(web: FakeWeb, parts: Context, clock: Clock, *posts: Post) -> tuple[int, int, int]:
    web.documents[NEWS.url] = rss(*posts)
    clock.advance(hours=1)
    report = look(web, parts, NEWS)["news"]
    assert not report.failed
    assert faults(parts.db) == []
    return report.new, report.edited, report.sighted


@pytest.mark.parametrize("guid", ["today", "today".ljust(900, "!")], ids=["short", "long"])
def test_an_id_for_the_newest_article_names_each_of_them(web: FakeWeb, parts: Context, clock: Clock, guid: str) -> None:
    clock.advance(hours=4)
    add_sources(parts.db, NEWS)
    for number in range(4):
        assert look_at(web, parts, clock, article(number, guid)) == (1, 0, 0)
        assert look_at(web, parts, clock, article(number, guid), post("x", guid="x")) == (number == 0, 0, 0)
    revised = replace(article(3, guid), summary="At last.")
    assert look_at(web, parts, clock, revised) == (0, 1, 0)
    assert sorted(titles(parts.db)) == sorted((*TITLES, "China plans AI rules: x"))
    shown = {of.title for of in reads.listing(parts.db, ALL).items if of.summary}
    assert shown == {TITLES[3]}


def test_titles_that_tell_of_days_are_those_of_many_articles(web: FakeWeb, parts: Context, clock: Clock) -> None:
    add_sources(parts.db, NEWS)
    for day in range(3, 7):
        clock.advance(days=1)
        issue = Post(f"AI Daily: {day} March 2025", f"https://news.example/2025-03-0{day}", "today", date=clock())
        assert look_at(web, parts, clock, issue)[0] == 1
    assert len(titles(parts.db)) == 4


@pytest.mark.parametrize("dated", ["by the hour", "all on one day"])
def test_ids_that_number_places_name_each_article_once(web: FakeWeb, parts: Context, clock: Clock, dated: str) -> None:
    clock.advance(hours=4)
    add_sources(parts.db, NEWS)
    for newest in range(1, 4):
        shown = [article(newest - place, str(place)) for place in range(min(newest + 1, 3))]
        if dated == "all on one day":
            shown = [replace(post, date=START) for post in shown]
        look_at(web, parts, clock, *shown)
        assert look_at(web, parts, clock, *shown, post(f"x{newest}", guid=f"x{newest}"))[1:] == (0, 0)
    assert sorted(title for title in titles(parts.db) if title in TITLES) == sorted(TITLES)


@pytest.mark.parametrize(
    "edit",
    [
        {"title": "China plans new rules for AI", "date": START + HOUR},
        {"title": "An entirely other headline"},
        {"title": "An entirely other headline", "link": "https://www.news.example/a", "date": START + HOUR},
    ],
    ids=["some words stay", "the date stays", "the page stays"],
)
def test_an_article_whose_title_and_address_are_corrected_is_edited(
    web: FakeWeb, parts: Context, clock: Clock, edit: dict[str, object]
) -> None:
    add_sources(parts.db, NEWS)
    before = Post("China plans AI rules", "https://news.example/a", "id", date=START - timedelta(minutes=17))
    look_at(web, parts, clock, before)
    after = replace(before, **({"link": "https://news.example/b"} | edit))
    assert look_at(web, parts, clock, after) == (0, 1, 0)
    assert only(parts.db).title == after.title


def test_an_article_that_moves_is_known_by_its_new_page(web: FakeWeb, parts: Context, clock: Clock) -> None:
    add_sources(parts.db, NEWS, PRESS)
    look_at(web, parts, clock, post("a", "China plans AI rules", guid="id"))
    look_at(web, parts, clock, post("b", "China plans AI rules", guid="id"))
    web.documents[PRESS.url] = rss(post("b", "Rules for AI are planned"))
    assert look(web, parts, PRESS)["press"].sighted == 1
    assert (only(parts.db).key, only(parts.db).link) == ("//news.example/b", "https://news.example/b")


def test_an_article_that_moves_to_the_page_of_another_item_stays_itself(
    web: FakeWeb, parts: Context, clock: Clock
) -> None:
    add_sources(parts.db, NEWS)
    first = post("a", "China plans AI rules", guid="id")
    look_at(web, parts, clock, first, post("b", guid="other"))
    assert look_at(web, parts, clock, replace(first, link="https://news.example/b")) == (0, 1, 0)
    assert {item.key for item in reads.listing(parts.db, ALL).items} == {"//news.example/a", "//news.example/b"}


def test_a_correction_does_not_follow_an_id_to_another_article(web: FakeWeb, parts: Context, clock: Clock) -> None:
    add_sources(parts.db, NEWS)
    corrected = replace(parts, corrections={"//news.example/0": Correction("", ("topic/policy",), (), None, "it is")})
    look_at(web, corrected, clock, article(0, "today"))
    clock.advance(hours=4)
    look_at(web, corrected, clock, article(1, "today"))
    assert titles(parts.db, "topic=policy") == [TITLES[0]]
    assert len(titles(parts.db)) == 2


@pytest.mark.parametrize("seen", [True, False], ids=["seen before", "new to it"])
def test_the_words_of_a_source_that_has_left_give_way(web: FakeWeb, parts: Context, clock: Clock, seen: bool) -> None:
    old = make_source("a-paper", source_class="official")
    sources.sync(parts.db, [old, NEWS], START)
    web.documents |= {each.url: rss(post("a", "China plans AI rules")) for each in (old, NEWS)}
    look(web, parts, old, *([NEWS] if seen else []))
    sources.sync(parts.db, [NEWS], START)
    look_at(web, parts, clock, post("a", "China plans rules for AI"))
    assert (only(parts.db).source_id, only(parts.db).title) == ("news", "China plans rules for AI")


def test_nothing_is_stored_twice_where_two_looks_meet(web: FakeWeb, parts: Context, clock: Clock) -> None:
    add_sources(parts.db, NEWS, PRESS)
    web.documents |= {NEWS.url: rss(post("a", guid="id")), PRESS.url: rss(post("c", guid="id"))}
    look(web, parts, NEWS, PRESS)
    clock.advance(hours=1)
    web.documents |= {NEWS.url: rss(post("b", guid="id")), PRESS.url: rss(post("a", guid="new"), post("b", guid="b"))}
    assert not any(report.failed for report in look(web, parts, NEWS, PRESS).values())
    assert faults(parts.db) == []
