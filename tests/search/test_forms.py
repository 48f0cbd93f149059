"""The two numbers of English words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.search.forms import forms
from aggregator.text.terms import terms


@pytest.mark.parametrize(
    ("singular", "plural"),
    [
        ("chip", "chips"),
        ("gpu", "gpus"),
        ("law", "laws"),
        ("policy", "policies"),
        ("survey", "surveys"),
        ("movie", "movies"),
        ("license", "licenses"),
        ("release", "releases"),
        ("tax", "taxes"),
        ("box", "boxes"),
        ("approach", "approaches"),
        ("crash", "crashes"),
        ("cache", "caches"),
        ("business", "businesses"),
        ("virus", "viruses"),
        ("bias", "biases"),
    ],
)
def test_either_number_finds_the_other(singular: str, plural: str) -> None:
    assert plural in forms(singular)
    assert singular in forms(plural)


@pytest.mark.parametrize("word", ["news", "new", "doe", "does", "ai", "us", "4o", "x1s", "人工", "éclairs", "百度s"])
def test_what_is_no_english_noun_has_one_form(word: str) -> None:
    assert forms(word) == (word,)


@pytest.mark.parametrize(("word", "other"), [("planes", "plan"), ("uses", "us"), ("notes", "not"), ("class", "clas")])
def test_other_words_are_no_forms(word: str, other: str) -> None:
    assert other not in forms(word)


@given(st.text("abchisxyzé1", max_size=8).filter(lambda word: terms(word) == [word]))
def test_forms_are_few_words_the_first_as_it_was(word: str) -> None:
    found = forms(word)
    assert found[0] == word
    assert 1 <= len(found) == len(set(found)) <= 4
    assert all(terms(form) == [form] for form in found)
