"""The singular and the plural of English words, by rule: who looks for one of them is shown both.

They are alternatives of the search and not of the index, so that words in quotes are found just as they are. A guess
that is no word costs nothing, since no text has it; only a guess that is another word would.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[a-z]{3,}")
_APART = frozenset({"new", "news", "doe", "does"})  # not one word in two numbers


def forms(term: str) -> tuple[str, ...]:
    """A term and what may be its other number: chip chips, policies policy. Others than English words have one form."""
    if not _WORD.fullmatch(term) or term in _APART:
        return (term,)
    guesses = (guess for guess in (*_plurals(term), *_singulars(term)) if len(guess) > 2 and guess not in _APART)
    return tuple(dict.fromkeys([term, *guesses]))


def _plurals(term: str) -> Iterator[str]:
    if term[-1] == "y" and term[-2] not in "aeiou":
        yield f"{term[:-1]}ies"
    elif term.endswith(("ss", "us", "ias", "x", "z", "ch", "sh")):
        yield f"{term}es"
    elif term[-1] != "s":
        yield f"{term}s"


def _singulars(term: str) -> Iterator[str]:
    if not term.endswith("s") or term.endswith("ss"):
        return
    yield term[:-1]  # licenses, movies
    if term.endswith("ies"):
        yield f"{term[:-3]}y"
    elif term.endswith(("ses", "xes", "zes", "ches", "shes")):
        yield term[:-2]
