"""What publishing software writes around a text is no part of an excerpt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.boilerplate import without_boilerplate
from aggregator.text.html import excerpt, plain, sanitise
from tests.text.harmless import assert_harmless

LINK = '<a href="https://news.example/a">{}</a>'
TEXT = "China plans rules for AI."


def text_of(source: str) -> str:
    return excerpt(source, "", 700)[1]


@pytest.mark.parametrize(
    "added",
    [
        f"<p>The post {LINK.format('China plans')} appeared first on {LINK.format('A Blog')}.</p>",
        f"<p>{LINK.format('Read more')}</p>",
        LINK.format("Continue reading <span>China plans</span> →"),
        f"… {LINK.format('Read the full story')} »",
        LINK.format("阅读原文"),
        "点击查看原文>",
        "<br>Link post",
        r"\n\n",
        f"{LINK.format('Read more')}<p>The post {LINK.format('China')} appeared first on {LINK.format('A')}.</p>",
    ],
)
def test_what_software_adds_is_left_out(added: str) -> None:
    for source in (f"<p>{TEXT}</p>{added}", f"{TEXT} {added}"):
        assert text_of(source).rstrip("… ") == TEXT
    assert text_of(added).strip("… ") == ""


@pytest.mark.parametrize(
    "counters",
    [
        "<p>Article URL: https://a.example/b</p><p>Comments URL: https://b.example/i?id=1</p><p>Points: 3</p>"
        "<p># Comments: 0</p>",
        f"Score: 308<br>Comments: 12<br>By: someone<br>Discussion: {LINK.format('https://news.example/a')}",
    ],
)
def test_counters_are_no_text(counters: str) -> None:
    assert excerpt(counters, "", 700) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "Read more books, says the minister",
        "Ministers read more.",
        "The post office opens. It appeared first on Monday that nobody came, and then all came.",
        "Comments: 12 were sent to the agency.",
        "He will continue reading the bill tomorrow.",
        "各地查看全文数据的人更多了。",
        "Points: 3 reasons to wait",
        "The post claiming that it copied a model appeared first on X on Monday and was deleted an hour later.",
        "The post of AI czar was created in 2025. Its holder appeared first on CNBC and then before the Senate.",
        LINK.format("Read on Substack why Congress failed to pass the bill"),
        f"What we read: {LINK.format('The chip war')}, {LINK.format('Read the room: AI in parliament')}",
        f"See {LINK.format('Read the docs')}",
    ],
)
def test_what_people_wrote_stays(text: str) -> None:
    assert text_of(text) == plain(text)


ADDED = ["The post ", " appeared first on ", "Read more", "<p>", "</p>", '<a href="https://a.example/">', "</a>", "→",
         "Link post", "阅读原文", r"\n", "Comments: 3 ", "word ", "<b>", "…"]  # fmt: skip


@given(st.lists(st.sampled_from(ADDED), max_size=12).map("".join))
def test_an_excerpt_is_harmless_and_a_beginning_of_the_text(source: str) -> None:
    summary, text = excerpt(source, "", 700)
    assert_harmless(summary)
    clean = sanitise(source)
    assert clean.startswith(without_boilerplate(clean, "")) or not text
