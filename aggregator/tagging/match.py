"""Finding names: one Aho-Corasick automaton over every name, context phrase and topic signal, one pass a text.

Latin names stand at word edges (ERNIE is not in "Bernie"); Chinese ones need none. Where names overlap the longest
wins. Places count in the text as given: folding keeps its length.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from string import digits
from typing import NamedTuple

import ahocorasick

from aggregator.model import NAMED_AXES
from aggregator.tagging.entries import Guarded, Model, TaxonomyEntry
from aggregator.tagging.lexicon import Taxonomy
from aggregator.tagging.versions import GLUED
from aggregator.text.fold import HAN, fold, fold_case, fold_shape, is_han

# Names that count inside longer ones: the "TikTok ban" is about TikTok, and the 杭州互联网法院 sits in Hangzhou.
_INSIDE = {("company", "initiative"), ("region", "body"), ("region", "initiative")}
_LOUD = 3  # words in capitals alone, of which none says how it is spelled
# No text: a link to a site says nothing of its owner. Z.ai and X.com are names.
_TOP = r"\.(?:com|org|net|io|ai|cn|dev|co|app)\b"
_END_OF_HOST = re.compile(rf"\.[a-z0-9-]+{_TOP}")
_ADDRESS = re.compile(
    r"https?://[^\s<>\u3000-\u9fff]+"
    rf"|(?<![\w@.-])(?:[a-z0-9-]+\.)+[a-z0-9-]+{_TOP}(?:/[^\s<>\u3000-\u9fff]*)?"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One way to write an entry's name. `spelling` is set where the case must be exact."""

    axis: str  #: "" for a mask
    slug: str
    text: str
    spelling: str = ""
    guard: Guarded | None = None
    may_go_on: bool = False  #: a version may follow at once: Qwen3
    beyond: int = 0  #: characters of the pattern behind the name


Span = tuple[int, int]  # start, end


# How long a pattern is, whether it begins and ends a word, the names that it is, and the phrase, or "".
Meaning = tuple[int, bool, bool, tuple[Name, ...], str]


class Hit(NamedTuple):
    start: int
    end: int
    name: Name


class Marks(NamedTuple):
    """What stands in one text: candidates for names, in order, and places of phrases."""

    shaped: str
    hits: list[Hit]
    phrases: Mapping[str, list[Span]]


class Automaton:
    """All names and phrases of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        patterns: defaultdict[str, list[Name]] = defaultdict(list)
        for axis in NAMED_AXES:
            for entry in taxonomy.entries[axis].values():
                for name in _names(axis, entry):
                    for pattern, spelled in _patterns(name):
                        patterns[pattern].append(spelled)
        for mask in taxonomy.masks:
            patterns[fold(mask)].append(Name("", "", mask))
        meanings = _meanings(patterns, _phrases(taxonomy))
        self._all = _automaton(meanings)
        # A text without Chinese is searched twice as quickly where there are no Chinese names.
        self._western = _automaton([(pattern, of) for pattern, of in meanings if not is_han(pattern[0])])

    def marks(self, text: str) -> Marks:
        shaped = fold_shape(text)
        folded = fold_case(shaped)
        loud = shaped.isupper() and len(shaped.split()) >= _LOUD
        linked = "://" in folded or _END_OF_HOST.search(folded) is not None  # few texts have addresses
        addresses = [found.span() for found in _ADDRESS.finditer(folded)] if linked else []
        hits: list[Hit] = []
        phrases: Mapping[str, list[Span]] = defaultdict(list)
        edged, automaton = f"\n{folded}\n", self._western  # so that every place has neighbours
        if HAN.search(folded):
            edged, automaton = HAN.sub("\n", edged), self._all  # a word ends at Chinese
        for last, (length, starts_word, ends_word, names, phrase) in automaton.iter(folded):
            start, end = last - length + 1, last + 1
            # Most hits are in the middle of a longer word, and end here.
            if starts_word and edged[start].isalnum():
                continue
            edge = not (ends_word and edged[end + 1].isalnum())
            if not (edge or names) or (addresses and any(a <= start < b for a, b in addresses)):
                continue
            if phrase and edge:
                phrases[phrase].append((start, end))
            for name in names:
                if (edge or (name.may_go_on and not folded[last].isdigit() and GLUED.match(shaped, end))) and (
                    not name.spelling
                    or _is_spelled(shaped[start : end - name.beyond], name.spelling, loud and name.guard is not None)
                ):
                    hits.append(Hit(start, end - name.beyond, name))
        if masks := [hit for hit in hits if not hit.name.axis]:
            phrases = _unmasked(phrases, masks)
        return Marks(shaped, hits, phrases)


def _is_spelled(words: str, spelling: str, loud: bool) -> bool:
    return words == spelling or (loud and words == spelling.upper())


def _meanings(names: Mapping[str, list[Name]], phrases: set[str]) -> list[tuple[str, Meaning]]:
    return [
        (
            pattern,
            (
                len(pattern), _of_word(pattern[0]), _of_word(pattern[-1]) and not _is_cut(names.get(pattern, ())),
                tuple(names.get(pattern, ())), pattern if pattern in phrases else "",
            ),
        )
        for pattern in phrases.union(names)
    ]  # fmt: skip


def _is_cut(names: Iterable[Name]) -> bool:
    """Whether a pattern is a name with the beginning of its version."""
    return any(name.beyond for name in names)


def _automaton(meanings: Iterable[tuple[str, Meaning]]) -> ahocorasick.Automaton:
    made = ahocorasick.Automaton()
    for pattern, meaning in meanings:
        made.add_word(pattern, meaning)
    made.make_automaton()
    return made


def _unmasked(phrases: Mapping[str, list[Span]], masks: Iterable[Hit]) -> dict[str, list[Span]]:
    """The phrases that stand in no longer mask: there is no ban in "Ray-Ban"."""

    def hidden(start: int, end: int) -> bool:
        return any(m.start <= start and end <= m.end and (m.start, m.end) != (start, end) for m in masks)

    found = {phrase: [place for place in places if not hidden(*place)] for phrase, places in phrases.items()}
    return {phrase: places for phrase, places in found.items() if places}


class Contexts:
    """The taxonomy's lists of phrases that speak for a meaning."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._phrases = {name: frozenset(map(fold_phrase, phrases)) for name, phrases in taxonomy.contexts.items()}

    def stands(self, context: str, present: Set[str]) -> bool:
        """Whether one of the phrases of "@context" is among those that are present."""
        return not self._phrases[context[1:]].isdisjoint(present)


