"""Dates as publishers write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.dates import EARLIEST, parse_date, sane

NOW = datetime(2025, 3, 17, 12, 0, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")

moments = st.datetimes(datetime(1991, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-16 10:30 PM", "2025-03-16T22:30"),
        ("Sun, 16 Mar 2025 10:30:00 +08", "2025-03-16T02:30"),
        ("Sun, 16 Mar 2025 10:30:00 +8", "2025-03-16T02:30"),
        ("20250316103000", "2025-03-16T10:30"),
        ("202503161030", "2025-03-16T10:30"),
        ("1742121012", "2025-03-16T10:30:12"),
        ("1742121012500", "2025-03-16T10:30:12"),
        ("1742121012500.5", "2025-03-16T10:30:12"),
        ("1742121012500000", "2025-03-16T10:30:12"),
        ("周日, 16 3月 2025 10:30:00 +0800", "2025-03-16T02:30"),
        ("Sun, 16 三月 2025 10:30:00 +0800", "2025-03-16T02:30"),
        ("2025031610", "2025-03-16T10:00"),
        ("Sun, 16 Mar 25 10:30:00 -5", "2025-03-16T15:30"),
        ("2025-03-16 10:30:00 GMT+8", "2025-03-16T02:30"),
        ("March 16, 2025 10:30:00 UTC-5", "2025-03-16T15:30"),
        ("Sun Mar 16 2025 10:30:00 GMT+0800 (China Standard Time)", "2025-03-16T02:30"),
        ("民國114年3月16日 10時30分", "2025-03-16T10:30"),
        ("2025年3月16日 傍晚6:30", "2025-03-16T18:30"),
        ("2025年3月16日 晚上12:00", "2025-03-17T00:00"),
        ("3小時前", "2025-03-17T09:00"),
        ("5 mins ago", "2025-03-17T11:55"),
        ("昨日 10:30", "2025-03-16T10:30"),
        ("大前天", "2025-03-14T00:00"),
        ("刚刚", "2025-03-17T12:00"),
        ("2d ago", "2025-03-15T12:00"),
        ("二〇二五年三月十六日", "2025-03-16T00:00"),
        ("二○二四年十二月三十一日 10:30", "2024-12-31T10:30"),
        ("二〇二五年三月十六號", "2025-03-16T00:00"),
        ("March 16", "2025-03-16T00:00"),
        ("Sunday, 16th Mar. at 10:30 PM", "2025-03-16T22:30"),
        ("Dec 24", "2024-12-24T00:00"),
        ("2025-03-16 12:05 a.m.", "2025-03-16T00:05"),
        ("2025年3月16日 下午3:30", "2025-03-16T15:30"),
        ("2025年3月16日（星期日） 10时30分", "2025-03-16T10:30"),
        ("3月16日 中午12点05分", "2025-03-16T12:05"),
        ("Mar 16, 2025, 10:30 PM EDT", "2025-03-17T02:30"),
        ("March 16, 2025 at 9:05 a.m. ET", "2025-03-16T13:05"),
        ("2025-03-16 10:30:00 PST", "2025-03-16T18:30"),
        ("Sun, 16 Mar 2025 10:30:00 CEST", "2025-03-16T08:30"),
        ("2025-03-16", "2025-03-16T00:00"),
        ("20250316", "2025-03-16T00:00"),
        ("2025-03-16T10:30:00Z", "2025-03-16T10:30"),
        ("2025-03-16T10:30:00.123456789Z", "2025-03-16T10:30"),
        ("2025-03-16T10:30:00+08:00", "2025-03-16T02:30"),
        ("2025-03-16 10:30:00 +0800", "2025-03-16T02:30"),
        ("2025-03-16 10:30:00 UTC", "2025-03-16T10:30"),
        ("2025-03-16 10:30 GMT+08:00", "2025-03-16T02:30"),
        ("Sun, 16 Mar 2025 10:30:00 GMT", "2025-03-16T10:30"),
        ("Sun, 16 Mar 2025 10:30:00 +0800", "2025-03-16T02:30"),
        ("16 Mar 2025 10:30:00 EST", "2025-03-16T15:30"),
        ("2025-03-16T10:30:00+08:00[Asia/Shanghai]", "2025-03-16T02:30"),  # and "+0800 CST", as Go has it
        ("March 16, 2025", "2025-03-16T00:00"),
        ("Mar. 16, 2025", "2025-03-16T00:00"),
        ("Sunday, March 16th, 2025", "2025-03-16T00:00"),
        ("16 March 2025", "2025-03-16T00:00"),
        ("March 16, 2025 10:30 PM", "2025-03-16T22:30"),
        ("March 16, 2025 at 12:05 a.m.", "2025-03-16T00:05"),
        ("Published on May 1, 2024 | 09:15", "2024-05-01T09:15"),
        ("03/16/2019", "2019-03-16T00:00"),
        ("3/16/2025 10:30:15 PM", "2025-03-16T22:30:15"),
        ("2025年3月16日", "2025-03-16T00:00"),
        ("2025年03月16日 10:30", "2025-03-16T10:30"),
        ("2025年3月16日10时30分15秒", "2025-03-16T10:30:15"),
        ("2025 年 3 月 16 日", "2025-03-16T00:00"),
        ("２０２５年３月１６日", "2025-03-16T00:00"),
        ("发布时间：2025-03-16 10：30", "2025-03-16T10:30"),
        ("2025/3/16 10:30", "2025-03-16T10:30"),
        ("2025.3.16", "2025-03-16T00:00"),
        ("[03-16]", "2025-03-16T00:00"),
        ("[24-12-31]", "2024-12-31T00:00"),
        ("25/3/4", "2025-03-04T00:00"),
        ("25.03.04 10:30", "2025-03-04T10:30"),
        ("04 2025-03", "2025-03-04T00:00"),
        ("16.03.25", "2025-03-16T00:00"),
        ("14/02/25 10:30", "2025-02-14T10:30"),
        ("08:15 2025年3月5日", "2025-03-05T00:00"),
        ("阅读 12 2025年3月16日", "2025-03-16T00:00"),
        ("3月16日", "2025-03-16T00:00"),
        ("3月18日", "2025-03-18T00:00"),
        ("12-30", "2024-12-30T00:00"),
        ("今天 08:00", "2025-03-17T08:00"),
        ("昨天", "2025-03-16T00:00"),
        ("前天 23:59", "2025-03-15T23:59"),
        ("Yesterday", "2025-03-16T00:00"),
        ("30秒前", "2025-03-17T11:59:30"),
        ("5分钟前", "2025-03-17T11:55"),
        ("3 小时前", "2025-03-17T09:00"),
        ("半小时前", "2025-03-17T11:30"),
        ("更新于两个小时前", "2025-03-17T10:00"),
        ("一天前", "2025-03-16T12:00"),
        ("an hour ago", "2025-03-17T11:00"),
        ("2天前", "2025-03-15T12:00"),
        ("1周前", "2025-03-10T12:00"),
        ("March 16, 2025, 3 p.m. ET", "2025-03-16T19:00"),
        ("March 16, 2025 at 12 a.m.", "2025-03-16T00:00"),
        ("2025年3月16日 下午3点", "2025-03-16T15:00"),
        ("3月16日 上午9時半", "2025-03-16T09:30"),
        ("昨天 晚上8点", "2025-03-16T20:00"),
        ("昨天晚上12点", "2025-03-17T00:00"),
        ("16.03.2025", "2025-03-16T00:00"),
        ("16/03/2025 14:05", "2025-03-16T14:05"),
        ("1.3.2025", "2025-03-01T00:00"),
        ("3 hours ago", "2025-03-17T09:00"),
        ("1 day ago", "2025-03-16T12:00"),
    ],
)
def test_date_is_read_in_utc(text: str, expected: str) -> None:
    moment = parse_date(text, NOW)
    assert moment is not None
    assert moment.replace(microsecond=0) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-16", "2025-03-15T16:00"),
        ("2025-03-16 10:30", "2025-03-16T02:30"),
        ("2025年3月16日 10:30", "2025-03-16T02:30"),
        ("March 16, 2025 10:30", "2025-03-16T02:30"),
        ("今天 08:00", "2025-03-17T00:00"),
        ("昨天", "2025-03-15T16:00"),
        ("3小时前", "2025-03-17T09:00"),
        ("Sun, 16 Mar 2025 10:30:00 CST", "2025-03-16T02:30"),
        ("Sun Mar 16 10:30:00 CST 2025", "2025-03-16T02:30"),
        ("Sun, 16 Mar 2025 10:30:00 EST", "2025-03-16T15:30"),
        ("2025-03-16 上午12:10", "2025-03-15T16:10"),
        ("2025/3/16 凌晨12:10:00", "2025-03-15T16:10"),
        ("2025-03-16 上午11:10", "2025-03-16T03:10"),
        ("2025-03-16T10:30:00Z", "2025-03-16T10:30"),
        ("2025-03-16 10:30:00 UTC", "2025-03-16T10:30"),
        ("Sun, 16 Mar 2025 10:30:00 GMT", "2025-03-16T10:30"),
    ],
)
def test_zone_of_the_source_counts_where_the_text_names_none(text: str, expected: str) -> None:
    assert parse_date(text, NOW, SHANGHAI) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "text", "hours"),
    [
        ("2025-03-09T08:00", "3 hours ago", 3),
        ("2025-11-02T07:30", "2 hours ago", 2),
        ("2025-11-02T07:30", "1 day ago", 24),
    ],
)
def test_hours_ago_are_hours_where_the_clocks_change(now: str, text: str, hours: int) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert parse_date(text, moment, ZoneInfo("America/New_York")) == moment - timedelta(hours=hours)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "soon",
        "刚刚好",
        "2025",
        "16.13.2025",
        "1.16.03.2025",
        "2025-13-45",
        "2025年13月1日",
        "1.234",
        "10:30",
        "1970-01-01",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "0001-01-01",
        "9999-12-31T23:59:59-10:00",
        "99999999999999999999天前",
        "第1-2期",
        "V1.2 发布",
        "4D前沿",
        "3D前景",
        "Mark 12",
        "Decision 24",
        "February 31, 2025",
    ],
)
def test_what_is_no_date_of_publication_is_none(text: str) -> None:
    assert parse_date(text, NOW) is None


@given(st.text(max_size=40) | st.text("0123456789年月日前天-/:. TZ+今昨小时ago", max_size=25))
def test_any_text_gives_none_or_a_moment_in_utc(text: str) -> None:
    moment = parse_date(text, NOW, SHANGHAI)
    assert moment is None or (moment.tzinfo is UTC and moment >= EARLIEST)


@given(moments, st.integers(-12 * 4, 14 * 4))
def test_iso_time_is_read_whatever_its_offset(moment: datetime, quarters: int) -> None:
    there = moment.astimezone(timezone(timedelta(minutes=15 * quarters)))
    assert parse_date(there.isoformat(), NOW, SHANGHAI) == moment.replace(microsecond=0)


@given(moments)
def test_chinese_and_english_forms_name_the_same_day(moment: datetime) -> None:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    chinese = f"{moment.year}年{moment.month}月{moment.day}日"
    assert parse_date(chinese, NOW) == midnight
    assert parse_date(moment.strftime("%B %d, %Y"), NOW) == midnight
    assert parse_date(moment.strftime("%d %b %Y"), NOW) == midnight
    assert parse_date(moment.strftime("%m/%d/%Y"), NOW) == midnight


@pytest.mark.parametrize(
    ("moment", "kept"),
    [
        (None, False),
        (datetime(1989, 12, 31, tzinfo=UTC), False),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
        (datetime(2030, 1, 1, tzinfo=SHANGHAI), True),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=14))), False),
    ],
)
def test_sane_keeps_what_can_be_a_date_of_publication(moment: datetime | None, kept: bool) -> None:
    assert (sane(moment) is not None) is kept


@pytest.mark.parametrize("text", ["9" * 100_000, "1 " * 50_000, "3" * 20_000 + "小时前"])
def test_a_long_text_costs_no_time_and_is_no_date(text: str) -> None:
    assert parse_date(text, datetime(2025, 3, 16, tzinfo=UTC)) is None


@pytest.mark.parametrize("text", ["03-16-2025", "05.03.2025"])
def test_a_year_that_comes_last_is_not_dropped(text: str) -> None:
    found = parse_date(text, datetime(2026, 3, 16, tzinfo=UTC))
    assert found is None or found.year == 2025
