"""The time of day beside a day, as English and Chinese publishers write it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

CLOCK = re.compile(
    r"(?P<part>凌晨|早上|上午|中午|下午|傍晚|晚上)?\s*(?P<hour>\d{1,2})"
    r"(?:[:：时時点點](?P<minute>\d{1,2})(?:[:：分](?P<second>\d{1,2}))?分?|[时時点點](?!代)(?P<thirty>半)?|(?=\s*[ap]\.?m\b))"
    r"\s*(?:(?P<half>[ap])\.?m\b)?",
    re.IGNORECASE,
)
_BEFORE_CLOCK = re.compile(r"\s*[（(]?(?:(?:星期|周)[一二三四五六日天])?[）)]?[\s,，T]*(?:at\s+)?")


def with_time(day: datetime, text: str, place: int) -> datetime:
    """A day at the time that stands at a place of the text, if one does."""
    before = _BEFORE_CLOCK.match(text, place)
    clock = CLOCK.match(text, before.end() if before else place)
    if not clock:
        return day
    hour = int(clock["hour"])
    if hour > 24 or (clock["half"] and not 1 <= hour <= 12):  # a number of something else
        return day
    if hour == 24:
        return day + timedelta(days=1)
    if clock["half"]:
        hour = hour % 12 + 12 * (clock["half"].lower() == "p")
    elif clock["part"] == "晚上" and hour == 12:
        hour = 0
        day += timedelta(days=1)  # 晚上12点 is the end of the day that is named
    elif (clock["part"] in ("下午", "傍晚", "晚上") and hour < 12) or (clock["part"] == "中午" and hour < 10):
        hour += 12
    elif clock["part"] in ("凌晨", "早上", "上午") and hour == 12:
        hour = 0
    return day.replace(
        hour=hour, minute=int(clock["minute"] or 30 * bool(clock["thirty"])), second=int(clock["second"] or 0)
    )
