"""List pages and JSON lists: what selectors may say, and what is found by them."""

from __future__ import annotations

import json
from datetime import date, datetime

import pytest

from aggregator.errors import ParseError
from aggregator.model import KeyDates
from aggregator.refresh.identify import identify
from tests.parse.reading import DAY, PAGE, only, read


@pytest.mark.parametrize(
    ("row", "said", "title", "link"),
    [
        ('<a class=r href="1">One</a>', {"title": "."}, "One", "1"),
        ('<a class=r href="1"><b>One</b><i>x</i></a>', {"title": "b"}, "One", "1"),
        ('<a class=r href="1" title="One and all">One…</a>', {"title": "."}, "One and all", "1"),
        ('<a class=r href="1" title="Click to see">One</a>', {"title": "."}, "One", "1"),
        ('<p class=r><a href="1" title="One and all">One…</a></p>', {"title": "a"}, "One and all", "1"),
        ('<p class=r><a href="1" data-name="Name">One</a></p>', {"title": "a@data-name"}, "Name", "1"),
        ('<p class=r><a href="javascript:void(0)">x</a><b><a href="1">One</a></b></p>', {"title": "b"}, "One", "1"),
        ('<p class=r><a href="#">Tag</a><b><a href="1">One</a></b></p>', {"title": "b"}, "One", "1"),
        (
            '<p class=r><a href="">x</a><a href="mailto:x@y.z">x</a><b><a href="1">One</a></b></p>',
            {"title": "b"},
            "One",
            "1",
        ),
        ('<p class=r><a data-url="1">One</a></p>', {"title": "a", "link": "a@data-url"}, "One", "1"),
        ('<p class=r data-url="1"><a>One</a></p>', {"title": "a", "link": ".@data-url"}, "One", "1"),
        ('<p class=r><a href="1?@" title="One and all">One…</a></p>', {"title": 'a[href*="@"]'}, "One and all", "1?@"),
        ('<p class=r data-name="Name"><a href="1">One</a></p>', {"title": ".@data-name"}, "Name", "1"),
        ('<p class=r><a href="1">1</a><a href="2">Two</a></p>', {"title": "a + a", "link": "a + a"}, "Two", "2"),
        ('<p class=r id="v2"><b>Two</b></p>', {"title": "b"}, "Two", "#v2"),
        ('<p class=r><b id="v2">Two</b></p>', {"title": "b"}, "Two", "#v2"),
        ('<p class=r id="v1"><a href="#v2">Two</a></p>', {"title": "a"}, "Two", "#v2"),
        ('<p class=r><b>A &lt;b&gt; &amp; c</b><a href="1"></a></p>', {"title": "b"}, "A &lt;b&gt; &amp; c", "1"),
    ],
)
def test_a_row_of_a_list_page_has_a_title_and_a_link(row: str, said: dict[str, str], title: str, link: str) -> None:
    entry = only("html", f"<body>{row}</body>", items=".r", **said)
    assert (entry.title, entry.link) == (title, PAGE + link)


def test_rows_that_share_a_link_are_told_apart_by_their_titles() -> None:
    rows = "".join(f'<p class=r><a href="/log">log</a> <b>{name}</b></p>' for name in ("v2", "v1"))
    found, merged = identify("news", read("html", rows, items=".r", title="b").entries)
    assert ([entry.title for _, entry in found], merged) == (["v2", "v1"], [])


def test_a_row_without_link_or_anchor_has_none() -> None:
    assert only("html", "<p class=r><b>One</b></p>", items=".r", title="b").link == ""


@pytest.mark.parametrize(
    ("row", "selector", "date"),
    [
        ('<a href="/202503/16/c_1.html">x</a>', "link", DAY),
        ('<a href="/202503/t20250316_1.html">x</a>', "link", DAY),
        ('<a href="/2025-03-16/1.html">x</a>', "link", DAY),
        ('<a href="/2025/03/16/a">x</a>', "link", DAY),
        ('<a href="/2025/03/a">x</a>', "link", DAY.replace(day=1)),
        ('<a href="/120250316">x</a>', "link", None),
        ('<a href="/202513/40/a">x</a>', "link", None),
        ('<a href="/a">x</a>', "link", None),
        ('<a href="/20250301/1">x</a><i>2025-03-16</i>', "i", DAY),
        ('<a href="/20250301/1">x</a><time datetime="2025-03-16">today</time>', "time@datetime", DAY),
        ('<a href="/20250316/1">x</a>', "", None),
    ],
)
def test_the_date_of_a_row_is_where_the_selector_says(row: str, selector: str, date: datetime | None) -> None:
    assert only("html", f"<p class=r>{row}</p>", items=".r", title="a", date=selector).published == date


