"""How often a source posts, how often it wants to be asked, and since when it has been silent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Entry, Rhythm
from aggregator.parse import parse
from aggregator.parse.document import Document
from aggregator.parse.rhythm import rhythm_of
from tests.fakes import START, post, rss

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def entries(*ago: timedelta | None) -> list[Entry]:
    return [Entry("", "", "Title", "", None if each is None else START - each) for each in ago]


def hours(*ago: float) -> list[Entry]:
    return entries(*(each * HOUR for each in ago))


@pytest.mark.parametrize(
    ("posts", "gap", "newest"),
    [
        ([], None, None),
        (entries(None, None, None, None), None, None),
        (hours(5), None, 5),
        (hours(1, 2, 3), None, 1),
        (hours(1, 2, 3, 4), 1, 1),
        (hours(4, 1, 3, 2), 1, 1),
        (hours(1, 2, 3, 1000), 1, 1),
        (hours(1, 1, 1, 1, 7), None, 1),
        (hours(1, 1, 7, 13, 19), 6, 1),
        (hours(-1, -2, 1, 2, 3), None, 1),
        (hours(-1, 0, 1, 2, 3), 1, 0),
        ([*hours(2, 4, 6, 8), *entries(None)], 2, 2),
        (hours(*range(20), *range(100, 9000, 100)), 1, 0),
    ],
    ids=[
        "empty", "no dates", "one", "three", "four", "in any order", "an old one", "a batch", "two at once", "future",
        "future left out", "one without", "the newest twenty",
    ],
)  # fmt: skip
def test_the_usual_gap_is_the_median_of_the_newest_posts(
    posts: Sequence[Entry], gap: float | None, newest: float | None
) -> None:
    rhythm = rhythm_of(b"", posts, START)
    assert rhythm.gap == (None if gap is None else gap * HOUR)
    assert rhythm.newest == (None if newest is None else START - newest * HOUR)


def test_an_entry_that_only_says_when_it_was_updated_counts_by_that() -> None:
    posts = [Entry("", "", "Title", "", None, START - n * HOUR) for n in range(4)]
    assert rhythm_of(b"", posts, START) == Rhythm(HOUR, START)


@pytest.mark.parametrize(
    ("head", "ttl"),
    [
        ("", None),
        ("<ttl>60</ttl>", HOUR),
        ("<ttl>\n 60 </ttl>", HOUR),
        ("<ttl><![CDATA[60]]></ttl>", HOUR),
        ("<!-- <ttl>60</ttl> -->", None),
        ("<ttl>0</ttl>", timedelta(0)),
        ("<ttl>-60</ttl>", None),
        ("<ttl>1.5</ttl>", None),
        ("<ttl>an hour</ttl>", None),
        ("<ttl>999999</ttl>", 7 * DAY),
        ("<ttl>9999999999999999</ttl>", None),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", HOUR),
        ("<sy:updatePeriod> daily </sy:updatePeriod>", DAY),
        ("<s:updatePeriod>daily</s:updatePeriod><s:updateFrequency>4</s:updateFrequency>", 6 * HOUR),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", HOUR),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", 7 * DAY),
        ("<sy:updatePeriod>always</sy:updatePeriod>", None),
        ("<sy:updateFrequency>4</sy:updateFrequency>", None),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", HOUR),
        ("<item><ttl>60</ttl></item>", None),
        ("<entry ><ttl>60</ttl></entry>", None),
        ("<rss:item><ttl>60</ttl></rss:item>", None),
        ("<items/><ttl>60</ttl>", HOUR),
        ("x" * 30_000 + "<ttl>60</ttl>", None),
    ],
)
def test_the_head_of_a_document_says_how_long_it_stays_current(head: str, ttl: timedelta | None) -> None:
    assert rhythm_of(head.encode(), [], START).ttl == ttl


@pytest.mark.parametrize(
    ("head", "skip_hours", "skip_days"),
    [
        ("", (), ()),
        ("<skipHours><hour>3</hour><hour>1</hour><hour>3</hour></skipHours>", (1, 3), ()),
        ("<skipHours><hour>24</hour><hour> 7 </hour></skipHours>", (0, 7), ()),
        ("<skipDays><day>Sunday</day><day>saturday</day></skipDays>", (), (5, 6)),
        ("<skipDays><day>Sun</day><day>周日</day></skipDays>", (), ()),
        ("".join(f"<hour>{hour}</hour>" for hour in range(23)), tuple(range(23)), ()),
        ("".join(f"<hour>{hour}</hour>" for hour in range(24)), (), ()),
        ("".join(f"<day>{day}day</day>" for day in ["Mon", "Tues", "Wednes", "Thurs", "Fri", "Satur", "Sun"]), (), ()),
        ("<item><hour>3</hour><day>Sunday</day></item>", (), ()),
    ],
)
def test_the_head_says_when_a_source_rests_unless_that_is_always(
    head: str, skip_hours: tuple[int, ...], skip_days: tuple[int, ...]
) -> None:
    rhythm = rhythm_of(head.encode(), [], START)
    assert (rhythm.skip_hours, rhythm.skip_days) == (skip_hours, skip_days)


@given(st.binary(max_size=200) | st.text(alphabet="<>/tlhourdaysy:iem 0189", max_size=80).map(str.encode))
def test_any_bytes_have_a_rhythm(body: bytes) -> None:
    rhythm = rhythm_of(body, [], START)
    assert rhythm.ttl is None or timedelta(0) <= rhythm.ttl <= 7 * DAY
    assert set(rhythm.skip_hours) < set(range(24))
    assert set(rhythm.skip_days) < set(range(7))


@given(st.lists(st.none() | st.timedeltas(-DAY, 400 * DAY), max_size=30))
def test_any_dates_have_a_rhythm(ago: list[timedelta | None]) -> None:
    rhythm = rhythm_of(b"", entries(*ago), START)
    assert rhythm.newest is None or rhythm.newest <= START
    assert rhythm.gap is None or (rhythm.gap >= timedelta(0) and rhythm.newest is not None)


def test_a_document_is_read_with_its_rhythm() -> None:
    body = rss(*(post(str(n), date=START - n * HOUR) for n in range(1, 6))).replace(
        b"<item>", b"<ttl>90</ttl><item>", 1
    )
    document = Document(body, "https://news.example/feed", now=START)
    assert parse("feed", document).rhythm == Rhythm(HOUR, START - HOUR, 90 * MINUTE)


@pytest.mark.parametrize(
    ("gap", "newest", "days", "silent"),
    [
        (HOUR, START, 0, False),
        (HOUR, START, 14, False),
        (HOUR, START, 14.1, True),
        (DAY, START, 14.1, True),
        (7 * DAY, START, 55, False),
        (7 * DAY, START, 56, False),
        (7 * DAY, START, 56.1, True),
        (None, START, 1000, False),
        (HOUR, None, 1000, False),
        (HOUR, datetime(2026, 1, 1, tzinfo=UTC), 100, False),
    ],
)
def test_a_source_is_silent_when_it_has_not_posted_for_much_longer_than_usual(
    gap: timedelta | None, newest: datetime | None, days: float, silent: bool
) -> None:
    assert Rhythm(gap, newest).silent_since(START + days * DAY) == (newest if silent else None)
