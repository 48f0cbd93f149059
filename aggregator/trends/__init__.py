"""Trends: how many items a week, in words and in shapes that can be drawn, tabulated and compared. Pure."""

from aggregator.trends.failed_days import Day, marks
from aggregator.trends.series import Series, Trend, shares
from aggregator.trends.tendency import RULE, Tendency, Windows, tendency

__all__ = [
    "RULE",
    "Day",
    "Series",
    "Tendency",
    "Trend",
    "Windows",
    "marks",
    "shares",
    "tendency",
]
