"""When a source is looked at next, and why then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Failure, Grade, Hints, NotModified, Outcome, Rhythm, Source, Status
from aggregator.refresh.schedule import GONE, LONGEST, next_look, pace
from tests.fakes import START
from tests.samples import make_source

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YEARS = 3650 * DAY  # the longest interval that feeds.toml may name
MOST = 1.1  # times the wait: so that not all come at once, a little is added
SOURCE = make_source("news", interval=30 * MINUTE)
QUIET = Rhythm()
UNCHANGED = NotModified()


def failure(grade: Grade = Grade.SOFT, **hints: Any) -> Failure:
    return Failure("no answer", grade=grade, hints=Hints(**hints))


def posting(every: timedelta, silent: timedelta = MINUTE, **more: Any) -> Rhythm:
    """The rhythm of a source that posts every so often, and did so last a while ago."""
    return Rhythm(every, START - silent, **more)


def wait_of(
    outcome: Outcome = UNCHANGED, failures: int = 0, rhythm: Rhythm = QUIET, now: datetime = START, **said: Any
) -> timedelta:
    source = replace(SOURCE, **said)
    return next_look(source, rhythm, outcome, Status.OK, failures, now)[0] - now


@pytest.mark.parametrize(
    ("outcome", "rhythm", "failures", "wait", "why"),
    [
        (UNCHANGED, QUIET, 0, 30 * MINUTE, "its interval"),
        (UNCHANGED, Rhythm(ttl=HOUR), 0, HOUR, "the feed asks to be read no more often"),
        (NotModified(Hints(fresh_for=HOUR)), QUIET, 0, HOUR, "the server calls its answer current until then"),
        (NotModified(Hints(retry_after=HOUR)), QUIET, 0, HOUR, "the server asked us to wait"),
        (failure(Grade.TEMPORARY), QUIET, 1, 30 * MINUTE, "its interval"),
        (failure(Grade.TEMPORARY), QUIET, 2, HOUR, "2 failures in a row"),
        (failure(Grade.SOFT), QUIET, 1, HOUR, "it failed"),
        (failure(Grade.SOFT), QUIET, 3, 4 * HOUR, "3 failures in a row"),
        (failure(Grade.SOFT), QUIET, 5, 16 * HOUR, "5 failures in a row"),
        (failure(Grade.SOFT), QUIET, 6, DAY, "6 failures in a row"),
        (failure(Grade.SOFT), QUIET, 10_000, DAY, "10000 failures in a row"),
        (failure(Grade.HARD), QUIET, 1, DAY, "it failed"),
        (failure(retry_after=3 * HOUR), QUIET, 1, 3 * HOUR, "the server asked us to wait"),
        (failure(retry_after=HOUR), QUIET, 3, 4 * HOUR, "3 failures in a row"),
        (failure(retry_after=400 * DAY), QUIET, 1, DAY, "the server asked us to wait"),
        (NotModified(Hints(10 * MINUTE, 20 * MINUTE)), Rhythm(ttl=MINUTE), 0, 30 * MINUTE, "its interval"),
        (UNCHANGED, posting(6 * HOUR), 0, HOUR, "it posts every 6 hours"),
        (UNCHANGED, posting(6 * HOUR, ttl=2 * HOUR), 0, 2 * HOUR, "the feed asks to be read no more often"),
    ],
)
def test_the_longest_of_all_waits_counts_and_says_why(
    outcome: Outcome, rhythm: Rhythm, failures: int, wait: timedelta, why: str
) -> None:
    then, said = next_look(SOURCE, rhythm, outcome, Status.OK, failures, START)
    assert wait <= then - START <= min(wait * MOST, DAY)
    assert said == why


@pytest.mark.parametrize("outcome", [UNCHANGED, *map(failure, Grade)])
@pytest.mark.parametrize("interval", [2 * DAY, YEARS])
@pytest.mark.parametrize("failures", [1, 3, 10**6])
def test_an_interval_of_more_than_a_day_is_kept_to_the_minute(
    outcome: Outcome, interval: timedelta, failures: int
) -> None:
    assert wait_of(outcome, failures, interval=interval) == interval


@pytest.mark.parametrize("rhythm", [posting(10 * MINUTE), posting(3 * HOUR)])
def test_a_long_interval_is_no_reason_to_put_off_a_source_that_posts_often(rhythm: Rhythm) -> None:
    assert wait_of(failure(Grade.HARD), 50, rhythm, interval=YEARS) == DAY


def test_an_adapted_pace_of_more_than_a_day_is_kept() -> None:
    slow = posting(60 * DAY)
    assert wait_of(failure(Grade.HARD), 50, slow, longest=7 * DAY) == wait_of(rhythm=slow, longest=7 * DAY) == 7 * DAY


@pytest.mark.parametrize(
    ("rhythm", "wait", "why"),
    [
        (posting(10 * MINUTE), 15 * MINUTE, "it posts every 10 minutes"),
        (posting(80 * MINUTE), 15 * MINUTE, "it posts every 80 minutes"),
        (posting(3 * HOUR), 30 * MINUTE, "it posts every 3 hours"),
        (posting(DAY), 4 * HOUR, "it posts every 24 hours"),
        (posting(3.5 * DAY), 6 * HOUR, "it posts every 4 days"),
        (posting(3 * HOUR, silent=6 * HOUR), HOUR, "it posts every 3 hours"),
        (posting(3 * HOUR, silent=18 * HOUR), 3 * HOUR, "its last post was 18 hours ago"),
        (posting(3 * HOUR, silent=20 * DAY), 6 * HOUR, "its last post was 20 days ago"),
        (posting(10 * MINUTE, silent=80 * MINUTE), 15 * MINUTE, "its last post was 80 minutes ago"),
        (posting(30 * DAY, silent=50 * DAY), 6 * HOUR, "it posts every 30 days"),
        (posting(3 * HOUR, silent=-HOUR), 30 * MINUTE, "it posts every 3 hours"),
        (Rhythm(gap=3 * HOUR), 30 * MINUTE, "it posts every 3 hours"),
        (Rhythm(newest=START - 90 * DAY), 30 * MINUTE, "its interval"),
    ],
    ids=[
        "every ten minutes", "often", "daily rhythm", "once a day", "twice a week", "no longer than twice", "silent",
        "silent for weeks", "often, but silent", "once a month", "dated in the future", "no newest", "too few posts",
    ],
)  # fmt: skip
def test_a_source_is_asked_as_often_as_it_posts(rhythm: Rhythm, wait: timedelta, why: str) -> None:
    found = pace(SOURCE, rhythm, START)
    assert (found.time, found.why) == (wait, why)
    fixed = pace(replace(SOURCE, adaptive=False), rhythm, START)
    assert (fixed.time, fixed.why) == (30 * MINUTE, "its interval")


def test_a_source_that_is_gone_is_looked_at_once_a_month() -> None:
    then, why = next_look(SOURCE, posting(HOUR, ttl=HOUR), failure(retry_after=HOUR), Status.GONE, 50, START)
    assert (then, why) == (START + GONE, "it is gone; looked at once a month, in case it comes back")
    assert timedelta(days=30) == GONE


def test_sources_that_wait_alike_do_not_come_all_at_once() -> None:
    looks = {next_look(make_source(f"n{n}"), QUIET, UNCHANGED, Status.OK, 0, START)[0] for n in range(50)}
    assert len(looks) == 50
    assert max(looks) - min(looks) > MINUTE
    again = {next_look(SOURCE, QUIET, UNCHANGED, Status.OK, 0, START + n * DAY)[0] - n * DAY for n in range(50)}
    assert len(again) == 50


SUNDAY, MONDAY = 6, 0  # the clock starts on Sunday at noon


@pytest.mark.parametrize(
    ("rhythm", "wait", "then"),
    [
        (Rhythm(skip_hours=(12, 13)), 30 * MINUTE, 14),
        (Rhythm(skip_hours=(12, 14)), 30 * MINUTE, 13),
        (Rhythm(skip_hours=tuple(range(13, 24))), 90 * MINUTE, 0),
        (Rhythm(skip_hours=(15,)), 30 * MINUTE, 12),
        (Rhythm(skip_days=(SUNDAY,)), 30 * MINUTE, 0),
        (Rhythm(skip_days=(SUNDAY,), skip_hours=(0, 1, 2)), 30 * MINUTE, 3),
    ],
)
def test_hours_in_which_a_source_rests_are_passed_over(rhythm: Rhythm, wait: timedelta, then: int) -> None:
    assert (START + wait_of(rhythm=rhythm, interval=wait)).hour == then


@pytest.mark.parametrize("days", [(SUNDAY, MONDAY), (MONDAY, SUNDAY, 1, 2)])
def test_rest_days_put_a_look_off_by_no_more_than_a_day(days: tuple[int, ...]) -> None:
    assert wait_of(rhythm=Rhythm(skip_days=days)) == DAY


times = st.timedeltas(timedelta(0), 10_000 * DAY)
rhythms = st.builds(
    Rhythm,
    gap=st.none() | st.timedeltas(timedelta(0), 400 * DAY),
    newest=st.none() | st.timedeltas(timedelta(0), 4000 * DAY).map(lambda ago: START - ago),
    ttl=st.none() | st.timedeltas(timedelta(0), 7 * DAY),
)
resting = st.builds(
    replace,
    rhythms,
    skip_hours=st.sets(st.integers(0, 23), max_size=23).map(lambda hours: tuple(sorted(hours))),
    skip_days=st.sets(st.integers(0, 6), max_size=6).map(lambda days: tuple(sorted(days))),
)
hints = st.builds(Hints, fresh_for=st.none() | times, retry_after=st.none() | times)
outcomes = hints.map(NotModified) | st.builds(Failure, st.just("no answer"), grade=st.sampled_from(Grade), hints=hints)
moments = st.timedeltas(timedelta(0), 8 * DAY).map(lambda later: START + later)


@st.composite
def any_source(draw: st.DrawFn) -> Source:
    shortest, longest = sorted(draw(st.lists(st.timedeltas(MINUTE, 10 * DAY), min_size=2, max_size=2)))
    interval = draw(st.timedeltas(timedelta(seconds=1), YEARS))
    said = {"interval": interval, "shortest": shortest, "longest": longest, "adaptive": draw(st.booleans())}
    return make_source(draw(st.sampled_from("abc")), **said)


@given(any_source(), resting, outcomes, st.integers(1, 10**6), moments)
def test_a_look_is_never_too_early_and_never_put_off_for_ever(
    source: Source, rhythm: Rhythm, outcome: Outcome, failures: int, now: datetime
) -> None:
    wait = next_look(source, rhythm, outcome, Status.OK, failures, now)[0] - now
    most = max(LONGEST, pace(source, rhythm, now).time)
    for asked in (pace(source, rhythm, now).time, rhythm.ttl, outcome.hints.fresh_for, outcome.hints.retry_after):
        assert wait >= min(asked or timedelta(0), most)
    assert wait <= most


@given(any_source(), rhythms)
def test_the_pace_stays_within_its_bounds(source: Source, rhythm: Rhythm) -> None:
    wait = pace(source, rhythm, START).time
    if source.adaptive and rhythm.gap is not None:
        assert source.shortest <= wait <= source.longest
    else:
        assert wait == source.interval


@given(any_source(), rhythms, st.sampled_from(Grade), st.integers(1, 50), moments)
def test_another_failure_never_brings_the_next_look_nearer(
    source: Source, rhythm: Rhythm, grade: Grade, failures: int, now: datetime
) -> None:
    looks = [next_look(source, rhythm, failure(grade), Status.ERROR, n, now)[0] for n in (failures, failures + 1)]
    assert looks == sorted(looks)


@given(any_source(), rhythms, st.integers(1, 50), moments)
def test_a_graver_failure_never_brings_the_next_look_nearer(
    source: Source, rhythm: Rhythm, failures: int, now: datetime
) -> None:
    grades = (Grade.TEMPORARY, Grade.SOFT, Grade.HARD)
    looks = [next_look(source, rhythm, failure(grade), Status.ERROR, failures, now)[0] for grade in grades]
    assert looks == sorted(looks)


@given(any_source(), resting, moments)
def test_a_source_is_left_to_rest_where_that_is_possible_within_a_day(
    source: Source, rhythm: Rhythm, now: datetime
) -> None:
    def rests(then: datetime) -> bool:
        return then.hour in rhythm.skip_hours or then.weekday() in rhythm.skip_days

    then = next_look(source, rhythm, UNCHANGED, Status.OK, 0, now)[0]
    awake = next_look(source, replace(rhythm, skip_hours=(), skip_days=()), UNCHANGED, Status.OK, 0, now)[0]
    assert then >= awake
    hours = [awake + n * HOUR for n in range(24) if awake + n * HOUR <= now + LONGEST]
    assert not rests(then) or all(map(rests, hours))