@pytest.mark.parametrize(
    ("items", "titles"),
    [
        ("days.*.posts", ["a", "b", "c"]),
        ("days.0.posts", ["a", "b"]),
        ("days.*.posts.0", ["a", "c"]),
        ("days.*.best", ["a", "c"]),
    ],
)
def test_a_path_leads_through_lists(items: str, titles: list[str]) -> None:
    body = (
        '{"days": [{"best": {"t": "a"}, "posts": [{"t": "a"}, {"t": "b"}]},'
        ' {"best": {"t": "c"}, "posts": [{"t": "c"}]}]}'
    )
    assert [entry.title for entry in read("json", body, items=items, title="t").entries] == titles


@pytest.mark.parametrize(
    ("said", "title"),
    [
        ("AT&#038;T &#8211; the chips policy", "AT&#038;T &#8211; the chips policy"),
        ("A <em>new</em> rule", "A <em>new</em> rule"),
        ("AT&T and x < y", "AT&amp;T and x &lt; y"),
        ("The <head> of state", "The &lt;head&gt; of state"),
        ("R1 leaks </think> tokens; R&D; &str;", "R1 leaks &lt;/think&gt; tokens; R&amp;D; &amp;str;"),
    ],
)
def test_a_title_in_json_is_text_unless_it_is_clearly_html(said: str, title: str) -> None:
    assert only("json", json.dumps([{"t": said}]), items="", title="t").title == title


def test_records_that_say_nothing_are_left_out() -> None:
    body = '[{"t": "a"}, null, "x", {"t": null}, {"l": "https://a.example/1"}]'
    found = read("json", body, items="", title="t", link="l").entries
    assert [(entry.title, entry.link) for entry in found] == [("a", ""), ("", "https://a.example/1")]
    feed = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"title": null}, {"id": "1"}]}'
    assert [entry.id for entry in read("feed", feed).entries] == ["1"]


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("1742083200", DAY),
        ('"1742083200"', DAY),
        ("1742083200.5", DAY),
        ("1742083200000", DAY),
        ('"1742083200000"', DAY),
        ("1742083200999", DAY),
        ('"2025-03-16"', DAY),
        ("999999999", None),
        ("99999999999999", None),
        ("7", None),
        ("null", None),
        ("true", None),
    ],
)
def test_a_date_may_be_seconds_or_milliseconds(date: str, moment: datetime | None) -> None:
    body = f'[{{"t": "a", "d": {date}}}]'
    assert only("json", body, items="", title="t", date="d").published == moment


def test_a_page_on_which_a_selector_finds_nothing_any_more_is_an_error_and_without_dates_a_warning() -> None:
    rows = "".join(f'<li><h4><a href="/{n}">Title {n}</a></h4><em>2025-03-16</em></li>' for n in range(3))
    with pytest.raises(ParseError, match="link = 'h3 a'"):
        read("html", rows, items="li", title="a", link="h3 a")
    with pytest.raises(ParseError, match="link = 'h3 a'"):
        read("html", rows.replace("<li", '<li id="x"'), items="li", title="a", link="h3 a")
    undated = read("html", rows, items="li", title="a", date="i")
    assert (len(undated.entries), undated.warning) == (3, "date = 'i' finds no date in any of 3 rows")
    assert not read("html", rows, items="li", title="a", date="em").warning


def test_a_list_in_json_whose_links_are_gone_is_an_error_and_without_dates_a_warning() -> None:
    records = json.dumps([{"t": f"Title {n}", "u": f"/{n}", "d": "2025-03-16"} for n in range(3)])
    with pytest.raises(ParseError, match="link = 'l' finds nothing in 3 records"):
        read("json", records, items="", title="t", link="l")
    with pytest.raises(ParseError, match=r"link = 'https://a.example/\{id\}' finds nothing"):
        read("json", records, items="", title="t", link="https://a.example/{id}")
    undated = read("json", records, items="", title="t", link="u", date="e")
    assert (len(undated.entries), undated.warning) == (3, "date = 'e' finds no date in any of 3 records")
    assert not read("json", records, items="", title="t", link="u", date="d").warning


@pytest.mark.parametrize(
    ("kind", "body", "said"),
    [
        (
            "json", '{"all": [{"t": "One", "close": "2025-04-01", "from": null}]}',
            {"items": "all", "title": "t", "comments_close_on": "close", "effective_on": "from"},
        ),
        (
            "html", '<p class=r><a href="1">One</a> <i>2025年4月1日</i></p>',
            {"items": ".r", "title": "a", "comments_close_on": "i", "effective_on": "b"},
        ),
    ],
)  # fmt: skip
def test_days_may_stand_in_places_of_their_own(kind: str, body: str, said: dict[str, str]) -> None:
    assert only(kind, body, **said).key_dates == KeyDates(date(2025, 4, 1))


@pytest.mark.parametrize("said", ["9999-12-31T23:59:59-12:00", "2101-01-02", "soon", "0001-01-01", "", "2025-02-31"])
def test_days_that_cannot_be_are_none(said: str) -> None:
    body = json.dumps([{"t": "One", "from": said}])
    assert only("json", body, items=".", title="t", effective_on="from").key_dates == KeyDates()
