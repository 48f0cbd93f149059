"""Entry to item: everything that is shown is clean."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.model import Entry, IdentifiedEntry, Identity, Item, KeyDates
from aggregator.refresh.normalise import MAX_EXCERPT, MAX_TITLE, normalise
from aggregator.refresh.rules import worth_tagging
from aggregator.text.html import plain, sanitise
from tests.fakes import START
from tests.samples import make_source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEIJING = timezone(8 * HOUR)
BASE = "https://site.example/feeds/rss"


def clean(entry: Entry | None = None, feed_lang: str = "", source_lang: str = "", **parts: Any) -> Item:
    entry = replace(entry or Entry("1", "/a", "Title", "Summary", START), **parts)
    return normalise(
        IdentifiedEntry(Identity("1", "key"), "print", entry), make_source(lang=source_lang), BASE, feed_lang, START
    )


@pytest.mark.parametrize(
    ("kind", "hour", "noon"),
    [
        ("html", 0, START.replace(hour=4, minute=0)), ("sitemap", 0, START.replace(hour=4, minute=0)),
        ("html", 9, None), ("feed", 0, None),
    ],
)  # fmt: skip
def test_a_day_that_a_page_names_without_a_time_is_meant_at_its_noon(kind: str, hour: int, noon: Any) -> None:
    day = START.astimezone(BEIJING).replace(hour=hour, minute=0)
    source = make_source(kind=kind, timezone="Asia/Shanghai")
    entry = Entry("1", "/a", "Title", "", day)
    item = normalise(IdentifiedEntry(Identity("1", "key"), "print", entry), source, BASE, "", START)
    assert item.published == day
    assert item.about == noon


def test_a_day_that_has_a_place_of_its_own_wins_over_one_that_the_text_names() -> None:
    title = "Comments close on 1 April; the rule takes effect on 2 May"
    own = KeyDates(comments_close_on=date(2030, 6, 3))
    assert clean(title=title, key_dates=own).key_dates == KeyDates(
        own.comments_close_on, clean(title=title).key_dates[1]
    )
    assert clean(title=title).key_dates.effective_on is not None


@pytest.mark.parametrize(
    ("link", "absolute"),
    [
        ("https://site.example/a", "https://site.example/a"),
        ("/a", "https://site.example/a"),
        ("a?b=1", "https://site.example/feeds/a?b=1"),
        ("//cdn.example/a", "https://cdn.example/a"),
        (" https://site.example/a\n", "https://site.example/a"),
        ("javascript:alert(1)", ""),
        ("ftp://site.example/a", ""),
        ("https://[broken", ""),
    ],
)
def test_a_link_is_absolute_or_empty(link: str, absolute: str) -> None:
    assert clean(link=link).link == absolute


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("China &amp; the US", "China & the US"),
        ("<b>Bold</b> claim", "Bold claim"),
        ("Use &lt;video&gt; well", "Use <video> well"),
        ("<script>alert(1)</script>Safe", "Safe"),
        ("  two\n lines ", "two lines"),
        ("a\x00b", "ab"),
        ("百度<br>发布", "百度 发布"),
        ("", ""),
        ("<img src=x onerror=alert(1)>", ""),
    ],
)
def test_a_title_is_plain_text(title: str, shown: str) -> None:
    assert clean(title=title).title == shown


@pytest.mark.parametrize("summary", ["<p>First words.</p>", "word " * 100, ""])
@pytest.mark.parametrize("link", ["/a", ""])
@pytest.mark.parametrize("title", ["", " \n", "<br>", "<script>alert(1)</script>"])
def test_an_entry_without_title_keeps_an_empty_one_and_its_text(title: str, summary: str, link: str) -> None:
    item = clean(title=title, summary=summary, link=link)
    assert item.title == ""
    assert item.summary == clean(summary=summary, link=link).summary


@pytest.mark.parametrize("word", ["long ", "长"])
def test_texts_of_the_full_length_are_kept(word: str) -> None:
    item = clean(title=(word * MAX_TITLE)[:MAX_TITLE].strip(), summary=(word * MAX_EXCERPT)[:MAX_EXCERPT].strip())
    assert "…" not in item.title + item.summary


@pytest.mark.parametrize("word", ["long ", "长"])
def test_over_long_texts_are_cut(word: str) -> None:
    item = clean(title=word * (MAX_TITLE + 1), summary=f"<p>{word * (MAX_EXCERPT + 1)}</p>")
    assert len(item.title) <= MAX_TITLE
    assert len(plain(item.summary)) <= MAX_EXCERPT
    assert item.title.endswith("…")
    assert plain(item.summary).endswith("…")


@pytest.mark.parametrize(
    ("summary", "shown"),
    [
        ('<a href="/b">b</a>', '<a href="https://site.example/b" rel="nofollow noopener noreferrer">b</a>'),
        ('<a href="javascript:x">b</a>', '<a rel="nofollow noopener noreferrer">b</a>'),
        ("<p onclick=x>a</p><script>b</script>", "<p>a</p>"),
        ("<img src=x>", ""),
        ("Title", ""),
        ("<p>Title</p>", ""),
    ],
)
def test_a_summary_is_harmless_html_and_no_echo_of_the_title(summary: str, shown: str) -> None:
    assert clean(summary=summary).summary == shown


@pytest.mark.parametrize(
    ("published", "updated", "kept"),
    [
        (START, None, START),
        (START.astimezone(BEIJING), None, START),
        (START + 23 * HOUR, None, START + 23 * HOUR),
        (START + 25 * HOUR, None, None),
        (datetime(1970, 1, 1, tzinfo=BEIJING), None, None),
        (None, START - HOUR, START - HOUR),
        (None, START + 9 * DAY, None),
        (None, None, None),
    ],
)
def test_a_date_of_the_future_or_of_a_clock_never_set_is_dropped(
    published: datetime | None, updated: datetime | None, kept: datetime | None
) -> None:
    item = clean(published=published, updated=updated)
    assert item.published == kept
    assert kept is None or item.published.utcoffset() == timedelta(0)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("title", "said", "source", "feed", "lang"),
    [
        ("百度发布文心大模型", "en", "en", "en-US", "zh"),
        ("Nvidia H20 对华出口获批的消息", "", "", "", "zh"),
        ("An English title", "", "zh", "zh-CN", "en"),
        ("Un titre français", "fr", "en", "", "fr"),
        ("Ein deutscher Titel", "", "de", "en", "de"),
        ("Ein deutscher Titel", "", "", "de-AT", "de"),
        ("Title", "", "", "", "en"),
        ("生成AIのルールについて", "", "zh", "", "ja"),
    ],
)
def test_the_language_is_the_scripts_or_the_first_that_someone_says(
    title: str, said: str, source: str, feed: str, lang: str
) -> None:
    assert clean(title=title, summary="", lang=said, source_lang=source, feed_lang=feed).lang == lang


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        ((), (), True),
        (("china",), (), True),
        (("RULES",), (), True),
        (("nothing", "芯片"), (), True),
        (("nothing",), (), False),
        ((), ("china",), False),
        ((), ("芯片",), False),
        ((), ("nothing",), True),
        (("china",), ("rules",), False),
        (("<p>",), (), False),
    ],
)
def test_include_and_exclude_look_at_title_and_summary(
    include: tuple[str, ...], exclude: tuple[str, ...], kept: bool
) -> None:
    item = clean(title="China &amp; AI", summary="<p>New rules for 芯片</p>")
    assert worth_tagging(item, item.text, make_source(include=include, exclude=exclude)) is kept


TEXT = (
    st.text() | st.text("<>&;ab /\"'=\x00\ud800") | st.sampled_from(["<script>x</script>", "&#0;", "<a href=//[>x</a>"])
)


@given(title=TEXT, summary=TEXT, link=TEXT, lang=TEXT)
def test_whatever_an_entry_says_its_item_can_be_stored_and_shown(
    title: str, summary: str, link: str, lang: str
) -> None:
    item = clean(title=title, summary=summary, link=link, lang=lang)
    for text in (item.title, item.summary, item.link, item.lang):
        assert "\x00" not in text
        assert text.encode("utf-8").decode() == text
    assert len(item.title) <= MAX_TITLE
    assert sanitise(item.summary) == item.summary
    assert item.link == "" or item.link.startswith(("http://", "https://"))
