"""When a source is looked at next."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.refresh.schedule import LONGEST, next_look
from tests.fakes import START

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("interval", "failures", "asked", "wait"),
    [
        (30 * MINUTE, 0, None, 30 * MINUTE),
        (30 * MINUTE, 1, None, HOUR),
        (30 * MINUTE, 2, None, 2 * HOUR),
        (30 * MINUTE, 5, None, 16 * HOUR),
        (30 * MINUTE, 6, None, DAY),
        (30 * MINUTE, 10_000, None, DAY),
        (2 * DAY, 0, None, 2 * DAY),
        (2 * DAY, 3, None, 2 * DAY),
        (30 * MINUTE, 0, 10 * MINUTE, 30 * MINUTE),
        (30 * MINUTE, 1, 3 * HOUR, 3 * HOUR),
        (30 * MINUTE, 3, HOUR, 4 * HOUR),
        (30 * MINUTE, 1, 400 * DAY, DAY),
        (30 * MINUTE, 1, -HOUR, HOUR),
    ],
)
def test_the_longest_of_all_waits_counts(
    interval: timedelta, failures: int, asked: timedelta | None, wait: timedelta
) -> None:
    assert next_look(interval, failures, asked, START) == START + wait


@given(
    interval=st.timedeltas(timedelta(seconds=1), 30 * DAY),
    failures=st.integers(0, 10**6),
    asked=st.none() | st.timedeltas(timedelta(0), 10_000 * DAY),
)
def test_a_look_is_never_too_early_and_never_put_off_for_ever(
    interval: timedelta, failures: int, asked: timedelta | None
) -> None:
    wait = next_look(interval, failures, asked, START) - START
    assert interval <= wait <= max(interval, LONGEST)


@given(st.integers(0, 50))
def test_another_failure_never_brings_the_next_look_nearer(failures: int) -> None:
    waits = [next_look(15 * MINUTE, number, None, START) for number in (failures, failures + 1)]
    assert waits == sorted(waits)
