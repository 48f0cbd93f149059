"""What of a text is marked when it was searched for."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from aggregator.search import Expression, expression, highlights
from aggregator.text.terms import goes_on, terms

TEXTS = st.text("ab1 -.百度智能云臺é", max_size=25)


def marked(text: str, q: str) -> str:
    """The text with its marks in brackets."""
    shown, end = "", 0
    for start, stop in highlights(text, expression(q)):
        shown += f"{text[end:start]}[{text[start:stop]}]"
        end = stop
    return shown + text[end:]


@pytest.mark.parametrize(
    ("text", "q", "expected"),
    [
        ("Export controls on chips", "chips", "Export controls on [chips]"),
        ("Export controls on chips", "CHIPS controls", "Export [controls] on [chips]"),
        ("Export controls: controls on export", '"export controls"', "[Export controls]: controls on export"),
        ("Open-source models", '"open source"', "[Open-source] models"),
        ("Open source models", "open-source", "[Open source] models"),
        ("Chipset, chip and chips", "chip", "Chipset, [chip] and [chips]"),
        ("Chipset, chip and chips", '"chip"', "Chipset, [chip] and chips"),
        ("百度智能云发布", "百度智能云", "[百度智能云]发布"),
        ("百度智能云发布", "智能 百度", "[百度智能]云发布"),
        ("百度智能云发布", "智能|发布", "百度[智能]云[发布]"),
        ("臺灣通過法案", "台湾", "[臺灣]通過法案"),
        ("ＡＩ　Ａｃｔ", '"ai act"', "[ＡＩ　Ａｃｔ]"),
        ("中 国中", "中", "[中] 国中"),  # a character by itself, as the search finds it
        ("文心X1发布", "文心x1", "[文心X1]发布"),
        ("AI chips", "AI -chips", "[AI] chips"),
        ("AI chips", "-chips", "AI chips"),
        ("", "AI", ""),
        ("aaa a", "a", "aaa [a]"),
    ],
)
def test_the_words_that_were_looked_for_are_marked(text: str, q: str, expected: str) -> None:
    assert marked(text, q) == expected


@example("云云云", [("云",)])
@given(TEXTS, st.lists(TEXTS.map(lambda text: tuple(terms(text))).filter(bool), max_size=3))
def test_spans_are_in_order_apart_and_begin_with_a_wanted_word(text: str, wanted: list[tuple[str, ...]]) -> None:
    spans = highlights(text, Expression(tuple((phrase,) for phrase in wanted)))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    firsts = {phrase[0] for phrase in wanted}
    # A Chinese character that is looked for alone is marked where it begins a pair; marks that meet may make a pair.
    alone = tuple(phrase[0] for phrase in wanted if len(phrase) == 1 and goes_on(phrase))
    words = [terms(text[start:end])[0] for start, end in spans]
    assert all(word in firsts or word.startswith(alone) for word in words)


@given(TEXTS, TEXTS, TEXTS)
def test_a_phrase_that_stands_in_a_text_is_marked(before: str, phrase: str, after: str) -> None:
    text = f"{before} {phrase} {after}"
    said = Expression(((tuple(terms(phrase)),),)) if terms(phrase) else Expression()
    assert bool(highlights(text, said)) == bool(said)
