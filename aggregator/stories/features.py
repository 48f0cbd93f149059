"""What a dispatch says, as features that can be compared: words, shared concepts, names, numbers.

A feature is a string whose first letters say its kind: `w:rubin` a Latin word, `h:字节` a pair of Chinese characters,
`c:acquire` a concept of the glossary, `n:1.5e+09$` an amount, `d:5388` the number of a bill, `r:qwen-3-5` the release
of a version, `model/qwen-3-5` a tag.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import add
from typing import NamedTuple

from aggregator.model import Dispatch, Tag
from aggregator.stories.glossary import Glossary, phrase_at, stem
from aggregator.stories.numbers import numbers
from aggregator.stories.parties import Parties, parties
from aggregator.text.fold import fold

_TITLE, _TEXT = 1.0, 0.5  # what a word counts by where it stands
TEXT_READ = 300  # characters: news says what happened at once
_WHOLE = ("model", "initiative")  # of which every name is one and the same: "chip export controls"
_NAMING = ("company", "model", "body", "initiative")  # the axes that say who or what a dispatch is about
_NUMBERED = re.compile(r".*\d(?=-[a-z]+)")
_VERSION = re.compile(r"\d")
_UNNAMED = re.compile(r"[^a-z0-9]+")
# Who does one of these does not do another at once: what is banned and what is allowed are two events.
_ACTS = {
    "c:sue": "sue", "c:accuse": "sue", "c:fund": "invest", "c:invest": "invest",
    "c:leave": "leave", "c:fire": "leave", "c:allow": "allow", "c:approve": "allow", "c:ban": "ban", "c:refuse": "ban",
    "c:control": "ban", "c:leak": "leak", "c:investigate": "investigate", "c:fine": "fine",
    "c:release": "release", "c:hear": "hear",
}  # fmt: skip
_NO_RELEASE = re.compile(
    r"首批|首日|率先|接入|适配|支持 ?(?=[A-Z])|推迟|之后|批评|\bsupports?\b(?! \d)|\bavailable on\b"
    r"|\bday[ -](?:0|zero|one)\b|\b(?:delay|postpone|critici)|\b(?:after|before|over|since)\b",
    re.IGNORECASE,
)
_LINK = re.compile(r"https?://\S+")
_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+|[^\W_\u3400-\u4dbf\u4e00-\u9fff]+(?:[.][0-9]+)*")
# What publishers write around their texts: credits, counters, "read more", who says so.
_BOILERPLATE = re.compile(
    r"the post .{0,200}appeared first on.*|read (?:more|full article)\b.*|(?:article|comments) url:|points: \d+"
    r"|# comments: \d+|(?:illustration|image|photo|credit)s?(?: by| via)?:? [^.|]{0,60}[/|] the \w+|点击查看原文>?"
    r"|\d{1,2}\s?月\s?\d{1,2}\s?日(?:消息|讯|电)|^\w{2,8}获悉|关注.{0,12}微信公众号.*|\([^()]{2,12}\)\s*$"
)


class Features(NamedTuple):
    """What a dispatch says: features with how strongly it says them (1 in the title), and how they are written."""

    weights: dict[str, float]
    spelled: dict[str, str]
    parties: Parties
    acts: frozenset[str] = frozenset()  #: what the headline says is done, where that is a thing of its own


def kind_of(feature: str) -> str:
    """`w`, `h`, `c`, `n`, `d`, `r`, or the axis of a tag; a model without a version is a `family`."""
    if feature[1] == ":":
        return feature[0]
    axis, _, slug = feature.partition("/")
    return "family" if axis == "model" and not _VERSION.search(slug) else axis


def features(dispatch: Dispatch, glossary: Glossary) -> Features:
    """The features of a dispatch."""
    found = _Finder(glossary, _names(dispatch))
    found.read(dispatch.title, _TITLE)
    found.read(dispatch.text[:TEXT_READ], _TEXT)
    for tag, weight in _own(dispatch.tags):
        found.add(str(tag), weight, tag.slug)
    named = parties(dispatch.title, dispatch.tags)
    acts = frozenset(_ACTS[each] for each, weight in found.weights.items() if weight == _TITLE and each in _ACTS)
    if acts == {"release"} and len(named.get("company", ())) < 2:
        for version in _released(dispatch):
            found.add(f"r:{version}", _TITLE, version)
    return Features(found.weights, found.spelled, named, acts)


def _released(dispatch: Dispatch) -> Iterator[str]:
    """The versions of a model that a headline of a release names; that others take them up, or what comes of it, is no
    release.
    """
    if not _NO_RELEASE.search(dispatch.title):
        for tag in dispatch.tags:
            if tag.axis == "model" and _VERSION.search(tag.slug) and any(w.field == "title" for w in tag.evidence):
                yield tag.slug


def _own(tags: tuple[Tag, ...]) -> Iterator[tuple[Tag, float]]:
    """The names that the text itself has, and how much they count."""
    for tag in tags:
        carried = tag.evidence and all(words.carried for words in tag.evidence)
        if tag.axis in _NAMING and not carried:
            yield tag, _TITLE if not tag.evidence or any(words.field == "title" for words in tag.evidence) else _TEXT
            if tag.axis == "model" and (number := _NUMBERED.match(tag.slug)) and number[0] != tag.slug:
                yield Tag("model", number[0]), _TITLE


def _names(dispatch: Dispatch) -> list[str]:
    """The names that tags were found by, folded, longest first: they count as tags, and not as words as well."""
    found = {(tag.axis, tag.slug, words.text) for tag in dispatch.tags if tag.axis in _NAMING for words in tag.evidence}
    names = {name for axis, slug, text in found if (name := _own_name(axis, slug, text))}
    return sorted(names, key=lambda name: (-len(name), name))


@lru_cache(maxsize=10_000)
def _own_name(axis: str, slug: str, text: str) -> str:
    """A text that found a tag, folded, if it is the tag's own name; else ""."""
    name = fold(text)
    return name if axis in _WHOLE or not name.isascii() or _bare(name) in _bare(slug) else ""


