"""Search terms of documents and queries."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.fold import fold
from aggregator.text.terms import places, terms

WORDS = st.text("abcXYZ019éß中国人工智慧資料あア한-_.\"'", max_size=30)
HAN = st.text("中国人工智能大模型政策", min_size=2, max_size=12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("人工智能", ["人工", "工智", "智能"]),
        ("人工智慧", ["人工", "工智", "智慧"]),
        ("國務院", ["国务", "务院"]),
        ("中", ["中"]),
        ("OpenAI GPT-4o", ["openai", "gpt", "4o"]),
        ("文心x1发布", ["文心", "x1", "发布"]),
        ("ＡＩ＋行动", ["ai", "行动"]),
        ("under_score", ["under", "score"]),
        ("CO₂ m² ① ½x 二", ["co", "m", "x", "二"]),
        ("…！？ -- \n", []),
        ("", []),
    ],
)
def test_terms_of_a_text(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@given(WORDS, WORDS, WORDS)
def test_words_are_found_in_any_text_that_holds_them(before: str, query: str, after: str) -> None:
    assert holds(terms(f"{before} {query} {after}"), terms(query))


@given(HAN, HAN, HAN)
def test_chinese_word_is_found_inside_a_longer_run(before: str, query: str, after: str) -> None:
    assert holds(terms(before + query + after), terms(query))


@given(st.text(max_size=80))
def test_terms_of_terms_are_themselves_terms(text: str) -> None:
    for term in terms(text):
        assert terms(term) == [term]


@given(st.text(max_size=80) | WORDS)
def test_every_term_has_its_place(text: str) -> None:
    found = places(text)
    assert [place.term for place in found] == terms(text)
    assert all(fold(text)[start:end] == term for term, start, end in found)


def holds(document: list[str], query: list[str]) -> bool:
    """Whether the terms of a query stand in a document one after the other."""
    size = len(query)
    return any(document[start : start + size] == query for start in range(len(document) - size + 1))
