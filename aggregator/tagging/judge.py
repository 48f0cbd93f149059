"""Topics, statuses and relevance: weighted words, and what the tags of an axis add, against thresholds."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from aggregator.model import Evidence, Tier
from aggregator.tagging.acts import Acts
from aggregator.tagging.entries import Relevance, Topic
from aggregator.tagging.lexicon import Taxonomy
from aggregator.tagging.match import Contexts, Marks, fold_phrase
from aggregator.tagging.publisher import Publisher
from aggregator.tagging.signals import LEAD, Places, anchored, factor, is_said, total

Pair = tuple[str, str]  # axis, slug
Earned = dict[Pair, list[Evidence]]
Signals = Mapping[str, Places]  # by what they are a signal of
# They may earn a topic without a word of its own.
_ENOUGH = ("body", "name", "version", "actor", "ai-act", "study")
_STRONG = 0.5  # what an axis must add, for weak words to count beside it
_AFTER_NAME = re.compile(r":| [-–—] ")
# A number that a version may have: no year, no 25th, no sum of money.
_NUMBERED = re.compile(r"(?<![$€£¥\w.])(?!(?:19|20)\d\d\b)(?!\d+(?:st|nd|rd|th)\b)[\w.+-]*\d")
_RELEVANCE = ""  # no topic, but scored like one


class _Said(NamedTuple):
    """A text, for topics and statuses: its signals, its fields, and the phrases that stand early."""

    signals: Signals
    texts: Mapping[str, str]
    present: set[str]


class Judge:
    """Scores what was found in a text by the words of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._contexts = Contexts(taxonomy)
        self._acts = Acts(taxonomy.acts)
        self._weights = {slug: _weights(topic) for slug, topic in taxonomy.topics.items()}
        self._weights |= {f"status/{slug}": _weights(status) for slug, status in taxonomy.statuses.items()}
        self._weights[_RELEVANCE] = _weights(taxonomy.relevance)
        self._enough = {
            slug: tuple(axis for axis in _ENOUGH if axis in topic.axes) for slug, topic in taxonomy.topics.items()
        }
        self._made = frozenset(map(fold_phrase, taxonomy.relevance.made))
        self._scores_of: defaultdict[str, list[str]] = defaultdict(list)
        for slug, weights in self._weights.items():
            for phrase in weights:
                self._scores_of[phrase].append(slug)

    def judge(
        self, earned: Earned, marks: Mapping[str, Marks], texts: Mapping[str, str], publisher: Publisher
    ) -> tuple[float, Tier]:
        """Adds the topics and statuses that a text earns; how much it speaks of AI, and its tier."""
        signals, axes = self._signals(marks), self._axes(earned) | publisher.axes
        said = _Said(signals, texts, _leading(marks))
        self._topics(earned, axes, said)
        self._statuses(earned, axes, said)
        given = {slug: evidence[0] for (axis, slug), evidence in earned.items() if axis == "topic"}
        score = self._relevance({**axes, **given}, signals) + publisher.weight
        if score < self._taxonomy.relevance.threshold and self._is_made(earned, given, marks["title"]):
            score = self._taxonomy.relevance.threshold
        return score, self._tier(earned, score)

    def _topics(self, earned: Earned, axes: Mapping[str, Evidence], said: _Said) -> None:
        signals, texts, present = said
        axes = dict(axes)
        if name := _name(texts["title"], axes):
            axes["name"] = name
            if "model" in axes and ":" not in texts["title"]:  # a model that a lab's page of research tells of
                axes.pop("study", None)
        one_headline = "；" not in texts["title"]
        if actor := self._acts.actor(texts["title"], earned):
            axes["actor"] = actor
        for slug, topic in self._taxonomy.topics.items():
            if slug not in signals and axes.keys().isdisjoint(self._enough[slug]):
                continue
            enough = [axes[axis] for axis in self._enough[slug] if axis in axes]
            added, strong = 0.0, False
            for axis, weight in topic.axes.items():
                if words := axes.get(axis):
                    added += weight * factor(words.field, words.start, topic.title)
                    strong = strong or (weight >= _STRONG and words.start <= LEAD)
            found, weights = signals.get(slug, {}), self._weights[slug]
            if not strong and topic.anchor > 0:
                found = anchored(found, weights, topic.anchor)
            score, counted = total(found, weights, topic.title, topic.summary_most, one_headline)
            if topic.word and "name" not in axes and not is_said(counted, topic.word):
                continue
            score += added
            if (counted or enough) and score >= topic.threshold and self._has(topic.needs, axes, earned, present):
                earned["topic", slug] = [words.evidence(texts) for words in counted] or enough[:1]
                axes[slug] = earned["topic", slug][0]  # for the topics after it

    def _statuses(self, earned: Earned, axes: Mapping[str, Evidence], said: _Said) -> None:
        signals, texts, present = said
        if ("topic", "policy") not in earned:
            return
        for slug, status in self._taxonomy.statuses.items():
            if (key := f"status/{slug}") in signals:
                found, weights = signals[key], self._weights[key]
                found = anchored(found, weights, status.anchor) if status.anchor > 0 else found
                score, counted = total(found, weights, status.title, status.summary_most, True)
                named = (axis for axis in status.axes if axis in axes)
                score += sum(
                    status.axes[axis] * factor(axes[axis].field, axes[axis].start, status.title) for axis in named
                )
                if counted and score >= status.threshold and self._has(status.needs, axes, earned, present):
                    earned["status", slug] = [words.evidence(texts) for words in counted]

    def _relevance(self, axes: Mapping[str, Evidence], signals: Signals) -> float:
        rule = self._taxonomy.relevance
        score, _ = total(signals.get(_RELEVANCE, {}), self._weights[_RELEVANCE], rule.title, math.inf, True)
        for axis, weight in (("lab", rule.ai_company), ("ai-law", rule.ai_initiative), *rule.axes.items()):
            if axis in axes:
                score += weight * factor(axes[axis].field, axes[axis].start, rule.title)
        return score

    def _is_made(self, earned: Earned, given: Mapping[str, Evidence], title: Marks) -> bool:
        """Whether a title tells of a model that comes out at a company that makes such: "Baidu launches new model"."""
        return "release" in given and not self._made.isdisjoint(title.phrases) and any(
            axis == "company" and evidence[0].field == "title" and self._taxonomy.makes_models(slug)
            for (axis, slug), evidence in earned.items()
        )  # fmt: skip

    def _tier(self, earned: Earned, score: float) -> Tier:
        rule = self._taxonomy.relevance
        if score < rule.threshold:
            return Tier.OFF
        ours = any(("region", region) in earned for region in rule.core_regions)
        kinds = any(("topic", topic) in earned for topic in rule.core_topics)
        return Tier.CORE if ours and kinds else Tier.ADJACENT

    def _signals(self, marks: Mapping[str, Marks]) -> Signals:
        """The phrases that stand in the texts, by what they are a signal of, and by field."""
        found: dict[str, Places] = {}
        for field, mark in marks.items():
            for phrase, places in mark.phrases.items():
                if slugs := self._scores_of.get(phrase):
                    placed = [(start, end, phrase) for start, end in places]
                    for slug in slugs:
                        found.setdefault(slug, {"title": [], "summary": []})[field] += placed
        return found

    def _axes(self, earned: Earned) -> dict[str, Evidence]:
        """The axes that the tags are of, each with the words that speak most for it: those in the title."""
        found: dict[str, Evidence] = {}
        for (axis, slug), evidence in earned.items():
            best = evidence[0]
            if best.field != "title":
                best = next((words for words in evidence if words.field == "title"), best)
            for name in self._axes_of(axis, slug):
                if name not in found or found[name].field != "title":
                    found[name] = best
        return found

    def _axes_of(self, axis: str, slug: str) -> Iterator[str]:
        """What a tag counts as: its axis, and what it is in particular."""
        taxonomy = self._taxonomy
        if not (axis == "body" and taxonomy.is_voice(slug)):
            yield axis
        if axis == "model" and slug not in taxonomy.entries["model"]:
            yield "version"
        elif axis == "company" and taxonomy.is_ai_company(slug):
            yield "lab"
        elif axis == "initiative" and taxonomy.is_ai_initiative(slug):
            yield "ai-law"
            if taxonomy.is_act_on_ai(slug):
                yield "ai-act"

    def _has(self, needs: Sequence[str], axes: Mapping[str, Evidence], earned: Earned, present: set[str]) -> bool:
        """Whether one of the things that a topic needs stands in the item, or it needs none."""
        for need in needs:
            if need[0] == "@":
                if self._contexts.stands(need, present):
                    return True
            elif "/" in need:
                axis, _, slug = need.partition("/")
                if any(words.start <= LEAD for words in earned.get((axis, slug), ())):
                    return True
            elif need in axes and axes[need].start <= LEAD:
                return True
        return not needs