@lru_cache(maxsize=10_000)
def _name(name: str) -> re.Pattern[str]:
    edge = "[a-z0-9]" if name.isascii() else "\x00"
    return re.compile(f"(?<!{edge}){re.escape(name)}(?!{edge})")


def _bare(name: str) -> str:
    return _UNNAMED.sub("", name)


class _Finder:
    def __init__(self, glossary: Glossary, names: list[str]) -> None:
        self.weights: dict[str, float] = {}
        self.spelled: dict[str, str] = {}
        self._glossary = glossary
        self._names = names

    def add(self, feature: str, weight: float, spelled: str) -> None:
        if weight > self.weights.get(feature, 0):
            self.weights[feature] = weight
            self.spelled.setdefault(feature, spelled)

    def read(self, text: str, weight: float) -> None:
        text = fold(text)
        if "http" in text:
            text = _LINK.sub(" ", text)
        text = _BOILERPLATE.sub(" ", text)
        for number in numbers(text):
            self.add(f"{'d' if number.names else 'n'}:{number.key}", weight, number.text)
            text = text.replace(number.text, " ", 1)
        for name in self._names:
            if name in text:
                text = _name(name).sub(" | ", text)
        self._words(text, weight)

    def _words(self, text: str, weight: float) -> None:
        runs: list[str] = []
        for run in _RUN.findall(text):
            if run >= "\u3400":
                self._latin(runs, weight)
                runs = []
                self._chinese(run, weight)
            else:
                runs.append(run)
        self._latin(runs, weight)

    def _latin(self, words: list[str], weight: float) -> None:
        stems = [stem(word) for word in words]
        at = 0
        while at < len(words):
            length, concept = phrase_at(self._glossary, stems, at)
            if concept:
                self.add(f"c:{concept}", weight, " ".join(words[at : at + length]))
            elif len(words[at]) > 1 and words[at] not in self._glossary.stop_words and not words[at].isdigit():
                self.add(f"w:{stems[at]}", weight, words[at])
            at += length or 1

    def _chinese(self, run: str, weight: float) -> None:
        start = 0
        for end, (length, concept) in self._glossary.chinese.iter_long(run):
            self.add(f"c:{concept}", weight, run[end - length + 1 : end + 1])
            self._pairs(run[start : end - length + 1], weight)
            start = end + 1
        self._pairs(run[start:], weight)

    def _pairs(self, run: str, weight: float) -> None:
        for part in self._glossary.joints.split(run):
            for pair in map(add, part, part[1:]):
                self.add(f"h:{pair}", weight, pair)
