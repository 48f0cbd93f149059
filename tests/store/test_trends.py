"""What charts are drawn from: items by day, the tags with most, how fetching went."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine

from aggregator.model import Changes, SourceState, Status, Tier
from aggregator.store import counts, items, looks
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


def test_trends_of_several_tags_at_once_are_those_of_each(filled: Engine) -> None:
    wanted = [("company", "baidu"), ("company", "alibaba"), ("region", "cn"), ("company", "nobody")]
    found = counts.trends(filled, wanted, TODAY - 10 * DAY, TODAY)
    assert found == {
        ("company", "baidu"): {TODAY: 2},
        ("company", "alibaba"): {TODAY - DAY: 1},
        ("region", "cn"): {TODAY - 2 * DAY: 1},
        ("company", "nobody"): {},
    }
    assert all(found[tag] == counts.trend(filled, *tag, TODAY - 10 * DAY, TODAY) for tag in wanted)


def test_all_relevant_items_by_day(filled: Engine) -> None:
    found = counts.relevant(filled, TODAY - DAY, TODAY)
    assert found == {TODAY: 2, TODAY - DAY: 1}


def test_the_busiest_tags_of_an_axis_by_span(filled: Engine) -> None:
    spans = [(TODAY - 40 * DAY, TODAY), (TODAY - 40 * DAY, TODAY - 20 * DAY)]
    assert list(counts.busiest(filled, "company", spans).items()) == [("alibaba", (2, 1)), ("baidu", (2, 0))]
    assert counts.busiest(filled, "company", spans, most=1).keys() == {"alibaba"}
    assert counts.busiest(filled, "company", [(date(1999, 1, 1), date(1999, 1, 2))]) == {}
    assert counts.busiest(filled, "model", spans) == {}


def look(db: Engine, source: str, days_ago: int, status: Status) -> None:
    moment = START - days_ago * DAY
    items.apply(db, Changes(SourceState(source, status, last_look=moment), moment))


def test_days_of_the_log_that_are_over(db: Engine) -> None:
    assert looks.by_day(db, TODAY - 50 * DAY, TODAY) == []
    add_sources(db, make_source("one"), make_source("two"))
    for source, days_ago, status in (
        ("one", 5, Status.OK), ("one", 4, Status.ERROR), ("one", 4, Status.NOT_MODIFIED), ("two", 4, Status.ERROR),
        ("two", 2, Status.GONE), ("one", 0, Status.OK),
    ):  # fmt: skip
        look(db, source, days_ago, status)
    assert looks.by_day(db, TODAY - 50 * DAY, TODAY) == [
        Day(TODAY - 4 * DAY, 2, 1), Day(TODAY - 3 * DAY, 0, 0), Day(TODAY - 2 * DAY, 1, 0), Day(TODAY - DAY, 0, 0),
    ]  # fmt: skip
    assert [day.day for day in looks.by_day(db, TODAY - 2 * DAY, TODAY)] == [TODAY - 2 * DAY, TODAY - DAY]
