"""How much a text is about what a search looks for: the same rule whatever engine found it. Pure.

As in BM25, each further mention counts for less, and for less in a long text than in a short one. How rare a word is
does not matter, for only texts are compared that have them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from aggregator.search.expression import Expression
from aggregator.text.terms import Phrase, goes_on

_TITLE = 4.0  # mentions in the text that one in the title is worth
_ENOUGH = 1.2  # mentions in a text of usual length that are worth half of what can be had
_USUAL = 100  # terms of a text
_OF_LENGTH = 0.75  # how much of the difference in length counts


def relevance(said: Expression, title: Sequence[str], text: Sequence[str]) -> float:
    """From 0 to the number of clauses; unwanted phrases do not count, for what has one is not found."""
    enough = _ENOUGH * (1 - _OF_LENGTH + _OF_LENGTH * (len(title) + len(text)) / _USUAL)
    score = 0.0
    for clause in said.clauses:
        mentions = _TITLE * _mentions(clause, title) + _mentions(clause, text)
        score += mentions / (mentions + enough)
    return score


def _mentions(phrases: Iterable[Phrase], terms: Sequence[str]) -> int:
    # Neighbours may share a blank: each term has its own on either side.
    written = f" {'  '.join(terms)} "
    return sum(written.count(f" {'  '.join(phrase)}{'' if goes_on(phrase) else ' '}") for phrase in phrases)
