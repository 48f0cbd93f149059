"""How often a source posts, and how often it wants to be asked (RSS 2.0: ttl, skipHours, skipDays; RSS 1.0: sy)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from aggregator.model import Entry, Rhythm

_HEAD = 20_000  # bytes before the first entry that are searched
_POSTS = 20  # the newest, whose gaps count
_FEWEST = 4  # posts from which a rhythm can be told
_LONGEST = timedelta(days=7)
_FIRST_ENTRY = re.compile(rb"<(?:\w+:)?(?:item|entry)[\s>]")
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_TTL = re.compile(rb"<ttl>\s*(?:<!\[CDATA\[\s*)?(\d{1,6})\s*(?:\]\]>\s*)?</ttl>")
_PERIOD = re.compile(rb"<\w+:updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<")
_FREQUENCY = re.compile(rb"<\w+:updateFrequency>\s*(\d{1,4})\s*<")
_HOUR = re.compile(rb"<hour>\s*(\d{1,2})\s*</hour>")
_DAY = re.compile(rb"<day>\s*(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s*</day>", re.IGNORECASE)
_DAYS = (b"mon", b"tues", b"wednes", b"thurs", b"fri", b"satur", b"sun")
_PERIODS = {b"hourly": 1, b"daily": 24, b"weekly": 168, b"monthly": 720, b"yearly": 8760}


def rhythm_of(body: bytes, entries: Sequence[Entry], now: datetime) -> Rhythm:
    """What a document says of itself, and what the dates of its newest entries say."""
    first = _FIRST_ENTRY.search(body)
    head = _COMMENT.sub(b"", body[: min(first.start() if first else _HEAD, _HEAD)])
    skip_hours = tuple(sorted({int(hour) % 24 for hour in _HOUR.findall(head)}))
    skip_days = tuple(sorted({_DAYS.index(day.lower()) for day in _DAY.findall(head)}))
    gap, newest = _gap(entries, now)
    return Rhythm(
        gap, newest, _ttl(head),
        skip_hours if len(skip_hours) < 24 else (), skip_days if len(skip_days) < 7 else (),
    )  # fmt: skip


def _ttl(head: bytes) -> timedelta | None:
    """How long the document stays current, a week at most."""
    waits = []
    if found := _TTL.search(head):
        waits.append(timedelta(minutes=int(found[1])))
    if found := _PERIOD.search(head):
        times = _FREQUENCY.search(head)
        waits.append(timedelta(hours=_PERIODS[found[1]]) / max(1, int(times[1]) if times else 1))
    return min(max(waits), _LONGEST) if waits else None


def _gap(entries: Sequence[Entry], now: datetime) -> tuple[timedelta | None, datetime | None]:
    """The usual time between two posts, and when the newest was."""
    told = {entry.published or entry.updated for entry in entries}
    dates = sorted((date for date in told if date and date <= now), reverse=True)[:_POSTS]
    if len(dates) < _FEWEST:
        return None, dates[0] if dates else None
    seconds = median((later - earlier).total_seconds() for later, earlier in pairwise(dates))
    return timedelta(seconds=round(seconds)), dates[0]
