"""Search terms, the same for documents and for queries: folded Latin words, and overlapping pairs of Han characters.

Chinese has no spaces, so a word is found by its pairs: 人工智能 becomes 人工 工智 智能, and 智能 finds it.
"""

from __future__ import annotations

import re

from aggregator.text.fold import fold

_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_]+")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_QUERY_PART = re.compile(r'(-?)"([^"]*)"|(-?)(\S+)')


def terms(text: str) -> list[str]:
    """The terms of a text in their order."""
    found: list[str] = []
    for run in _RUN.findall(fold(text)):
        for part in _split_scripts(run):
            if _HAN.fullmatch(part) and len(part) > 1:
                found.extend(part[i : i + 2] for i in range(len(part) - 1))
            else:
                found.append(part)
    return found


def _split_scripts(run: str) -> list[str]:
    """文心x1 → 文心, x1: a run of letters ends where the script changes."""
    return re.findall(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\u3400-\u4dbf\u4e00-\u9fff]+", run)


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
