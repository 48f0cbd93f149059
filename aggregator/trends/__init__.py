"""Trends: how many items a week, in words and in shapes that can be drawn, tabulated and compared. Pure."""

from aggregator.trends.gaps import Day, marks
from aggregator.trends.series import Series, Trend, shares
from aggregator.trends.tendency import RULE, Tendency, Windows, tendency
from aggregator.trends.weeks import in_words, monday, name_of, parse_week, weeks_up_to

__all__ = [
    "RULE",
    "Day",
    "Series",
    "Tendency",
    "Trend",
    "Windows",
    "in_words",
    "marks",
    "monday",
    "name_of",
    "parse_week",
    "shares",
    "tendency",
    "weeks_up_to",
]
