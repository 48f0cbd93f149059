"""Hosts: as they are asked, and whose they are."""

from __future__ import annotations

import pytest

from aggregator.text.publishers import publisher_of, without_publisher
from aggregator.text.urls import ascii_form


@pytest.mark.parametrize(
    ("link", "publisher"),
    [
        ("https://www.a.example/x", "a.example"), ("https://mobile.a.example./x", "a.example"),
        ("https://amp.a.example/x", "a.example"), ("https://github.com/x", ""), ("https://[x", ""),
    ],
)  # fmt: skip
def test_the_host_says_who_publishes(link: str, publisher: str) -> None:
    assert publisher_of(link) == publisher


@pytest.mark.parametrize(
    ("link", "sent"),
    [
        ("http://[2001:db8::1]:81/新闻", "http://[2001:db8::1]:81/%E6%96%B0%E9%97%BB"),
        ("https://me:x@新闻.example/?q=中", "https://me:x@xn--efvy88h.example/?q=%E4%B8%AD"),
    ],
)
def test_an_address_is_sent_in_ascii(link: str, sent: str) -> None:
    assert ascii_form(link) == sent


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("AI order issued - Microsoft News", "AI order issued"),
        ("文心大模型5.0_新浪科技_新浪网", "文心大模型5.0"),
        ("Prices cut | Yahoo Finance Singapore", "Prices cut"),
        ("A_B_C_新浪科技_新浪网", "A_B_C"),
        ("Fact sheet | The White House", "Fact sheet | The White House"),
        ("Times change-News", "Times change-News"),
        ("- News", "- News"),
        ("", ""),
    ],
)
def test_a_paper_behind_a_title_is_taken_away(title: str, bare: str) -> None:
    assert without_publisher(title) == bare
