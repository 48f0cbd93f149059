"""Days and weeks: their names, their bounds, their neighbours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.digests import day_of, parse_period, week_of

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
moments = st.datetimes(datetime(1995, 1, 1), datetime(2190, 1, 1), timezones=st.just(UTC))
zones = st.sampled_from([ZoneInfo("UTC"), SHANGHAI, NEW_YORK])


@given(moments, zones, st.booleans())
def test_a_moment_lies_in_its_period_and_the_name_leads_back(moment: datetime, zone: ZoneInfo, weekly: bool) -> None:
    period = (week_of if weekly else day_of)(moment, zone)
    assert period.start <= moment < period.end
    assert parse_period(period.name, zone) == period
    assert period.shifted(1).start == period.end
    assert period.shifted(1).shifted(-1) == period


@pytest.mark.parametrize("name", ["2026-W54", "2026-W00", "2026-w47", "2026-W7", "20261123", "2026-02-30", "0001-01-01",
                                  "9999-12-31", "", "today", "2026-W47-1"])  # fmt: skip
def test_what_is_no_name_of_a_period(name: str) -> None:
    assert parse_period(name, SHANGHAI) is None


def test_a_day_is_as_long_as_its_clocks_make_it() -> None:
    day = parse_period("2026-03-08", NEW_YORK)
    assert day
    assert day.end - day.start == timedelta(hours=23)
    assert day.start == datetime(2026, 3, 8, 5, tzinfo=UTC)


def test_a_week_belongs_to_the_year_of_its_thursday() -> None:
    assert week_of(datetime(2027, 1, 1, 12, tzinfo=UTC), SHANGHAI).name == "2026-W53"
