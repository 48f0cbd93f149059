"""Names that texts tell and the taxonomy does not know."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from aggregator.model import StoredItem
from aggregator.tagging import Tagger
from aggregator.tagging.gaps import gaps

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def told(tagger: Tagger, *titles: str, source: str = "", summary: str = "") -> list[StoredItem]:
    """Items of these titles as they would be stored, each of a source of its own if none is said."""
    return [
        StoredItem(
            number, source or f"source-{number}", "", "", "", title, title, summary, None, None, NOW, NOW, NOW, "en",
            tagging.tier, tagging.tags,
        )
        for number, title in enumerate(titles)
        for tagging in [tagger.tag(title, summary)]
    ]  # fmt: skip


def names(tagger: Tagger, items: list[StoredItem]) -> list[str]:
    return [gap.name for gap in gaps(items, tagger)]


@pytest.mark.parametrize(
    ("titles", "name"),
    [
        (("OpenAI hires people from Tallgrass Robotics", "why everybody talks about Tallgrass Robotics",
          "Baidu and Tallgrass Robotics part ways over money"), "Tallgrass Robotics"),
        (("A look at QuillMind 2.5 for the home", "QuillMind 2.5 beats GPT-4o", "They test QuillMind 2.5"),
         "QuillMind 2.5"),
        (("A Careful Look At TallGrass For Analysts", "Who Needs TallGrass Anyway", "Some Say TallGrass Is Sold"),
         "TallGrass"),
        (("上海出台《青禾管理办法》", "《青禾管理办法》施行", "解读《青禾管理办法》"), "青禾管理办法"),
        (("百度回应“青禾计算”计划", "“青禾计算”计划公布", "何为“青禾计算”"), "青禾计算"),
    ],
    ids=["inside a sentence", "with a number", "capitals inside a word", "a document", "in quotes"],
)  # fmt: skip
def test_a_name_that_three_items_tell_is_found(tagger: Tagger, titles: tuple[str, ...], name: str) -> None:
    items = told(tagger, *titles)
    (gap,) = gaps(items, tagger)
    assert (gap.name, gap.items, gap.sources, gap.example) == (name, 3, 3, items[0])
    assert gaps(items[:2], tagger) == []


@pytest.mark.parametrize(
    "titles",
    [
        ("We asked Baidu", "What OpenAI said", "How DeepSeek-R1 was made", "Why Baidu waits", "When Baidu rests"),
        ("Everyone talks", "Everyone listens", "Everyone waits"),
        ("They met on Monday", "It closed on Monday", "See you, Monday"),
        ("A Quiet Morning In The Valley", "The Quiet Valley Wakes Up Early", "Nothing Moves In Quiet Valley Towns"),
        ("No new Policy", "Another Policy", "The policy of policy on policy and policy"),
        ("Who owns Gemini?", "Ask Gemini", "My friend Gemini"),  # a doubtful name, which nothing speaks for
    ],
    ids=["known names", "beginnings of sentences", "days", "titles in capitals", "ordinary words", "doubtful names"],
)
def test_what_is_known_or_no_name_is_not_told(tagger: Tagger, titles: tuple[str, ...]) -> None:
    assert names(tagger, told(tagger, *titles)) == []


def test_what_stands_beside_a_known_name_is_told_without_it(tagger: Tagger) -> None:
    items = told(tagger, "we tried OpenAI Tallgrass", "how to use OpenAI Tallgrass", "is OpenAI Tallgrass safe?")
    assert names(tagger, items) == ["Tallgrass"]


def test_small_words_before_a_name_are_no_part_of_it(tagger: Tagger) -> None:
    items = told(
        tagger,
        "this is the day of The Tallgrass",
        "they speak with Tallgrass",
        "all the way: the end of the road, The Tallgrass",
    )
    assert names(tagger, items) == ["Tallgrass"]


def test_the_headings_of_one_source_are_not_told(tagger: Tagger) -> None:
    usual = told(tagger, *["this week, Corner Talk again"] * 3, *["quiet"] * 10, source="one")
    assert names(tagger, usual) == []
    rare = told(tagger, *["this week, Corner Talk again"] * 3, *["quiet"] * 30, source="one")
    assert names(tagger, rare) == ["Corner Talk"]


def test_the_names_of_most_sources_come_first_and_texts_are_read(tagger: Tagger) -> None:
    one = told(tagger, *["quiet"] * 50, *["they went to Dunmore"] * 4, source="one")
    many = told(tagger, "quiet", "quiet", "quiet", summary="<p>It is run by Tallgrass.</p>")
    assert names(tagger, many + one) == ["Tallgrass", "Dunmore"]
