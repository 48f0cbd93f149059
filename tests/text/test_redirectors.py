"""Links by way of another site."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.redirectors import page_link
from aggregator.text.urls import web_link

PAGE = "https://paper.example/2025/03/ernie?id=1&lang=en"
SENT = quote(PAGE, safe="")
NAMED = urlsafe_b64encode(b"\x08\x13\x22\x2d" + PAGE.encode() + b"\xd2\x01\x00").decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/url?rct=j&sa=t&url={SENT}&ct=ga",
        f"https://www.google.com/url?q={SENT}",
        f"http://news.google.com/news/url?sa=t&url={SENT}",
        f"https://news.google.com/rss/articles/{NAMED}?oc=5",
        f"https://news.google.com/articles/{NAMED}",
        f"http://www.bing.com/news/apiclick.aspx?ref=FexRss&aid=&url={SENT}&c=1",
        f"https://l.facebook.com/l.php?u={SENT}&h=AT1",
        f"https://link.zhihu.com/?target={SENT}",
        f"https://weibo.cn/sinaurl?u={SENT}",
        f"https://getpocket.com/redirect?url={SENT}",
        f"https://www.google.com/amp/s/{PAGE.removeprefix('https://')}",
        f"https://paper-example.cdn.ampproject.org/c/s/{PAGE.removeprefix('https://')}",
        f"https://l.facebook.com/l.php?u={quote(f'https://www.google.com/url?q={SENT}', safe='')}",
    ],
)
def test_the_page_behind_a_redirector(link: str) -> None:
    assert page_link(link) == PAGE


@pytest.mark.parametrize(
    "link",
    [
        PAGE,
        "https://www.google.com/url",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/search?q=https://paper.example/",
        "https://news.google.com/rss/articles/CBMiAU_yqLMnotAnAddress",
        "https://news.google.com/rss/articles/-",
        "https://paper.example/amp/s/other.example/x",
        f"https://paper.example/url?url={SENT}",
        "https://link.zhihu.com/?target=https%3A//x.example/%B0%D9",
    ],
)
def test_a_link_that_tells_of_no_other_page_stays(link: str) -> None:
    assert page_link(link) == link


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("https://a.example/show;jsessionid=0A1B?id=1", "https://a.example/show?id=1"),
        ("https://a.example/show;JSESSIONID=0A1B.node2#top", "https://a.example/show#top"),
        ("https://a.example/show.php?PHPSESSID=3f&id=1", "https://a.example/show.php?id=1"),
        ("https://a.example/show.php?id=1&phpsessid=3f", "https://a.example/show.php?id=1"),
        ("https://a.example/show.asp?ASPSESSIONIDQQ=3f", "https://a.example/show.asp"),
        ("https://a.example/show?sid=12&session=3&id=1", "https://a.example/show?sid=12&session=3&id=1"),
        ("https://a.example/bill?DocNum=1&SessionID=114", "https://a.example/bill?DocNum=1&SessionID=114"),
        ("https://a.example/bill?a=1&sessionid=0123456789abcdef&b=2", "https://a.example/bill?a=1&b=2"),
        ("https://a.example/q?phpsessid=1&q=a?", "https://a.example/q?q=a?"),
    ],
)
def test_a_link_is_the_same_for_every_visitor(link: str, page: str) -> None:
    assert page_link(link) == page
    assert page_link(page) == page


def test_a_relative_link_counts_from_its_base() -> None:
    assert page_link("../x", "https://paper.example/news/today") == "https://paper.example/x"
    assert page_link("mailto:a@paper.example", "https://paper.example/") == ""


def test_redirectors_that_lead_to_one_another_come_to_an_end() -> None:
    link = PAGE
    for _ in range(6):
        link = f"https://www.google.com/url?q={quote(link, safe='')}"
    assert page_link(link).startswith("https://www.google.com/url?q=")


ways = st.sampled_from(
    ["https://www.google.com/url?q=", "https://news.google.com/rss/articles/", "https://www.google.com/amp/s/"]
)


@given(ways, st.text(max_size=40))
def test_whatever_stands_behind_a_redirector_is_a_web_link_or_none(way: str, text: str) -> None:
    link = page_link(way + text)
    assert link == web_link(link)
