"""Search terms, the same for documents and for queries: folded Latin words, and overlapping pairs of Han characters.

Chinese has no spaces, so a word is found by its pairs: 人工智能 becomes 人工 工智 智能, and 智能 finds it.
"""

from __future__ import annotations

import re

from aggregator.text.fold import fold, is_han

_PART = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+")
_QUERY_PART = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')


def terms(text: str) -> list[str]:
    """The terms of a text in their order. A run of letters ends where the script changes: 文心x1 is 文心 and x1."""
    parts = _PART.findall(fold(text))
    if text.isascii():
        return parts
    found: list[str] = []
    for part in parts:
        if len(part) > 1 and is_han(part[0]):
            found.extend(part[i : i + 2] for i in range(len(part) - 1))
        else:
            found.append(part)
    return found


Phrase = tuple[str, ...]


def phrases(query: str) -> tuple[tuple[Phrase, ...], tuple[Phrase, ...]]:
    """A search as (wanted, unwanted) phrases of terms.

    Every word is a phrase of its own terms, quoted words are one phrase, a leading - excludes.
    """
    wanted: list[Phrase] = []
    unwanted: list[Phrase] = []
    for quoted_minus, quoted, minus, word in _QUERY_PART.findall(query):
        phrase = tuple(terms(quoted or word))
        if phrase:
            (unwanted if quoted_minus or minus else wanted).append(phrase)
    return tuple(wanted), tuple(unwanted)