def _leading(marks: Mapping[str, Marks]) -> set[str]:
    """The phrases that stand in the title or near the beginning of the summary."""
    found = set(marks["title"].phrases)
    return found.union(phrase for phrase, places in marks["summary"].phrases.items() if places[0][0] <= LEAD)


def _name(title: str, axes: Mapping[str, Evidence]) -> Evidence | None:
    """The words of a title that is hardly more than a product's name ("Mistral Small 3.1"), at least up to a colon or
    dash; on its maker's own page, where the company is not said, it has a number.
    """
    named = axes.get("model") or axes.get("company")
    head, *tail = _AFTER_NAME.split(title, maxsplit=1)
    words = [word for word in head.removesuffix(" models").split() if word not in ("/", "&")]
    if not (head.isascii() and 0 < len(words) <= 4 and all(word[0].isupper() or _has_digit(word) for word in words)):
        return None
    if any(axes[axis].field == "title" and axes[axis].start == 0 for axis in ("company", "model") if axis in axes):
        model = "model" in axes or _has_digit(head)
        return named if model and (not tail or "version" in axes) else None
    on_its_page = "maker" in axes and "study" not in axes and _NUMBERED.search(head) is not None and not tail
    return Evidence("title", 0, len(title), title, "a name on its maker's page") if on_its_page else None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _weights(holder: Topic | Relevance) -> dict[str, float]:
    return {fold_phrase(word): signal.weight for signal in holder.signals for word in signal.words}
