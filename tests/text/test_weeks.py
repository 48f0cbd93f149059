"""Weeks, what stands where in a drawing, and which weeks cannot be trusted."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.weeks import in_words, name_of, parse_week, weeks_up_to
from aggregator.trends import Day, marks
from aggregator.trends.coverage import Bar, Fact, coverage
from aggregator.trends.scale import months, spread, ticks

MONDAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("name", "week"),
    [
        ("2026-W47", MONDAY),
        ("2020-W53", date(2020, 12, 28)),
        ("2025-W53", None),
        ("2026-W00", None),
        ("2026-47", None),
        ("1800-W01", None),
        ("٢٠٢٦-W47", None),
        ("", None),
    ],
)
def test_names_of_weeks(name: str, week: date | None) -> None:
    assert parse_week(name) == week
    assert week is None or name_of(week) == name


@given(st.dates(date(1990, 1, 8), date(2199, 12, 1)))
def test_every_week_is_found_by_its_name(day: date) -> None:
    (week,) = weeks_up_to(day, 1)
    assert week <= day < week + timedelta(days=7)
    assert parse_week(name_of(week)) == week


def test_weeks_are_named() -> None:
    assert weeks_up_to(date(2026, 11, 22), 2) == (date(2026, 11, 9), MONDAY)
    assert in_words(MONDAY) == "week 47 of 2026"


@pytest.mark.parametrize(
    ("top", "whole", "expected"),
    [
        (0, True, (0, 1)),
        (1, True, (0, 1)),
        (3, True, (0, 1, 2, 3)),
        (41, True, (0, 20, 40, 60)),
        (100, True, (0, 50, 100)),
        (1234, True, (0, 500, 1000, 1500)),
        (0.4, False, (0, 0.1, 0.2, 0.3, 0.4)),
    ],
)
def test_ticks_are_round_and_reach_the_top(top: float, whole: bool, expected: tuple[float, ...]) -> None:
    assert ticks(top, whole=whole) == expected


@given(st.lists(st.floats(0, 300), max_size=12), st.floats(1, 20))
def test_labels_keep_their_order_and_their_distance(wanted: list[float], gap: float) -> None:
    places = spread(wanted, gap, 0, 300)
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    ordered = [places[index] for index in order]
    assert all(after - before >= gap - 1e-6 for before, after in pairwise(ordered))
    assert all(-1e-6 <= place <= 300 + 1e-6 for place in places)


def test_a_label_that_has_room_stays_where_it_is() -> None:
    assert spread([50, 10, 11], 15, 0, 100) == [50, 3, 18]


def test_months_are_named_where_they_begin_and_their_year_once() -> None:
    assert months(weeks_up_to(MONDAY, 52), 12)[:3] == [(1, "Dec", "2025"), (6, "Jan", "2026"), (10, "Feb", "")]
    assert [month for _, month, _ in months(weeks_up_to(MONDAY, 52), 4)] == ["Jan", "Apr", "Jul", "Oct"]
    assert months(weeks_up_to(MONDAY, 1), 4) == []


def test_weeks_are_marked_by_what_failed_in_them() -> None:
    days = [
        Day(date(2026, 11, 9), 10, 9),
        Day(date(2026, 11, 10), 10, 8),
        Day(date(2026, 11, 17), 0, 0),
        Day(date(2026, 11, 18), 0, 0),
        Day(date(2026, 11, 19), 10, 0),
        Day(date(2026, 12, 1), 0, 0),
    ]
    assert marks(days, weeks_up_to(MONDAY, 3)) == {
        1: "many sources did not answer on 1 day",
        2: "no source was asked on 2 days and many sources did not answer on 1 day",
    }


def test_coverage_counts_sources_by_what_is_said_of_them() -> None:
    facts = [
        Fact("cn", "zh", "media", True, 5),
        Fact("cn", "zh", "official", False, 7),
        Fact("", "en", "media", False, 1),
    ]
    found = coverage(facts)
    assert found["region"] == (Bar("cn", 2, 1, 12), Bar("", 1, 0, 1))
    assert found["lang"] == (Bar("zh", 2, 1, 12), Bar("en", 1, 0, 1))
    assert found["source_class"] == (Bar("media", 2, 1, 6), Bar("official", 1, 0, 7))
