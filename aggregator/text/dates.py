"""Dates as English and Chinese publishers write them, to aware datetimes in UTC."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from aggregator.text.clock import CLOCK, with_time
from aggregator.text.day_numbers import day_in_numbers

_LONGEST = 100  # no date is longer, and a hostile text must not cost time
_CHINESE_MONTH = re.compile(r"(?<![一二三四五六七八九十])(十[一二]?|[一二三四五六七八九])月(?=\s)")
_WIDE = re.compile(r"(?<!\d)(\d{4})[－–—／．](\d{1,2})[－–—／．](?=\d)")  # signs between the parts of a day
_BARE_HOURS = re.compile(r"(?<=:\d{2}:\d{2} )([+-])(0?\d|1[0-4])$")
_AGO = re.compile(
    r"(?<![\d一二三四五六七八九十百])(?P<count>\d{1,4}|[半一二两兩三四五六七八九十]|\ban?\b)\s*"
    r"(?P<unit>秒|分钟|分鐘|[个個]?小时|[个個]?小時|天|周|週|个月|個月|年"
    r"|(?:second|minute|min|hour|hr|day|week|month|year|yr)s?|[hdwy])\s*(?:前(?![沿景])|ago)",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(r"今天|今日|昨天|昨日|大前天|前天|\btoday\b|\byesterday\b", re.IGNORECASE)
_DAYS_BACK = {"今天": 0, "今日": 0, "today": 0, "昨天": 1, "昨日": 1, "yesterday": 1, "前天": 2, "大前天": 3}
_COUNTS = {"半": 0.5, "a": 1, "an": 1, "两": 2, "兩": 2} | {char: n for n, char in enumerate("一二三四五六七八九十", 1)}
_JUST_NOW = re.compile(r"^\W*(?:刚刚|剛剛|just now)\W*$", re.IGNORECASE)
# As Taiwan counts: its first year was 1912.
_REPUBLIC = re.compile(r"(?:(?:民國|民国)\s*(?P<named>\d{2,3})|(?<!\d)(?P<bare>1[01]\d))\s*年")
_NO_YEAR = re.compile(r"[A-Za-z]{3}\s+(?:-\d+|00\d\d)\b")  # dates that were never set, by programs in Go and PHP
_UNITS = {
    "秒": 1, "分钟": 60, "分鐘": 60, "小时": 3600, "小時": 3600, "天": 86400, "周": 604800, "週": 604800,
    "月": 2592000, "second": 1, "minute": 60, "min": 60, "hour": 3600, "hr": 3600, "day": 86400,
    "week": 604800, "month": 2592000, "h": 3600, "d": 86400, "w": 604800,
    **dict.fromkeys(("年", "year", "yr", "y"), 31536000),
}  # fmt: skip
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})[a-z]*\.?"
_ENGLISH = (
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?![\d.])"),
    re.compile(r"(?<![\d/])(?P<day>1[3-9]|2\d|3[01])/(?P<month>\d{1,2})/(?P<year>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>\d{4})"),
)
_NAMED_MONTH = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust|(?<=sep)t(?:ember)?"
    r"|(?<=oct)ober|(?<=nov)ember|(?<=dec)ember)?\.?"
)
_DAY_OF_MONTH = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_THIS_YEAR = tuple(  # the whole text is such a date: of others, a month and a number may be anything
    re.compile(rf"\W*(?:[a-z]+day,\s+)?{said}\W*(?:(?:at\s+)?\d{{1,2}}(?::\d\d|\s*[ap]\.?m\b).*)?", re.IGNORECASE)
    for said in (rf"{_NAMED_MONTH}\s+{_DAY_OF_MONTH}", rf"{_DAY_OF_MONTH}\s+{_NAMED_MONTH}")
)
# What most feeds have (RFC 822, in UTC), read in a tenth of the time.
_USUAL = re.compile(r"[A-Z][a-z]{2}, (\d\d?) ([A-Z][a-z]{2}) ([1-9]\d{3}) (\d\d):(\d\d):(\d\d) (?:GMT|\+0000|UTC)")
_PLAIN = re.compile(r"[A-Z][a-z]{2}, \d|\d{4}-\d\d-\d\d")  # how nearly all begin that do not count back
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])(?:[0-5]\d){0,2}")
_SINCE_1970 = re.compile(r"(1\d{9})(?:\d{3}|\d{6})?(?:\.\d+)?")  # seconds, thousandths or millionths of them
_OFFSET = r"(?P<offset>[+-](?:[01]\d|2[0-3]):?[0-5]\d)"  # others are no zones
_ZONE = re.compile(rf":\d{{2}}(?:\.\d+)?\s*(?:UTC|GMT)?\s?{_OFFSET}\s*$|:\d{{2}}\s*(?:UTC|GMT|Z)\s*$")
_NAMED_AS_WELL = re.compile(r"(?<=\d)\s?(?P<offset>[+-]\d\d:?\d\d)\s?(?:[A-Z]{2,5}|\[[\w/+-]+\])$")  # by Go, by Java
_REMARK = re.compile(r"\s*\([^()]*\)\s*$")  # GMT+0800 (China Standard Time), as programs in JavaScript write it
_WHOLE_HOURS = re.compile(r":\d{2}\s*(?:UTC|GMT)\s?([+-](?:0?\d|1[0-4]))\s*$")
# As the press names them; CST and IST stand for several.
_ZONES: dict[str, tzinfo] = {
    name: timezone(timedelta(hours=hours))
    for name, hours in {
        "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "WET": 0, "WEST": 1, "BST": 1,
        "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11,
    }.items()
} | {
    name: ZoneInfo(f"America/{city}")
    for name, city in {"ET": "New_York", "CT": "Chicago", "MT": "Denver", "PT": "Los_Angeles"}.items()
}  # fmt: skip
_ZONE_BY_NAME = re.compile(rf"(?::\d{{2}}|[ap]\.?m\.?)\s*\(?({'|'.join(_ZONES)})\)?\s*$", re.IGNORECASE)
_AMBIGUOUS = re.compile(r"\b(CST|CDT|IST)(?:\s+\d{4})?$")
_HALF = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_NO_DATE = (ValueError, OverflowError, IndexError, TypeError)

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # nothing on the Web is older: 1970 is a clock that was never set


def parse_date(text: str, now: datetime, zone: tzinfo = UTC) -> datetime | None:
    """The moment that a text names, or None. A time without a zone is in `zone`; `now` places 昨天 and "3 hours ago".

    >>> parse_date("2025年3月16日 10:30", datetime(2025, 3, 17, tzinfo=UTC)).isoformat()
    '2025-03-16T10:30:00+00:00'
    """
    text = text.strip()[:_LONGEST]
    if not text:
        return None
    if not text.isascii():
        text = _CHINESE_MONTH.sub(_numbered, _WIDE.sub(r"\1-\2-", text))
    if text[-1] == "]" or text[-1].isupper():
        text = _NAMED_AS_WELL.sub(r"\g<offset>", text)
    text = _BARE_HOURS.sub(lambda hours: f"{hours[1]}{int(hours[2]):02}00", text)
    if text[-1] == ")" and "GMT" in text:
        text = _REMARK.sub("", text)
    readers = (_usual, _iso) if _WHOLE_HOURS.search(text) else (_usual, _iso, _rfc822)
    for read in readers:  # they read the zone themselves, and are what nearly all publishers write
        with suppress(*_NO_DATE):
            if found := read(text, zone):
                return sane(found)
    zone = _zone_at_end(text) or zone
    text = _REPUBLIC.sub(lambda found: f"{1911 + int(found['named'] or found['bare'])}年", text)
    for read_in_words in (_ago, _named_day, _english, day_in_numbers):
        with suppress(*_NO_DATE):
            if found := read_in_words(text, now.astimezone(zone)):
                return sane(found)
    return None


def counted_back(text: str) -> bool:
    """Whether a date counts from the day on which it is read, as 昨天 and "3 hours ago" do."""
    if _PLAIN.match(text):
        return False
    return any(words.search(text[:_LONGEST]) for words in (_AGO, _NAMED_DAY, _JUST_NOW))


def sane(moment: datetime | None) -> datetime | None:
    """The moment in UTC, or None where it cannot be a date of publication."""
    try:
        utc = moment.astimezone(UTC) if moment else None
    except (ValueError, OverflowError):
        return None
    return utc if utc and utc >= EARLIEST else None


def _usual(text: str, _zone: tzinfo) -> datetime | None:
    found = _USUAL.fullmatch(text)
    if not found:
        return None
    day, month, year, hour, minute, second = found.groups()
    number = _MONTHS.index(month.lower()) + 1
    return datetime(int(year), number, int(day), int(hour), int(minute), int(second), tzinfo=UTC)


def _iso(text: str, zone: tzinfo) -> datetime:
    if _COMPACT.fullmatch(text):
        found = datetime.strptime(text, "%Y%m%d%H%M%S"[: len(text) - 2])
    elif seconds := _SINCE_1970.fullmatch(text):
        found = datetime.fromtimestamp(int(seconds[1]), UTC)
    else:
        found = datetime.fromisoformat(text)
    return found.replace(tzinfo=found.tzinfo or zone, microsecond=0)


def _rfc822(text: str, zone: tzinfo) -> datetime | None:
    if _HALF.search(text) or _NO_YEAR.search(text):  # it would take 10:30 PM for the morning, and 0001 for 2001
        return None
    found = parsedate_to_datetime(text)
    if (named := _AMBIGUOUS.search(text)) and found.replace(tzinfo=zone).tzname() == named[1]:
        return found.replace(tzinfo=zone)  # to a Chinese publisher CST is China's
    return found.replace(tzinfo=found.tzinfo or _zone_at_end(text) or zone)


def _zone_at_end(text: str) -> tzinfo | None:
    if named := _ZONE_BY_NAME.search(text):
        return _ZONES[named[1].upper()]
    if hours := _WHOLE_HOURS.search(text):
        return timezone(timedelta(hours=int(hours[1])))
    named = _ZONE.search(text)
    return datetime.strptime(named["offset"] or "Z", "%z").tzinfo if named else None


def _ago(text: str, now: datetime) -> datetime | None:
    if _JUST_NOW.search(text):
        return now.replace(microsecond=0)
    found = _AGO.search(text)
    if not found:
        return None
    # In UTC, for between two times of a zone an hour may be missing.
    said, unit = found["count"].lower(), found["unit"].lower().rstrip("s").lstrip("个個")
    count = int(said) if said.isdigit() else _COUNTS[said]
    return now.astimezone(UTC).replace(microsecond=0) - timedelta(seconds=count * _UNITS[unit])


def _named_day(text: str, now: datetime) -> datetime | None:
    found = _NAMED_DAY.search(text)
    if not found:
        return None
    day = now - timedelta(days=_DAYS_BACK[found[0].lower()])
    return with_time(day.replace(hour=0, minute=0, second=0, microsecond=0), text, found.end())


def _english(text: str, now: datetime) -> datetime | None:
    """March 16, 2025, 16 March 2025, 16.03.2025, and as Americans write it: 3/16/2025 10:30 PM. Without a year (March
    16) the last such day.
    """
    found = next((match for pattern in _ENGLISH if (match := pattern.search(text))), None)
    whole = found or next((match for pattern in _THIS_YEAR if (match := pattern.fullmatch(text))), None)
    if not whole:
        return None
    month = whole["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month.lower()) + 1
    day = datetime(int(found["year"]) if found else now.year, number, int(whole["day"]), tzinfo=now.tzinfo)
    clock = CLOCK.search(text, found.end() if found else whole.end("day"))
    moment = with_time(day, text, clock.start()) if clock else day
    return moment.replace(year=moment.year - 1) if not found and moment > now + timedelta(days=1) else moment


def _numbered(month: re.Match[str]) -> str:
    """三月 → 3月."""
    tens, ones = month[1].startswith("十"), month[1].lstrip("十")
    return f"{10 * tens + (_COUNTS[ones] if ones else 0):.0f}月"