def longest(hits: list[Hit]) -> list[Hit]:
    """The hits without those that overlap a longer one; names on the very same words all stay."""
    if all(hit.end <= after.start for hit, after in pairwise(hits)):
        return [hit for hit in hits if hit.name.axis]
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.start - hit.end, hit.start)):
        same = (hit.start, hit.end)
        if all(
            hit.end <= other.start
            or other.end <= hit.start
            or same == (other.start, other.end)
            or (hit.name.axis, other.name.axis) in _INSIDE
            for other in kept
        ):
            kept.append(hit)
    return sorted((hit for hit in kept if hit.name.axis), key=lambda hit: hit.start)


def _of_word(char: str) -> bool:
    """Whether a character belongs to a word of a script that has words."""
    return char.isalnum() and not is_han(char)


def _names(axis: str, entry: TaxonomyEntry) -> Iterator[Name]:
    goes_on = isinstance(entry, Model)
    doubtful = {rule.name.lower() for rule in entry.guarded} | {
        name.lower() for name in (*entry.exact, *entry.unmatched)
    }
    formerly: tuple[str, ...] = getattr(entry, "formerly", ())
    for text in dict.fromkeys((entry.name, entry.zh, *entry.aliases, *formerly)):
        if text and text.lower() not in doubtful:
            yield Name(axis, entry.slug, text, may_go_on=goes_on)
    for text in entry.exact:
        yield Name(axis, entry.slug, text, spelling=text, may_go_on=goes_on)
    for rule in entry.guarded:
        yield Name(axis, entry.slug, rule.name, rule.name if rule.exact else "", rule, goes_on)


def _variants(text: str) -> set[str]:
    """Hyphen and space are the same to a writer in a hurry: Hunyuan Turbo S, Hunyuan-Turbo-S."""
    return {text, text.replace(" ", "-"), text.replace("-", " ")}


def _patterns(name: Name) -> Iterator[tuple[str, Name]]:
    """What is looked for in folded texts to find a name."""
    for variant in _variants(name.text):
        pattern = fold(variant)
        spelled = _respelled(name, variant) if name.spelling else name
        if len(pattern) > 1 or not name.may_go_on:
            yield pattern, spelled
        else:  # a model of one letter, which texts are full of: it is looked for with its version
            yield from ((pattern + digit, replace(spelled, beyond=1)) for digit in digits)


def _respelled(name: Name, variant: str) -> Name:
    return Name(name.axis, name.slug, name.text, fold_shape(variant), name.guard, name.may_go_on)


def _phrases(taxonomy: Taxonomy) -> set[str]:
    """All context phrases and topic signals, folded."""
    found = {phrase for phrases in taxonomy.contexts.values() for phrase in phrases}
    for axis in NAMED_AXES:
        for entry in taxonomy.entries[axis].values():
            for rule in entry.guarded:
                found |= {phrase for phrase in rule.phrases() if "/" not in phrase and phrase[0] != "@"}
    found |= {phrase for region in taxonomy.entries["region"].values() for phrase in getattr(region, "at_home", ())}
    scored = (*taxonomy.topics.values(), *taxonomy.statuses.values())
    signals = [*taxonomy.relevance.signals, *(signal for each in scored for signal in each.signals)]
    found |= {word for signal in signals for word in signal.words}
    found.update(taxonomy.relevance.made)
    return {fold_phrase(phrase) for phrase in found}


@cache
def fold_phrase(phrase: str) -> str:
    """A phrase of the taxonomy, as it stands in a folded text."""
    return fold(phrase)
