"""Days written in numbers, in one piece or with the year apart, as Chinese list pages lay them out."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime, timedelta

from aggregator.text.clock import with_time

_CHINESE = re.compile(
    r"(?<!\d)(?<!\d[/.-])(?:(?P<year>\d{4})\s*[年/.-]\s*)?"
    r"(?P<month>\d{1,2})\s*[月/.-]\s*(?P<day>\d{1,2})(?!\d|[./-]\d)\s*[日号]?"
)
_TO_TEN = "一二三四五六七八九十"
_IN_CHARACTERS = re.compile(  # as offices date their papers
    rf"([〇○零{_TO_TEN[:9]}]{{4}})年(十[一二]?|[{_TO_TEN[:9]}])月([一二三]?十[{_TO_TEN[:9]}]?|[{_TO_TEN[:9]}])[日号號]"
)
_COUNTED = re.compile(r"[万亿%]|[期章回集届版](?![\u4e00-\u9fff])")  # numbers before it are no day, nor behind v or 第
# Layouts that show day, month and year apart: "16 2024-03", "16日 / 2024年03月", "2024-03 16", "16 3月 2024".
_APART = (
    re.compile(r"(?<!\d)(?P<day>\d{1,2})[日号]?\s*[/\s]\s*(?P<year>\d{4})[年/.-](?P<month>\d{1,2})(?!\d|[./-]\d)月?"),
    re.compile(r"(?<!\d)(?P<year>\d{4})[年/.-](?P<month>\d{1,2})月?\s+(?P<day>\d{1,2})(?![\d:：])[日号]?"),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\s+(?P<month>\d{1,2})月,?\s*(?P<year>\d{4})(?!\d)"),
)
_YEAR_BEFORE = re.compile(r"^\s*(?P<year>(?:199|20\d)\d)年?[\s/]+$")
_YEAR_BEHIND = re.compile(r"[\s/,，]*(?P<year>(?:199|20\d)\d)年?(?=\s*$|\s+\d{1,2}[:：时])")
_SHORT_CHINESE_YEAR = re.compile(r"(?<!\d)(\d{2})(?=年\d{1,2}月\d{1,2}日)")
_SHORT_YEAR = re.compile(r"(?<![\d/.-])(\d{2})([/.-])(\d{1,2})\2(\d{1,2})(?![\d/.-])")
_FIRST_SHORT_YEAR = 13  # those before may be months


def day_in_numbers(text: str, now: datetime) -> datetime | None:
    """2025年3月16日 10:30, 二〇二五年三月十六日, 2025/3/16, 25-03-16, "16 2025-03", and without a year (03-16) the last
    such day.
    """
    text = _IN_CHARACTERS.sub(_in_figures, text)
    text = _SHORT_CHINESE_YEAR.sub(lambda year: f"20{year[1]}" if _is_short(int(year[1]), now) else year[1], text)
    found = next((each for each in _CHINESE.finditer(text) if each["year"]), None)
    found = found or next((each for pattern in _APART if (each := pattern.search(text))), None)
    short = _SHORT_YEAR.search(text) if found is None else None
    if short and (first := _of_short_year(short, now)):
        return with_time(first, text, short.end())
    found = found or next((each for each in _CHINESE.finditer(text) if not _counts(each, text)), None)
    if not found:
        return None
    year, end = found["year"], found.end()
    apart = None if year else _YEAR_BEHIND.match(text, end) or _YEAR_BEFORE.search(text, 0, found.start())
    if apart and int(apart["year"]) <= now.year:
        year, end = apart["year"], max(end, apart.end())
    day = datetime(int(year or now.year), int(found["month"]), int(found["day"]), tzinfo=now.tzinfo)
    moment = with_time(day, text, end)
    in_future = moment > now + timedelta(days=1)
    return moment.replace(year=moment.year - 1) if in_future and not year else moment


def _in_figures(day: re.Match[str]) -> str:
    """二〇二五年三月十六日 → 2025年3月16日."""
    year = "".join(str(_TO_TEN.find(char) + 1) for char in day[1])
    return f"{year}年{_number(day[2])}月{_number(day[3])}日"


def _number(said: str) -> int:
    """十六 → 16, 二十 → 20, 三 → 3."""
    tens, ten, ones = said.rpartition("十")
    return 10 * (_TO_TEN.find(tens) + 1 if tens else 1 if ten else 0) + (_TO_TEN.find(ones) + 1 if ones else 0)


def _counts(found: re.Match[str], text: str) -> bool:
    """Whether two numbers are no month and day: 1.2万, 第1-2期, V1.2."""
    return text[: found.start()].endswith(("v", "V", "第")) or _COUNTED.match(text, found.end("day")) is not None


def _is_short(year: int, now: datetime) -> bool:
    return _FIRST_SHORT_YEAR <= year <= now.year % 100


def _of_short_year(found: re.Match[str], now: datetime) -> datetime | None:
    """25-03-16 and 16.03.25: of the readings that are possible, the one nearest to now; 03/04/25 may be anything."""
    first, middle, last = int(found[1]), int(found[3]), int(found[4])
    readings = [(first, middle, last), *([(last, middle, first)] if found[2] != "-" else [])]
    days = []
    for year, month, day in readings:
        if _is_short(year, now) and (year == first or first >= _FIRST_SHORT_YEAR):
            with suppress(ValueError):
                days.append(datetime(2000 + year, month, day, tzinfo=now.tzinfo))
    return max((day for day in days if day <= now + timedelta(days=1)), default=None)
