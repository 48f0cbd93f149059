"""The search language: what people type, as clauses of terms, and what is wrong with the rest."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import QueryError
from aggregator.search import Expression, Filter, Search, expression, read
from aggregator.search.tree import clauses_of
from aggregator.text.terms import terms

FIELDS = ("company", "model", "region", "source", "topic", "since", "until")
TYPED = st.lists(
    st.sampled_from(
        ['"', "“", "”", "「", "」", "-", "－", "|", "OR", "AND", " ", "\u3000", "(", ")", ":", "：", ",", "company",
         "compnay", "baidu", "AI", "人工智能", "臺灣", "4.5", "é", "'", "http://x", "ﬁ", "\x1f", "\u2028", "a\u0301"]
    )
).map("".join)  # fmt: skip


def first_forms(texts: Iterable[str]) -> list[str]:
    return [" ".join(terms(text)) for text in texts]


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("chip export", ["chip", "export"], []),
        ('"chip export" rule', ["chip export", "rule"], []),
        ("“chip export” rule", ["chip export", "rule"], []),
        ("「人工 智能」", ["人工 智能"], []),
        ("『百度 文心』", ["百度 文心"], []),
        ("＂AI　Act＂", ["ai act"], []),
        ("chip -export", ["chip"], ["export"]),
        ("chip －export", ["chip"], ["export"]),
        ("--export", [], ["export"]),
        ('-"chip export"', [], ["chip export"]),
        ("-「百度 文心」 x1", ["x1"], ["百度 文心"]),
        ("智能体", ["智能 能体"], []),
        ("gpt-4o", ["gpt 4o"], []),
        ("a OR b", ["a / b"], []),
        ("a|b", ["a / b"], []),
        ("a ｜ b", ["a / b"], []),
        ("a || b", ["a / b"], []),
        ("AI OR 人工智能 OR “machine learning”", ["ai / 人工 工智 智能 / machine learning"], []),
        ("a b OR c d", ["a", "b / c", "d"], []),
        ("a OR b c OR d -e", ["a / b", "c / d"], ["e"]),
        ("(a OR b) c", ["a / b", "c"], []),
        ('("a b" OR c) d', ["a b / c", "d"], []),
        ("a or b", ["a", "or", "b"], []),
        ('a "OR" b', ["a", "or", "b"], []),
        ("a AND b", ["a", "b"], []),
        ("AND a", ["and", "a"], []),
        ("a AND", ["a", "and"], []),
        ("a OR a A", ["a"], []),
        ("b|a a|b", ["b / a"], []),
        ("a -b -B", ["a"], ["b"]),
        ("open's 'source'", ["open s", "source"], []),
        ("a ' b", ["a", "b"], []),
        ('5" disk"', ["5", "disk"], []),
        ("工业“十四五”规划", ["工业 十四 四五 规划"], []),
        ("http://x 3:2 GPT: the story", ["http x", "3 2", "gpt", "the", "story"], []),
        ("company:baidu", ["company baidu"], []),
        ("!! chips 🚀", ["chips"], []),
        ('"" - -- "!"', [], []),
        ("", [], []),
    ],
)
def test_a_search_is_clauses_of_alternatives_and_unwanted_phrases(
    typed: str, wanted: list[str], unwanted: list[str]
) -> None:
    words = read(typed).words
    assert [" / ".join(first_forms(clause)) for clause in clauses_of(words.wanted)] == wanted
    assert first_forms(words.unwanted) == unwanted


@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("company:baidu", [(9, "company", "baidu")]),
        ("Company：baidu", [(9, "company", "baidu")]),
        ("-company:baidu", [(10, "company", "-baidu")]),
        ("company:-baidu", [(9, "company", "-baidu")]),
        ("company:baidu,alibaba，-x,", [(9, "company", "baidu"), (15, "company", "alibaba"), (23, "company", "-x")]),
        ('company:"baidu"', [(9, "company", "baidu")]),
        ("company:baidu OR company:x", [(9, "company", "baidu"), (26, "company", "x")]),
        ("(company:baidu) AND region:cn", [(10, "company", "baidu"), (28, "region", "cn")]),
        ("(company:baidu OR company:x) chips", [(10, "company", "baidu"), (27, "company", "x")]),
        ("-(company:baidu OR company:x)", [(11, "company", "-baidu"), (28, "company", "-x")]),
        ("chips since:7d", [(13, "since", "7d")]),
        ("company:,", [(9, "company", ",")]),
        ("company: baidu", []),
        ("company:", []),
        ('"company:baidu"', []),
        ("http://x GPT:the 人工company:智能", []),
    ],
)
def test_filters_are_taken_out_with_the_columns_of_their_values(
    typed: str, filters: list[tuple[int, str, str]]
) -> None:
    assert read(typed, FIELDS).filters == tuple(Filter(*said) for said in filters)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ('AI chips now "open', 'column 14: the phrase is not closed; write a " at its end'),
        ("“人工", "column 1: the phrase is not closed; write a ” at its end"),
        ("-「人工", "column 2: the phrase is not closed; write a 」 at its end"),
        ("a OR", 'column 3: OR needs a word on both sides; in quotes, "OR" is a word itself'),
        ("OR a", "column 1: OR needs a word on both sides"),
        ("a OR OR b", "column 6: OR needs a word on both sides"),
        ("a OR !!", "column 3: OR needs a word on both sides"),
        ("a| ", "column 2: OR needs a word on both sides"),
        ("a OR -b", "column 3: OR cannot join what is excluded; without OR, -one -other leaves out both"),
        ("-a | b", "column 4: OR cannot join what is excluded"),
        ("company:x OR b", "column 11: OR joins words, or filters of one field; write for example company:x,other"),
        ("b OR company:x", "column 3: OR joins words, or filters of one field; write for example company:x,other"),
        ("company:x|region:cn", "column 10: OR joins words, or filters of one field"),
        ("AI compnay:baidu", "column 4: there is no field compnay; did you mean company:baidu?"),
        ("-Topics:policy", "column 2: there is no field Topics; did you mean topic:policy? In quotes it is looked for"),
    ],
)
def test_an_error_points_at_the_column_and_says_the_remedy(typed: str, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(typed, FIELDS)
    assert caught.value.parameter == "q"
    assert caught.value.reason.startswith(reason)


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("  AI   chips ", "AI chips"),
        ("“AI Act”", '"AI Act"'),
        ("“chips”", '"chips"'),
        ('"( chips )"', '"chips"'),
        ("“人工智能” 「x1」", "人工智能 x1"),  # these have one form only
        ("a|b", "a OR b"),
        ("-x a", "a -x"),
        ('"-x" "OR" "a|b" "AND"', '"-x" "OR" "a|b" "AND"'),
        ("GPT: the (story), AND more", "GPT the story more"),
        ("http://x “company:baidu”", '"http://x" "company:baidu"'),
        ("臺灣 U.S.", "臺灣 U.S."),
    ],
)
def test_searches_that_differ_in_signs_only_have_one_form(typed: str, form: str) -> None:
    assert str(read(typed, FIELDS).words) == form


def understood(typed: str) -> Search | QueryError:
    try:
        return read(typed, FIELDS)
    except QueryError as error:
        return error


@given(TYPED)
def test_a_search_written_out_is_read_as_the_same(typed: str) -> None:
    said = understood(typed)
    if isinstance(said, Search):
        again = read(str(said.words), FIELDS)
        assert (str(again.words), again.filters) == (str(said.words), ())
        assert again.words.expression() == said.words.expression() == expression(str(said.words))


@given(TYPED)
def test_every_phrase_has_terms_and_every_column_is_in_the_search(typed: str) -> None:
    said = understood(typed)
    if isinstance(said, QueryError):
        columns = [int(said.reason.split(":")[0].removeprefix("column "))]
    else:
        looked_for = said.words.expression()
        assert all(phrase for clause in (*looked_for.clauses, looked_for.unwanted) for phrase in clause)
        assert all(looked_for.clauses)
        columns = [column for column, _, _ in said.filters]
    assert all(1 <= column <= len(typed) for column in columns)


@given(st.text("abcXYZ019éß中国人工智慧資料あア한-_.' ", max_size=30))
def test_quoted_text_is_one_phrase(text: str) -> None:
    phrase = tuple(terms(text))
    assert expression(f'"{text}"') == (Expression(((phrase,),)) if phrase else Expression())


@pytest.mark.parametrize(
    ("typed", "wanted", "unwanted"),
    [
        ("chip", ["chip", "chips"], []),
        ('"chip"', ["chip"], []),
        ("policies|law", ["policies", "policie", "policy", "law", "laws"], []),
        ("chip OR chips", ["chip", "chips"], []),
        ("open-source", ["open source"], []),
        ('-agent -"law"', [], ["agent", "agents", "law"]),
    ],
)
def test_a_word_by_itself_is_looked_for_in_both_numbers(typed: str, wanted: list[str], unwanted: list[str]) -> None:
    said = expression(typed)
    assert [" ".join(phrase) for clause in said.clauses for phrase in clause] == wanted
    assert [" ".join(phrase) for phrase in said.unwanted] == unwanted


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("chips", "that mention “chips”"),
        ('"chips" "AI Act"', "that mention “chips” and “AI Act”"),
        ("AI 'Act'", "that mention “AI” and “Act”"),
        ("a OR b", "that mention “a” or “b”"),
        ("AI a|b -c", "that mention “AI” and (“a” or “b”) but not “c”"),
        ('-c -"d e"', "that do not mention “c” or “d e”"),
    ],
)
def test_a_search_is_said_in_words(typed: str, sentence: str) -> None:
    assert read(typed).words.sentence() == sentence
