"""Dates that were never set, that count years back, or that only some countries write."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from aggregator.text.dates import parse_date

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Mon, 01 Jan 0001 00:00:00 +0000", "Wed, 30 Nov -0001 00:00:00 +0000", "Thu, 01 Jan 0000 00:00:00 +0000",
        "0001-01-01T00:00:00Z", "0000-00-00 00:00:00", "999年前",
    ],
)  # fmt: skip
def test_a_date_that_was_never_set_is_none(text: str) -> None:
    assert parse_date(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2 years ago", "2024-12-01"),
        ("1 yr ago", "2025-12-01"),
        ("1年前", "2025-12-01"),
        ("两年前", "2024-12-01"),
        ("113年12月5日", "2024-12-05"),
        ("民國113年12月5日", "2024-12-05"),
        ("16-Mar-2025", "2025-03-16"),
        ("16-Mar-2025 10:30", "2025-03-16"),
        ("Sat, 1 Mar 25 10:00:00 GMT", "2025-03-01"),
    ],
)
def test_the_day_that_is_meant(text: str, day: str) -> None:
    taipei = ZoneInfo("Asia/Taipei")
    found = parse_date(text, NOW, taipei)
    assert found
    assert found.astimezone(taipei).date().isoformat() == day
