"""Folding keeps length."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.text.fold import fold, fold_case, fold_shape, is_han


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("OpenAI", "openai"),
        ("ＧＰＴ－４", "gpt-4"),
        ("人工智慧與資料庫", "人工智慧与资料库"),
        ("國務院", "国务院"),
        ("“AI”—plan’s", '"ai"-plan\'s'),
        ("a\u3000b\u00a0c\td\n", "a b c d "),
        ("ÉCOLE", "école"),
        ("ДУМА", "дума"),
        ("", ""),
    ],
)
def test_forms_of_one_text_fold_to_one(text: str, expected: str) -> None:
    assert fold(text) == expected


def test_case_is_kept_where_only_the_shape_is_folded() -> None:
    assert fold_shape("Ｏｐｅｎ 國") == "Open 国"
    assert fold_case("Ｏ國") != "O国"


@given(st.text(max_size=300))
def test_fold_keeps_the_length(text: str) -> None:
    assert len(fold(text)) == len(text)


def test_every_character_folds_to_one_character() -> None:
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    assert len(fold_shape(every)) == len(every)
    assert len(fold_case(every)) == len(every)


@given(st.text(max_size=200))
def test_fold_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=50), st.text(max_size=50))
def test_text_folds_character_by_character(one: str, two: str) -> None:
    assert fold(one + two) == fold(one) + fold(two)


@given(st.text(st.characters(max_codepoint=127), max_size=100))
def test_ascii_folds_to_small_letters_alone(text: str) -> None:
    assert fold_case(text) == text.lower()


@pytest.mark.parametrize(("char", "expected"), [("中", True), ("㐀", True), ("國", True), ("あ", False), ("a", False)])
def test_han_characters_are_told(char: str, expected: bool) -> None:
    assert is_han(char) is expected
