"""What charts are drawn from: items by day, the tags with most, how fetching went."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from aggregator.model import Changes, SourceState, Status, Tier
from aggregator.store import counts, fetch_log, items, sources
from aggregator.trends import Day
from tests.fakes import START
from tests.samples import add_sources, make_item, make_source, store

TODAY = START.date()
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def filled(shared_db: Engine) -> Engine:
    add_sources(shared_db, make_source("news"))
    for name, tag, days, tier in (
        ("a", "company/baidu", 0, Tier.CORE), ("b", "company/baidu", 0, Tier.ADJACENT),
        ("c", "company/baidu", 0, Tier.OFF), ("d", "company/alibaba", 1, Tier.CORE),
        ("e", "company/alibaba", 30, Tier.CORE), ("f", "region/cn", 2, Tier.CORE),
    ):  # fmt: skip
        store(shared_db, make_item(name, [tag], tier, published=START - days * DAY))
    return shared_db


def test_a_trend_by_day(filled: Engine) -> None:
    assert counts.trend(filled, "company", "baidu", TODAY - 10 * DAY, TODAY) == {TODAY: 2}
    assert counts.trend(filled, "company", "alibaba", TODAY - 30 * DAY, TODAY) == {TODAY - 30 * DAY: 1, TODAY - DAY: 1}
    assert counts.trend(filled, "company", "alibaba", TODAY - 29 * DAY, TODAY - 2 * DAY) == {}


def test_several_tags_week_by_week(filled: Engine) -> None:
    wanted = [("company", "baidu"), ("company", "alibaba"), ("region", "cn"), ("company", "nobody")]
    # The weeks end today, yesterday and the day before.
    assert counts.weekly(filled, wanted, TODAY - 34 * DAY, 5) == {
        ("company", "baidu"): (0, 0, 0, 0, 2), ("company", "alibaba"): (1, 0, 0, 0, 1),
        ("region", "cn"): (0, 0, 0, 0, 1), ("company", "nobody"): (0, 0, 0, 0, 0),
    }  # fmt: skip
    assert counts.weekly(filled, wanted[:1], TODAY, 1, [Tier.OFF]) == {("company", "baidu"): (1,)}
    assert counts.weekly(filled, wanted[1:2], TODAY - 8 * DAY, 1) == {("company", "alibaba"): (0,)}


@pytest.mark.parametrize("label", [("company", "alibaba"), ("company", "baidu"), ("tier", "core")])
def test_weeks_are_sums_of_days(filled: Engine, label: counts.Label) -> None:
    for back in range(45):
        first = TODAY - back * DAY
        days = [
            sum(counts.trend(filled, *label, first + n * 7 * DAY, first + (n * 7 + 6) * DAY).values()) for n in range(6)
        ]
        assert counts.weekly(filled, [label], first, 6) == {label: tuple(days)}


def test_all_relevant_items_by_week(filled: Engine) -> None:
    assert counts.relevant(filled, TODAY - 13 * DAY, 2) == (0, 4)
    assert counts.relevant(filled, TODAY - DAY, 1) == (3,)


def test_tags_by_span(filled: Engine) -> None:
    spans = [(TODAY - 40 * DAY, TODAY), (TODAY - 40 * DAY, TODAY - 20 * DAY)]
    assert counts.within(filled, "company", spans) == {"alibaba": (2, 1), "baidu": (2, 0)}
    assert counts.within(filled, "company", spans, least=3) == {}
    assert counts.within(filled, "company", [(date(1999, 1, 1), date(1999, 1, 2))]) == {}
    assert counts.within(filled, "model", spans) == {}


def test_the_tags_with_most_items_of_a_span_lead_it(filled: Engine) -> None:
    assert counts.leading(filled, "company", TODAY - 40 * DAY, TODAY, 8) == ["alibaba", "baidu"]
    assert counts.leading(filled, "company", TODAY, TODAY, 8) == ["baidu"]
    assert counts.leading(filled, "company", TODAY - 40 * DAY, TODAY - DAY, 1) == ["alibaba"]
    assert counts.leading(filled, "model", TODAY - 40 * DAY, TODAY, 8) == []


def test_a_tag_with_few_items_leads_a_span_that_has_them_all(db: Engine) -> None:
    add_sources(db, make_source("news"))
    for number in range(12):  # the fewer of all days, the more of late
        then, tag = START - 300 * DAY, [f"company/c{number}"]
        old = [make_item(f"{number} {n}", tag, published=then) for n in range(40 - 2 * number)]
        new = [make_item(f"{number}+{n}", tag, published=START) for n in range(number)]
        store(db, *old, *new)
    for number in (1, 2, 3):
        found = counts.leading(db, "company", TODAY - DAY, TODAY, number)
        assert found == [f"c{11 - place}" for place in range(number)]


def look(db: Engine, source: str, days_ago: int, status: Status) -> None:
    moment = START - days_ago * DAY
    items.apply(db, Changes(SourceState(source, status, last_look=moment), moment))


def test_days_of_the_log_that_are_over(db: Engine) -> None:
    assert fetch_log.by_day(db, TODAY - 50 * DAY, TODAY) == []
    add_sources(db, make_source("one"), make_source("two"))
    for source, days_ago, status in (
        ("one", 5, Status.OK), ("one", 4, Status.ERROR), ("one", 4, Status.NOT_MODIFIED), ("two", 4, Status.ERROR),
        ("two", 2, Status.GONE), ("one", 0, Status.OK),
    ):  # fmt: skip
        look(db, source, days_ago, status)
    assert fetch_log.by_day(db, TODAY - 50 * DAY, TODAY) == [
        Day(TODAY - 4 * DAY, 2, 1), Day(TODAY - 3 * DAY, 0, 0), Day(TODAY - 2 * DAY, 1, 0), Day(TODAY - DAY, 0, 0),
    ]  # fmt: skip
    assert [day.day for day in fetch_log.by_day(db, TODAY - 2 * DAY, TODAY)] == [TODAY - 2 * DAY, TODAY - DAY]


def test_days_that_are_over_are_told_of_the_sources_of_today(db: Engine) -> None:
    one, two = make_source("one"), make_source("two")
    add_sources(db, one, two)
    look(db, "one", 3, Status.OK)
    look(db, "one", 2, Status.OK)
    look(db, "two", 2, Status.ERROR)
    assert fetch_log.by_day(db, TODAY - 50 * DAY, TODAY)[0] == Day(TODAY - 2 * DAY, 2, 1)
    sources.sync(db, [one], START)
    assert fetch_log.by_day(db, TODAY - 50 * DAY, TODAY)[0] == Day(TODAY - 2 * DAY, 1, 1)


def test_a_new_tag_is_compared_however_many_longer_ones_there_are(db: Engine) -> None:
    add_sources(db, make_source("news"))
    tags = [f"model/m{number}" for number in range(160)]
    store(db, *(make_item(f"old {n}", tags, published=START - 300 * DAY) for n in range(9)))
    store(db, *(make_item(f"new {n}", ["model/brandnew"], published=START) for n in range(8)))
    spans = [(TODAY - 28 * DAY, TODAY), (TODAY - 112 * DAY, TODAY - 29 * DAY)]
    assert counts.within(db, "model", spans, least=8) == {"brandnew": (8, 0)}
