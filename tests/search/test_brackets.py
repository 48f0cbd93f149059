"""Brackets in a search: they hold together what they hold, and mean nothing where nothing closes or opens them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import QueryError
from aggregator.search import read
from aggregator.search.tree import clauses_of
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
        ("AI -(gaming OR esports).", ["ai"], ["gaming", "esports"]),
        ("AI -(gaming OR esports)-sport", ["ai"], ["gaming", "esports", "sport"]),
        ("-(游戏 OR 电竞）人工智能", ["人工 工智 智能"], ["游戏", "电竞"]),
        ("（芯片 OR 算力）出口管制", ["芯片 / 算力", "出口 口管 管制"], []),
        ("(a OR b)(c OR d)", ["a / b", "c / d"], []),
        ("人工智能（政策 OR 法规）", ["人工 工智 智能", "政策 / 法规"], []),
        ("ERNIE(4.5) x(a|b", ["ernie 4 5", "x", "a / b"], []),
        ("a -) b", ["a", "b"], []),
        ("Baidu (NASDAQ: BIDU), the (Chinese) lab", ["baidu", "nasdaq", "bidu", "the", "chinese", "lab"], []),
    ],
)
def test_brackets_are_multiplied_out(typed: str, wanted: list[str], unwanted: list[str]) -> None:
    words = read(typed).words
    assert [" / ".join(first_forms(clause)) for clause in clauses_of(words.wanted)] == wanted
    assert first_forms(words.unwanted) == unwanted


@pytest.mark.parametrize(
    ("typed", "form", "sentence"),
    [
        ("（export  controls） | 管制", "(export controls) OR 管制", "(“export” and “controls”) or “管制”"),
        ("a ((b c))", "a b c", "“a” and “b” and “c”"),
        ("(a) OR (b OR (c))", "a OR b OR c", "“a” or “b” or “c”"),
        ("(x a|b) OR c", "(x a OR b) OR c", "(“x” and (“a” or “b”)) or “c”"),
        ("y (a b)|c", "y (a b) OR c", "“y” and ((“a” and “b”) or “c”)"),
        ("(a b) OR (b a)", "a b", "“a” and “b”"),
        (
            "(White House executive order) OR (Commerce Department rule)",
            "(White House executive order) OR (Commerce Department rule)",
            "(“White” and “House” and “executive” and “order”) or (“Commerce” and “Department” and “rule”)",
        ),
    ],
)
def test_a_search_with_brackets_is_written_and_said_with_them(typed: str, form: str, sentence: str) -> None:
    words = read(typed).words
    assert (str(words), words.sentence()) == (form, f"that mention {sentence}")


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
        ("AI -(a OR b", "column 4: the bracket is not closed; write a ) behind what is to be left out"),
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
