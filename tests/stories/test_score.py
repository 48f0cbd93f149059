"""The scores of a grouping, and the simple methods beside ours."""

from __future__ import annotations

import json

import pytest

from aggregator.cli.stories import dispatches, grouped
from aggregator.stories.baseline import best, linked, tfidf_cosine, title_jaccard
from aggregator.stories.score import Labelled, Quality, quality
from tests.shared import shared

TEXTS = [
    Labelled("1", "herring museum opens", "en", "a"),
    Labelled("2", "鲱鱼博物馆开馆", "zh", "a"),
    Labelled("3", "herring museum opens doors", "en", "a"),
    Labelled("4", "court fines landlord", "en", "b"),
]


def test_a_perfect_grouping_scores_one() -> None:
    score = quality(TEXTS, {text.id: text.cluster for text in TEXTS})
    assert (score.pairs, score.bcubed, score.across, score.wrong, score.missed) == ((1, 1), (1, 1), (1, 1), (), ())


def test_a_grouping_is_scored_by_pairs_by_items_and_across_languages() -> None:
    score = quality(TEXTS, {"1": 1, "3": 1, "4": 1, "2": 2})
    assert score.pairs == (1 / 3, 1 / 3)
    assert score.bcubed == pytest.approx(((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, (2 / 3 + 2 / 3 + 1 + 1 / 3) / 4))
    assert score.across == (1.0, 0.0)
    assert {(one.id, other.id) for one, other in score.wrong} == {("1", "4"), ("3", "4")}
    assert {(one.id, other.id) for one, other in score.missed} == {("1", "2"), ("2", "3")}


def test_nothing_scores_one() -> None:
    assert quality([], {}).bcubed == (1.0, 1.0)


@pytest.mark.parametrize("method", [title_jaccard, tfidf_cosine])
def test_the_simple_methods_find_titles_with_common_words(method: object) -> None:
    alike = method([text.title for text in TEXTS], [""] * len(TEXTS))  # type: ignore[operator]
    groups = linked(TEXTS, alike, 0.5)
    assert groups["1"] == groups["3"] != groups["4"]
    assert best(TEXTS, alike)[1].pairs.precision == 1.0


@pytest.fixture(scope="module")
def found() -> Quality:
    """How we do on labelled texts, where they are at hand."""
    lines = shared("clusters/dev.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    texts = [Labelled(each["id"], each["title"], each["lang"], each["cluster"]) for each in records]
    return quality(texts, {dispatch.id: said.story for dispatch, said in grouped(dispatches(records))})


def test_pairs_reach_the_bar(found: Quality) -> None:
    assert found.pairs.precision >= 0.95
    assert found.pairs.recall >= 0.65


def test_items_reach_the_bar(found: Quality) -> None:
    assert found.bcubed.f1 >= 0.92


def test_pairs_across_languages_reach_the_bar(found: Quality) -> None:
    assert found.across.precision >= 0.9
    assert found.across.recall >= 0.4
