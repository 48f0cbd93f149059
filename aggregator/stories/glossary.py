"""The words that mean the same in English and in Chinese, from glossary.toml, and those that mean nothing."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

import ahocorasick

from aggregator.text.fold import is_han

_LONGEST_PHRASE = 4  # words


class Glossary(NamedTuple):
    """Words by the concept that they stand for."""

    english: dict[tuple[str, ...], str]  #: stems of a word or a phrase → concept
    openings: frozenset[str]  #: stems that such a phrase begins with: most words do not
    chinese: ahocorasick.Automaton  #: word → (its length, concept)
    stop_words: frozenset[str]  #: English words that every text has
    joints: re.Pattern[str]  #: Chinese characters that join words


def made(tables: dict[str, dict[str, list[str]]], stop_words: str = "", joints: str = "") -> Glossary:
    """A glossary of tables that hold the words of each concept; raises ValueError if a word stands for two of them."""
    english: dict[tuple[str, ...], str] = {}
    chinese = ahocorasick.Automaton()
    for concepts in tables.values():
        for concept, words in concepts.items():
            for word in words:
                if is_han(word[-1]):
                    _once(word not in chinese, word, concept)
                    chinese.add_word(word, (len(word), concept))
                else:
                    stems = tuple(stem(part) for part in word.split())
                    _once(english.setdefault(stems, concept) == concept, word, concept)
    chinese.make_automaton()
    openings = frozenset(phrase[0] for phrase in english)
    return Glossary(english, openings, chinese, frozenset(stop_words.split()), re.compile(f"[{joints} ]"))


def _once(so: bool, word: str, concept: str) -> None:
    if not so:
        raise ValueError(f"{word!r} of {concept!r} stands in the glossary for another concept already")


@cache
def glossary() -> Glossary:
    """The glossary that ships with the program."""
    common = _read("stopwords.toml")
    return made(_read("glossary.toml"), common["english"], "".join(common["chinese"].split()))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("aggregator.stories").joinpath(name).read_text("utf-8"))


_ENDINGS = re.compile(r"(?<=\w{3})(?:(?P<y>ies|ied)|(?:(?<=[sxz])es|(?<=ch)es|(?<=sh)es)|(?<![su])s|ing|(?<!e)ed)$")
_DOUBLED = re.compile(r"([bdgmnprt])\1$")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A small Latin word without what inflects it: announces, announced, announcing → announc."""
    if len(word) <= 3 or not word.isascii() or not word.isalpha():
        return word
    found = _ENDINGS.search(word)
    if not found:
        return word.rstrip("e")
    base = word[: found.start()]
    if found["y"]:
        return f"{base}y"
    return _DOUBLED.sub(r"\1", base) if found[0] in ("ing", "ed") else base.rstrip("e")


def phrase_at(known: Glossary, stems: list[str], start: int) -> tuple[int, str]:
    """How many words from `start` on make the longest phrase of the glossary, and its concept; (0, "") if none do."""
    if stems[start] not in known.openings:
        return 0, ""
    for length in range(min(_LONGEST_PHRASE, len(stems) - start), 0, -1):
        if concept := known.english.get(tuple(stems[start : start + length])):
            return length, concept
    return 0, ""
