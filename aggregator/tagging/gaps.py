"""Names that the news tells and the taxonomy does not know: what an analyst may want to add to it.

A name is looked for where it can be told from other words: Latin ones by a capital inside a sentence, or a digit, or
more capitals, and Chinese ones between 《》 or “”. What ordinary words are, the texts themselves say: those that are
more often written small.
"""

from __future__ import annotations

import calendar
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from aggregator.model import NAMED_AXES, StoredItem
from aggregator.tagging.tagger import Tagger
from aggregator.text.fold import HAN
from aggregator.text.html import plain

LEAST = 3  # items that must tell a name
_READ = 600  # characters of a text: what it is about stands there
_SHORTEST = 3  # characters of a name
_PARTICLE = 4  # characters of a word that stands before a name, at most: The, With
_KNOWN = "\0"  # stands where a name that is known stood
_WORD = r"[A-Z][\w+&]*(?:[-.][\w+&]+)*"
_NUMBER = r"\d[\w.]*\b"
_NAME = re.compile(rf"(?<![\w-]){_WORD}(?:[ -](?:{_WORD}|{_NUMBER}))*", re.ASCII)
_NAME_OF_ONE_WORD = re.compile(rf"(?<![\w-])({_WORD})(?: {_NUMBER})?", re.ASCII)
_TELLING = re.compile(r"[a-z][A-Z]|\d|^[A-Z]{2}")  # what is written so is a name anywhere
_INSIDE = re.compile(rf"[\w,:;/、，：；{_KNOWN}][\s\"“'(（]*$")  # before a name that does not begin a sentence
_QUOTED = re.compile(r"《([^《》]{2,30})》|[“「]([^“”「」，。]{2,12})[”」]")
_SMALL = re.compile(r"(?<![\w-])[a-z][\w-]+", re.ASCII)
_LONGER_WORD = re.compile(r"[A-Za-z][\w'’-]{2,}", re.ASCII)
_TITLE_CASE = 0.6  # of the longer words of a title: from here on a capital tells nothing
_DATES = frozenset((*calendar.day_name, *calendar.month_name))
_FURNITURE = 0.1  # of the items of the only source that tells a name: it is a heading of theirs


class Gap(NamedTuple):
    """A name that is not known, in how many items of how many sources it stands, and the newest of them."""

    name: str
    items: int
    sources: int
    example: StoredItem


def gaps(items: Iterable[StoredItem], tagger: Tagger) -> list[Gap]:
    """The names that several of the items tell; those of most sources first. `items` are the newest first."""
    told: defaultdict[str, list[StoredItem]] = defaultdict(list)
    small: Counter[str] = Counter()  # words that are written so, by how often
    of_source: Counter[str] = Counter()
    for item in items:
        of_source[item.source_id] += 1
        texts = _without_known(item)
        for text in texts.values():
            small.update(_SMALL.findall(text))
        for name in {name for field, text in texts.items() for name in _names(text, titled=field == "title")}:
            told[name].append(item)
    merged: defaultdict[str, dict[int, StoredItem]] = defaultdict(dict)
    for name, tellers in told.items():
        merged[_trimmed(name, len(tellers), small)] |= {item.id: item for item in tellers}
    found = [
        Gap(name, len(tellers), len({item.source_id for item in tellers.values()}), next(iter(tellers.values())))
        for name, tellers in merged.items()
        if len(tellers) >= LEAST and len(name) >= _SHORTEST - bool(HAN.search(name)) and not tagger.knows(name)
    ]
    return sorted((gap for gap in found if not _is_furniture(gap, of_source)), key=_rank)


def _without_known(item: StoredItem) -> dict[str, str]:
    """The beginnings of an item's texts, with a mark in place of each name that was found."""
    texts = {"title": item.title, "summary": plain(item.summary)[:_READ]}
    for tag in item.tags:
        for words in tag.evidence if tag.axis in NAMED_AXES else ():
            if text := texts.get(words.field):
                texts[words.field] = text[: words.start] + _KNOWN * (words.end - words.start) + text[words.end :]
    return texts


def _names(text: str, *, titled: bool) -> Iterator[str]:
    for found in _QUOTED.finditer(text):
        if (quoted := found[1] or found[2]) and HAN.search(quoted) and _KNOWN not in quoted:
            yield quoted
    if titled and _is_in_title_case(text):
        yield from (found[0] for found in _NAME_OF_ONE_WORD.finditer(text) if _TELLING.search(found[1]))
        return
    for found in _NAME.finditer(text):
        if _INSIDE.search(text, max(0, found.start() - 5), found.start()) or _TELLING.search(found[0]):
            yield found[0]


def _is_in_title_case(title: str) -> bool:
    words: list[str] = _LONGER_WORD.findall(title)
    return sum(word[0].isupper() for word in words) > _TITLE_CASE * len(words)


def _trimmed(name: str, tellers: int, small: Counter[str]) -> str:
    """A name without the particles that it begins with: "The Batch" is Batch; "" if all its words are ordinary."""
    words = name.split(" ")
    if all(word in _DATES or small[word.lower()] >= tellers for word in words):
        return ""
    while len(words[0]) <= _PARTICLE and small[words[0].lower()] >= tellers:
        words.pop(0)
    return " ".join(words)


def _is_furniture(gap: Gap, of_source: Mapping[str, int]) -> bool:
    return gap.sources == 1 and gap.items > _FURNITURE * of_source[gap.example.source_id] > 1


def _rank(gap: Gap) -> tuple[int, int, str]:
    return -gap.sources, -gap.items, gap.name
