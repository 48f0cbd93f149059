"""After the store has refused something, the next try waits, the longer the more often it did."""

from __future__ import annotations

from datetime import timedelta

from aggregator.store.refusals import Refusals
from tests.fakes import START


def test_each_wait_is_twice_as_long_up_to_ten_minutes() -> None:
    refusals, waits = Refusals(), []
    for _ in range(30):
        refusals.add("the disk is full", START)
        assert refusals.again_at is not None
        waits.append((refusals.again_at - START).total_seconds())
    assert waits[:6] == [10, 20, 40, 80, 160, 320]
    assert waits[6:] == [600] * 24


def test_nobody_is_asked_until_then_and_anybody_after_a_success() -> None:
    refusals = Refusals()
    assert not refusals.holds_off(START)
    refusals.add("the disk is full", START)
    assert refusals.holds_off(START + timedelta(seconds=9))
    assert not refusals.holds_off(START + timedelta(seconds=10))
    refusals.add("the disk is full", START)
    refusals.clear()
    assert (refusals.holds_off(START), refusals.said, refusals.in_a_row) == (False, "", 0)
