"""Search terms, the same for documents and for queries: folded Latin words, and overlapping pairs of Han characters.

Chinese has no spaces, so a word is found by its pairs: 人工智能 becomes 人工 工智 智能, and 智能 finds it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from aggregator.text.fold import HAN_RANGES, fold, is_han

_PART = re.compile(rf"[{HAN_RANGES}]+|[^\W_{HAN_RANGES}]+")
_ASCII_PART = re.compile(r"[a-z0-9]+")
_BREAK = "完完完"  # a term to both engines, yet none that a text or a query has: theirs are pairs


def terms(text: str) -> list[str]:
    """The terms of a text in their order. A run of letters ends where the script changes: 文心x1 is 文心 and x1."""
    folded = fold(text)
    if folded.isascii():
        return _ASCII_PART.findall(folded)
    parts = _PART.findall(folded)
    found: list[str] = []
    for part in parts:
        if len(part) > 1 and is_han(part[0]):
            found.extend(part[i : i + 2] for i in range(len(part) - 1))
        elif part.isascii() or part.isalpha():
            found.append(part)
        else:
            found.extend(_without_odd_numbers(part).split())
    return found


def _without_odd_numbers(text: str) -> str:
    """² and ① are part of a word to SQLite and none to PostgreSQL: a blank is the same to both."""
    return text if text.isascii() else "".join(" " if unicodedata.category(c) == "No" else c for c in text)


def searchable(title: str, text: str) -> str:
    """What is indexed of an item; a break keeps phrases from reaching from the title into the text."""
    return " ".join([*terms(title), _BREAK, *terms(text)])


Phrase = tuple[str, ...]  #: terms in a row


def goes_on(phrase: Phrase) -> bool:
    """Whether a phrase ends in a lone Chinese character: in texts it stands in pairs, and begins the one looked for."""
    last = phrase[-1]
    return len(last) == 1 and is_han(last) and last != _BREAK[0]  # which every item has


class TermPlace(NamedTuple):
    """A term and where it stands in the text."""

    term: str
    start: int
    end: int


def places(text: str) -> list[TermPlace]:
    """The terms of a text, as `terms` gives them, with their places: folding keeps length."""
    folded = _without_odd_numbers(fold(text))
    found: list[TermPlace] = []
    for part in _PART.finditer(folded):
        start, end = part.span()
        if end - start > 1 and is_han(part[0][0]):
            found.extend(TermPlace(folded[i : i + 2], i, i + 2) for i in range(start, end - 1))
        else:
            found.append(TermPlace(part[0], start, end))
    return found
