"""When a delivery is tried again, and when no more."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from aggregator.deliver.backoff import TRIES, settlement, wait
from aggregator.deliver.hook import outcome
from aggregator.fetch.post import Receipt
from aggregator.model.delivery import Attempt, Stage
from tests.fakes import START

FAILED = Attempt(reason="no answer")


def test_waits_grow_from_a_minute_to_six_hours_and_end_after_three_days() -> None:
    minutes = [wait(tries).total_seconds() / 60 for tries in range(1, TRIES)]
    assert minutes[:7] == [1, 3, 9, 27, 81, 243, 360]
    assert set(minutes[7:]) == {360}
    assert timedelta(days=3) <= timedelta(minutes=sum(minutes)) < timedelta(days=3, hours=1)


@given(st.integers(1, 10_000), st.integers(0, 10**5))
def test_a_failure_waits_or_is_given_up_and_never_earlier_than_asked(tries: int, asked: int) -> None:
    found = settlement(Attempt(reason="busy", wait=timedelta(seconds=asked)), tries, START)
    assert found.stage is (Stage.WAITING if tries < TRIES else Stage.GIVEN_UP)
    if found.stage is Stage.WAITING:
        assert found.next_try >= START + max(timedelta(minutes=1), timedelta(seconds=asked))


def test_success_and_refusals_are_final_at_any_try() -> None:
    for tries in (1, TRIES, 100):
        assert settlement(Attempt(delivered=True), tries, START).stage is Stage.SENT
        assert settlement(Attempt(final=True, reason="no"), tries, START).stage is Stage.REFUSED
        assert settlement(Attempt(moot=True, reason="gone"), tries, START).stage is Stage.SKIPPED
    assert settlement(FAILED, 1, START).reason == "no answer"


def test_statuses() -> None:
    assert [status for status in range(100, 600) if outcome(Receipt(status)).delivered] == list(range(200, 300))
    assert [status for status in range(100, 600) if outcome(Receipt(status)).final] == [410]
    assert [status for status in range(600) if outcome(Receipt(status)).affects_all] == [0, 410, 429, 502, 503, 504]
