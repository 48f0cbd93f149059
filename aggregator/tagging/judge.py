"""Topics, statuses and relevance: weighted words, and what the tags of an axis add, against thresholds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from aggregator.model import Evidence, Tier
from aggregator.tagging.entries import Relevance, Topic
from aggregator.tagging.load import Taxonomy
from aggregator.tagging.match import Contexts, Marks, fold_phrase

Pair = tuple[str, str]  # axis, slug
Earned = dict[Pair, list[Evidence]]
Signal = tuple[int, int, str]  # start, end, phrase
Signals = defaultdict[str, defaultdict[str, list[Signal]]]  # by what they are a signal of, by field
_LEAD = 200  # characters of a summary; what comes later is often background
_RELEVANCE = ""  # no topic, but scored like one


class Judge:
    """Scores what was found in a text by the words of a taxonomy."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._taxonomy = taxonomy
        self._contexts = Contexts(taxonomy)
        self._weights = {slug: _weights(topic) for slug, topic in taxonomy.topics.items()}
        self._weights |= {f"status/{slug}": _weights(status) for slug, status in taxonomy.statuses.items()}
        self._weights[_RELEVANCE] = _weights(taxonomy.relevance)
        self._scores_of: defaultdict[str, list[str]] = defaultdict(list)
        for slug, weights in self._weights.items():
            for phrase in weights:
                self._scores_of[phrase].append(slug)

    def judge(
        self, earned: Earned, marks: Mapping[str, Marks], texts: Mapping[str, str], publisher: float
    ) -> tuple[float, Tier]:
        """Adds the topics and statuses that a text earns; how much it speaks of AI, and its tier.

        `publisher` is what its publisher's name adds.
        """
        signals, axes = self._signals(marks), self._axes(earned)
        self._topics(earned, axes, signals, texts, _leading(marks))
        self._statuses(earned, signals, texts)
        score = self._relevance(axes, signals, texts) + publisher
        return score, self._tier(earned, score)

    def _topics(
        self,
        earned: Earned,
        axes: Mapping[str, Evidence],
        signals: Signals,
        texts: Mapping[str, str],
        present: set[str],
    ) -> None:
        if _is_name(texts["title"], axes):
            axes = {**axes, "name": axes.get("model") or axes["company"]}
        for slug, topic in self._taxonomy.topics.items():
            if slug not in signals and "version" not in topic.axes:
                continue
            score, evidence = _score(self._weights[slug], topic.title, signals[slug], texts, topic.summary_most)
            for axis, weight in topic.axes.items():
                if axis in axes:
                    score += weight * (topic.title if axes[axis].field == "title" else 1.0)
            evidence = evidence or [axes[axis] for axis in ("version", "name") if axis in axes][:1]
            if evidence and score >= topic.threshold and self._has(topic.needs, axes, present):
                earned["topic", slug] = evidence

    def _statuses(self, earned: Earned, signals: Signals, texts: Mapping[str, str]) -> None:
        if ("topic", "policy") not in earned:
            return
        for slug, status in self._taxonomy.statuses.items():
            if (key := f"status/{slug}") in signals:
                score, evidence = _score(self._weights[key], status.title, signals[key], texts)
                if score >= status.threshold:
                    earned["status", slug] = evidence

    def _relevance(self, axes: Mapping[str, Evidence], signals: Signals, texts: Mapping[str, str]) -> float:
        rule = self._taxonomy.relevance
        score, _ = _score(self._weights[_RELEVANCE], rule.title, signals[_RELEVANCE], texts)
        for axis, weight in (("lab", rule.ai_company), *rule.axes.items()):
            if axis in axes:
                score += weight * (rule.title if axes[axis].field == "title" else 1.0)
        return score

    def _tier(self, earned: Earned, score: float) -> Tier:
        rule = self._taxonomy.relevance
        if score < rule.threshold:
            return Tier.OFF
        ours = any(("region", region) in earned for region in rule.core_regions)
        kinds = any(("topic", topic) in earned for topic in rule.core_topics)
        return Tier.CORE if ours and kinds else Tier.ADJACENT

    def _signals(self, marks: Mapping[str, Marks]) -> Signals:
        """The phrases that stand in the texts, by what they are a signal of, and by field."""
        found: Signals = defaultdict(lambda: defaultdict(list))
        for field, mark in marks.items():
            for phrase, places in mark.phrases.items():
                for slug in self._scores_of.get(phrase, ()):
                    found[slug][field] += [(start, end, phrase) for start, end in places]
        return found

    def _axes(self, earned: Earned) -> dict[str, Evidence]:
        """The axes that the tags are of, each with the words that speak most for it: those in the title."""
        found: dict[str, Evidence] = {}
        for (axis, slug), evidence in earned.items():
            is_version = axis == "model" and slug not in self._taxonomy.entries["model"]
            is_lab = axis == "company" and self._taxonomy.is_ai_company(slug)
            for name in (axis, *(("version",) if is_version else ()), *(("lab",) if is_lab else ())):
                best = next((words for words in evidence if words.field == "title"), evidence[0])
                if name not in found or found[name].field != "title":
                    found[name] = best
        return found

    def _has(self, needs: Iterable[str], axes: Mapping[str, Evidence], present: set[str]) -> bool:
        """Whether one of the things that a topic needs stands in the item, or it needs none."""
        wanted = tuple(needs)
        return not wanted or any(
            self._contexts.stands(need, present) if need[0] == "@" else need in axes and axes[need].start <= _LEAD
            for need in wanted
        )


def _leading(marks: Mapping[str, Marks]) -> set[str]:
    """The phrases that stand in the title or near the beginning of the summary."""
    found = set(marks["title"].phrases)
    return found.union(phrase for phrase, places in marks["summary"].phrases.items() if places[0][0] <= _LEAD)


def _is_name(title: str, axes: Mapping[str, Evidence]) -> bool:
    """Whether a title is hardly more than a product's name ("Mistral Small 3.1"), or begins with it and a colon."""
    named = [axes[axis] for axis in ("company", "model") if axis in axes]
    head, colon, _ = title.partition(":")
    words = head.removesuffix(" models").split()
    capitals = all(word[0].isupper() or word[0].isdigit() for word in words)
    short = len(words) <= 4 and head.isascii() and capitals and (not colon or "version" in axes)
    return short and any(words.field == "title" and words.start == 0 for words in named)


def _weights(holder: Topic | Relevance) -> dict[str, float]:
    return {fold_phrase(word): signal.weight for signal in holder.signals for word in signal.words}


def _score(
    weights: Mapping[str, float],
    title: float,
    signals: Mapping[str, list[Signal]],
    texts: Mapping[str, str],
    summary_most: float = 100.0,
) -> tuple[float, list[Evidence]]:
    """Each phrase counts once, where it counts most; a phrase inside a longer one does not count."""
    best: dict[str, float] = {}
    sums = {"title": 0.0, "summary": 0.0}
    evidence: list[Evidence] = []
    for field, found in signals.items():
        for start, end, phrase in found:
            if any(s <= start and end <= e and (s, e) != (start, end) for s, e, _ in found):
                continue
            if weights[phrase] < 0 and field != "title":  # what a text is not about, its title says
                continue
            if phrase not in best:  # the title comes first
                best[phrase] = weights[phrase] * (title if field == "title" else 0.5 if start > _LEAD else 1.0)
                sums[field] += best[phrase]
                evidence.append(Evidence(field, start, end, texts[field][start:end], f"signal {weights[phrase]:+g}"))
    return sums["title"] + min(sums["summary"], summary_most), evidence
