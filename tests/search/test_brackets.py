"""Brackets in a search: they hold together what they hold, and mean nothing where nothing closes or opens them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import QueryError
from aggregator.search import read
from tests.search.test_grammar import FIELDS, first_forms, understood


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("(a b) OR c", ["a / c", "b / c"], []),
        ("x (a “b c”) OR （d e） y", ["x", "a / d", "a / e", "b c / d", "b c / e", "y"], []),
        ("a OR (b (c OR d))", ["a / b", "a / c / d"], []),
        ("((a OR b))", ["a / b"], []),
        ("(a -b) c", ["a", "c"], ["b"]),
        ("a -(b OR c)", ["a"], ["b", "c"]),
        ("a -(b) -“c”", ["a"], ["b", "c"]),
        ("(a AND b) OR c", ["a / c", "b / c"], []),
        ("f(x) (a f(x)) OR c", ["f x", "a / c", "f x / c"], []),
        ("a (b", ["a", "b"], []),
        ("a) OR b", ["a / b"], []),
        ("(a b) c) OR d", ["a", "b", "c / d"], []),
        ("a () b", ["a", "b"], []),
        ("Baidu (NASDAQ: BIDU), the (Chinese) lab", ["baidu", "nasdaq", "bidu", "the", "chinese", "lab"], []),
    ],
)
def test_brackets_are_multiplied_out(typed: str, wanted: list[str], unwanted: list[str]) -> None:
    words = read(typed).words
    assert [" / ".join(first_forms(clause)) for clause in words.clauses] == wanted
    assert first_forms(words.unwanted) == unwanted


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("a OR company:-x", "column 3: OR cannot join what is excluded"),
        ("a OR (b -c)", "column 3: OR cannot join what is excluded"),
        ("(a company:x) OR b", "column 15: OR joins words, or filters of one field"),
        ("(company:x region:cn) OR company:y", "column 23: OR joins words, or filters of one field"),
        ("a -(b c)", "column 3: - leaves out alternatives, as in -(one OR other); without brackets, -one -other"),
        ("a OR ()", "column 3: OR needs a word on both sides"),
        ("(OR a)", "column 2: OR needs a word on both sides"),
        ("-(a -b)", "column 1: - leaves out alternatives"),
        ("-(company:x region:cn)", "column 1: - leaves out alternatives"),
        ("(a b c d e f g h i) OR (j k l m n o p q)", "column 21: these are too many alternatives"),
    ],
)
def test_brackets_that_cannot_be_are_named(typed: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(typed, FIELDS)
    assert caught.value.reason.startswith(reason)


WANTED = st.recursive(
    st.sampled_from("abcd"),
    lambda inner: st.tuples(st.sampled_from(["and", "or"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=8,
)


def typed_out(wanted: Any) -> str:
    if isinstance(wanted, str):
        return wanted
    how, parts = wanted
    return f"({(' OR ' if how == 'or' else ' ').join(map(typed_out, parts))})"


def holds(wanted: Any, text: set[str]) -> bool:
    if isinstance(wanted, str):
        return wanted in text
    how, parts = wanted
    return (any if how == "or" else all)(holds(part, text) for part in parts)


@given(WANTED, st.sets(st.sampled_from("abcd")))
def test_brackets_hold_together_what_they_hold(wanted: Any, text: set[str]) -> None:
    said = understood(typed_out(wanted))
    if isinstance(said, QueryError):
        assert "too many" in said.reason
    else:
        assert said.words.expression().fits(sorted(text)) == holds(wanted, text)
