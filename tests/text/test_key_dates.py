"""Days that rules name for themselves: until when they may be commented on, and from when they apply."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import KeyDates
from aggregator.text.key_dates import key_dates

TOLD = date(2025, 11, 20)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The rule takes effect on March 1, 2027.", date(2027, 3, 1)),
        ("SB 53 takes effect Jan. 1, a month late", date(2026, 1, 1)),
        ("The act enters into force on 1 August 2026", date(2026, 8, 1)),
        ("a ban that went into effect June 30, 2024", date(2024, 6, 30)),
        ("The law took effect on 1 December", date(2024, 12, 1)),
        ("The law, effective Thursday, Jan. 1st, requires labels", date(2026, 1, 1)),
        ("Effective date: 2026-02-01", date(2026, 2, 1)),
        ("The rule becomes effective 60 days after publication, on January 19, 2027", date(2027, 1, 19)),
        ("The AI Act applies from 2 August 2026", date(2026, 8, 2)),
        ("《标识办法》自2025年9月1日起施行", date(2025, 9, 1)),
        ("新规9月1日起正式实施", date(2025, 9, 1)),
        ("修订后的网络安全法将于明年1月1日起生效", date(2026, 1, 1)),
        ("国家标准于2026年5月1日正式实施", date(2026, 5, 1)),
    ],
)
def test_a_day_from_which_something_applies(text: str, day: date) -> None:
    assert key_dates(TOLD, text) == KeyDates(effective_on=day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Comments are due by Jan. 15.", date(2026, 1, 15)),
        ("Foundry due diligence: comments due 14 March", date(2026, 3, 14)),
        ("Comments on the interim final rule on chips must be received on or before May 15, 2026", date(2026, 5, 15)),
        ("The public comment period closes on December 31.", date(2025, 12, 31)),
        ("The comment period for the request ended on 15 March 2025.", date(2025, 3, 15)),
        ("BIS seeks comments on its rule through Monday, Jan. 5", date(2026, 1, 5)),
        ("The consultation runs until 2026-02-01", date(2026, 2, 1)),
        ("Written comments must be received no later than 5 p.m. ET on December 30, 2025", date(2025, 12, 30)),
        ("Comments will be accepted through 11:59 pm on Dec. 31, 2025", date(2025, 12, 31)),
        ("BIS extends comment deadline to Feb. 2", date(2026, 2, 2)),
        ("The comment period was extended to January 30, 2026", date(2026, 1, 30)),
        ("OSTP requests input by January 10, 2026", date(2026, 1, 10)),
        ("The public has until Dec. 18 to weigh in on the rule", date(2025, 12, 18)),
        ("公开征求意见时间为2025年11月18日至2025年12月18日", date(2025, 12, 18)),
        ("征求意见稿公布，意见反馈截止时间为2025年12月16日", date(2025, 12, 16)),
        ("请于2025年12月20日前将意见发送至邮箱", date(2025, 12, 20)),
        ("公众可在12月20日（星期六）之前提出意见", date(2025, 12, 20)),
    ],
)
def test_a_day_until_which_comments_are_taken(text: str, day: date) -> None:
    assert key_dates(TOLD, text) == KeyDates(comments_close_on=day)


@pytest.mark.parametrize(
    "text",
    [
        "The rule was published on 15 January 2025",
        "It goes into effect in January 2026",  # no day
        "The Senate delays the law, which was to take effect on March 1, 2026",
        "原定12月1日起施行的办法推迟",
        "Takes effect February 31",
        "The export ban goes into effect immediately, Commerce said on Nov. 19",
        "The bill, passed on November 3, would take effect 90 days later",
        "办法自公布之日起施行",
        "工信部11月18日发布征求意见稿",
        "Musk comments on X. He speaks by January 5",
        "公司于9月1日发布新模型并开始实施裁员",
        "an effective 2026 plan, and comments by the dozen",
        "",
    ],
)
def test_other_days_are_left_alone(text: str) -> None:
    assert key_dates(TOLD, text) == KeyDates()


def test_the_first_day_of_a_kind_counts_and_the_title_comes_first() -> None:
    texts = ("It takes effect on 2 March 2026", "In force since 1 May 2024. Comments close on 3 June 2026.")
    assert key_dates(TOLD, *texts) == KeyDates(date(2026, 6, 3), date(2026, 3, 2))


@given(st.dates(date(2010, 1, 1), date(2080, 1, 1)), st.dates(date(2000, 1, 1), date(2099, 12, 31)), st.text())
def test_a_day_with_its_year_is_read_whatever_stands_behind_it(told: date, day: date, behind: str) -> None:
    said = f"It takes effect on {day.day} {day:%B} {day.year}. {behind}"
    assert key_dates(told, said).effective_on == day


@given(st.dates(date(2010, 1, 1), date(2080, 1, 1)), st.integers(0, 364))
def test_a_day_without_a_year_is_near(told: date, back: int) -> None:
    day = told + timedelta(days=264 - back)
    if (day.month, day.day) != (2, 29):
        assert key_dates(told, f"{day.month}月{day.day}日起施行").effective_on == day


@given(st.text(), st.text())
def test_any_text_will_do(one: str, other: str) -> None:
    key_dates(TOLD, one + "effect 1月" + other, f"{one}意见{other}")
