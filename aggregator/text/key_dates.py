"""The days that matter to those whom a rule concerns: until when it may be commented on, and when it takes effect.

A text names such a day in words that stand right before or behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import NamedTuple

from aggregator.model import KeyDates

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s+(?P<year>20\d\d)\b)?"
_DATES = tuple(
    re.compile(form)
    for form in (
        rf"\b{_MONTH}\s+{_DAY}{_YEAR}",
        rf"\b(?<!\d[.,]){_DAY}\s+{_MONTH}{_YEAR}",
        r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b",
        r"(?<!\d)(?:(?P<year>20\d\d|[去今明])\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*[日号]",
    )
)
_BEFORE = 200  # characters before a date that are looked at
_CLAUSE = 80  # those in which its own clause stands
_VERB = 30  # and its verb
_IN_FORCE = r"(?:正式|全面|开始|将)*(?:施行|实施|生效|适用)"
_COMMENTS = (
    r"\b(?:public (?:comments?|input)|comment (?=(?:period|deadline|window)\b)|consultation"
    r"|requests? for (?:comments?|information)|comments? (?=(?:are|is|must|should|may|can|will|due|close|open)\b)"
    r"|comments?\b[^.;]{0,90}? (?:must|should) be|(?:may|can) comment"
    r"|(?:seeks?|seeking|accepts?|submit|invites?|requests?) (?:comments?|input|feedback))"
)
_CLOCK = r"\d{1,2}(?::\d\d)? ?[ap]\.?m\.?,?|e[sd]?t|eastern(?: time)?"
_UNTIL = (
    r"\b(?:due|until|till|through|by|before|no later than|closes?|closing|ends?|ended|ending|runs? to"
    rf"|extended (?:to|until)|deadline(?: is| of| to|:)?)(?: (?:on|by|or before|midnight|{_CLOCK}))*"
)


class _Rule(NamedTuple):
    """What stands right before and right behind a date of a kind."""

    kind: str
    before: re.Pattern[str]
    behind: re.Pattern[str]


def _rule(kind: str, before: str, behind: str = "") -> _Rule:
    weekday = r"(?:\b(?:mon|tues|wednes|thurs|fri|satur|sun)day,?\s*)?"
    return _Rule(kind, re.compile(rf"(?:{before})\s*{weekday}$"), re.compile(rf"\s*{behind}"))


_RULES = (
    _rule(
        "effective_on",
        r"\b(?:(?:take|takes|taking|took)(?: full)? effect|(?:go(?:es|ing)?|went|comes?|coming|came|enters?|entering"
        r"|entered|put) into (?:full )?(?:effect|force)|in (?:effect|force)|effective(?: date(?: is| of|:)?)?"
        r"|effective \d+ days after [a-z ]{,30},)(?: (?:on|from|since|starting|beginning|as of))?"
        r"|\b(?:appl(?:y|ies|icable) (?:from|as of)|into application on)",
    ),
    _rule("effective_on", r"[自从于在]", rf"(?:零时)?(?:起|开始)?[，,]?{_IN_FORCE}"),
    _rule("effective_on", "", rf"(?:零时)?(?:起|开始|正式)[，,]?{_IN_FORCE}"),
    _rule("comments_close_on", rf"{_COMMENTS}[^.;。]{{0,80}}?{_UNTIL}"),
    _rule("comments_close_on", r"\bha(?:s|ve) until", r"to (?:comment|weigh in|respond|submit|give|file|provide)\b"),
    _rule("comments_close_on", r"(?:意见|反馈)[^。；]{0,20}?(?:截止|截至|至|到)[^\d。；]{0,8}"),
    _rule("comments_close_on", "", r"(?:（[^）]*）)?(?:之?前|以前)[^。；]{0,40}?(?:意见|反馈)"),
)
_HINTS = (  # without one of them there is no such day, and hardly a text has one
    "effect", " force", "comment", "consultation", "for information", " input", "feedback", " until", "apply ",
    "applies ", "applicable ", "into application", "施行", "实施", "生效", "适用", "意见", "反馈",
)  # fmt: skip
_NOT_THEN = re.compile(r"delay|postpon|push(?:ed|es|ing)? back|instead of|推迟|延期|原定|暂缓")
_PAST = re.compile(r"\b(?:took|went|came|entered|ended|since|were due)\b|已")
_YEARS = {"去": -1, "今": 0, "明": 1}
_LATELY = timedelta(days=100)  # a day without a year is not longer ago, and less than a year ahead
_YEAR_BACK = timedelta(days=365)


def key_dates(told: date, *texts: str) -> KeyDates:
    """The first day of each kind that the texts name; `told` is the day on which they were written. A day from which
    something is put off is none.

    A day without a year is the next one, or one that has passed lately: "took effect on 1 September" has passed. A
    month without a day is none.

    >>> key_dates(date(2025, 11, 20), "Comments are due by Jan. 15; the rule takes effect on March 1, 2027.")
    KeyDates(comments_close_on=datetime.date(2026, 1, 15), effective_on=datetime.date(2027, 3, 1))
    """
    found: dict[str, date] = {}
    for text in map(str.lower, texts):
        if any(hint in text for hint in _HINTS):
            for kind, day in _named(text, told):
                found.setdefault(kind, day)
    return KeyDates(**found)


def _named(text: str, told: date) -> Iterator[tuple[str, date]]:
    dates = (match for form in _DATES for match in form.finditer(text))
    for said in sorted(dates, key=lambda match: match.start()):
        before = text[max(said.start() - _BEFORE, 0) : said.start()]
        if not _NOT_THEN.search(before[-_CLAUSE:]):
            day = _day(said, told, has_passed=_PAST.search(before[-_VERB:]) is not None)
            for rule in _RULES:
                if day and rule.before.search(before) and rule.behind.match(text, said.end()):
                    yield rule.kind, day


def _day(said: re.Match[str], told: date, *, has_passed: bool) -> date | None:
    month = said["month"]
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    earliest = told - (_YEAR_BACK if has_passed else _LATELY)
    with suppress(ValueError):  # there is no 31 February
        if year := said["year"]:
            return date(told.year + _YEARS[year] if year in _YEARS else int(year), number, int(said["day"]))
        this_year = date(earliest.year, number, int(said["day"]))
        return this_year if this_year >= earliest else date(earliest.year + 1, number, int(said["day"]))
    return None
