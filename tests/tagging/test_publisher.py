"""What the name of a source says of its texts."""

from __future__ import annotations

import pytest

from aggregator.tagging import Tagger


def tags(tagger: Tagger, title: str, publisher: str, *given: str) -> set[str]:
    return {str(tag) for tag in tagger.tag(title, publisher=publisher, given=given).tags}


@pytest.mark.parametrize(
    "publisher",
    [
        "Windsurf Changelog",
        "The Windsurf Blog",
        "Windsurf – News",
        "Windsurf: Engineering",
        "Windsurf (community feed)",
    ],
)
def test_on_its_own_page_a_company_s_name_is_no_other_thing(tagger: Tagger, publisher: str) -> None:
    assert {"company/windsurf", "region/us", "topic/release"} <= tags(tagger, "Windsurf 2.14.3", publisher)
    assert tagger.tag("Windsurf 2.14.3", publisher=publisher).relevant


@pytest.mark.parametrize("publisher", ["", "Windsurf Weather", "Surfing Windsurf", "Beach News"])
def test_elsewhere_it_is(tagger: Tagger, publisher: str) -> None:
    assert "company/windsurf" not in tags(tagger, "Windsurf 2.14.3", publisher)


def test_a_company_of_the_source_s_tags_is_believed_as_well(tagger: Tagger) -> None:
    assert "company/windsurf" in tags(tagger, "Windsurf 2.14.3", "Updates", "company/windsurf")


@pytest.mark.parametrize("title", ["Image-01", "Music-2.0", "Speech-02-turbo / Speech-02-hd"])
def test_a_number_makes_a_name_on_its_maker_s_page(tagger: Tagger, title: str) -> None:
    assert "topic/release" in tags(tagger, title, "MiniMax Blog")
    assert "topic/release" not in tags(tagger, title, "A blog on music")


def test_a_question_or_a_sentence_there_is_none(tagger: Tagger) -> None:
    for title in (
        "Five ways to write",
        "2.0 is near, and then",
        "DevDay 2025",
        "Happy 25th Birthday",
        "Our $13B Round",
    ):
        assert "topic/release" not in tags(tagger, title, "MiniMax Blog")


@pytest.mark.parametrize(
    ("publisher", "study"),
    [
        ("EleutherAI Papers", True),
        ("arXiv cs.CL", True),
        ("Anthropic Research (community feed)", True),
        ("Congressional Research Service reports", False),
        ("Counterpoint Research", False),
        ("CNAS Publications", False),
        ("Anthropic News", False),
    ],
)
def test_what_a_source_of_papers_publishes_is_research(tagger: Tagger, publisher: str, study: bool) -> None:
    assert ("topic/research" in tags(tagger, "Mapping the inner life of language models", publisher)) is study


def test_a_paper_that_is_called_like_a_company_is_not_its_own(tagger: Tagger) -> None:
    assert "company/block" not in tags(tagger, "Regulators Block an exchange again", "The Block")


def test_a_model_on_a_page_of_research_is_no_study(tagger: Tagger) -> None:
    assert "topic/research" not in tags(tagger, "OpenAI o1-mini", "OpenAI Research")
