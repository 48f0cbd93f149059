"""Which of two texts is more about what was looked for."""

from __future__ import annotations

import pytest

from aggregator.search import expression, relevance
from aggregator.text.terms import terms

LONG = "word " * 400


def score(q: str, title: str, text: str = "") -> float:
    return relevance(expression(q), terms(title), terms(text))


@pytest.mark.parametrize(
    ("q", "more", "less"),
    [
        ("chips", ("Chips", "other things"), ("Other things", "chips")),
        ("chips", ("News", "chips and chips"), ("News", "chips and more")),
        ("chips", ("News", "a chip, then chips"), ("News", "a chip, then none")),
        ("chips", ("News", "chips"), ("News", f"chips {LONG}")),
        ("chips", ("News", "chips chips"), ("News", "chips microchips")),
        ('"export controls"', ("News", "export controls"), ("News", "export the controls")),
        ("百度", ("百度发布模型", ""), ("模型发布", "百度")),
        ("百度 芯片", ("百度芯片", ""), ("百度百度", "芯片")),
        ("百度 OR baidu", ("Baidu 百度", ""), ("Baidu", "")),
        ("ai chips", ("AI chips", ""), ("AI AI AI AI AI", "chips")),
    ],
)
def test_one_text_is_more_relevant_than_another(q: str, more: tuple[str, str], less: tuple[str, str]) -> None:
    assert score(q, *more) > score(q, *less)


def test_mentions_side_by_side_are_all_counted() -> None:
    assert score("a", "x x x x", "a a a") == score("a", "x x x x", "a a a".replace(" ", ", "))
    assert score("a", "x x x x", "a a a") > score("a", "x x x x", "a a x")


@pytest.mark.parametrize("q", ["", "-chips"])
def test_without_wanted_words_nothing_is_relevant(q: str) -> None:
    assert score(q, "Chips", "chips") == 0.0


def test_however_often_it_is_said_the_score_has_a_bound() -> None:
    assert 0.9 < score("ai chips", "AI chips " * 50, "ai chips " * 500) < 2.0
