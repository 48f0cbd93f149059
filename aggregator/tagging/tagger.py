"""The tagger: title and summary → tags on six axes with the words that earned them, and how much the item concerns us.

1. find    one pass of the automaton over each field
2. guard   a doubtful name counts only in the surroundings that its rule asks for
3. longest overlapping names give way to the longest
4. version the model version right after a family's name
5. carry   a model brings its company, a company its home, a province its country
6. topics  weighted words and tags against each topic's threshold; the same for relevance and tier
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aggregator.model import Evidence, Tag, Tagging, Tier
from aggregator.tagging.entries import Guarded, Model, Relevance, Topic
from aggregator.tagging.load import Extensions, Taxonomy, load_taxonomy
from aggregator.tagging.match import Automaton, Hit, Marks, fold_phrase, longest
from aggregator.tagging.versions import further_versions, version_after

Pair = tuple[str, str]  # axis, slug
Earned = dict[Pair, list[Evidence]]
Signal = tuple[int, int, str]  # start, end, phrase
Signals = defaultdict[str, defaultdict[str, list[Signal]]]  # by topic, by field
_RELEVANCE = ""  # no topic, but scored like one


class Tagger:
    """Pure once built: the same text always earns the same tags."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._automaton = Automaton(taxonomy)
        self._contexts = {name: [fold_phrase(p) for p in phrases] for name, phrases in taxonomy.contexts.items()}
        self._weights = {slug: _weights(topic) for slug, topic in taxonomy.topics.items()}
        self._weights[_RELEVANCE] = _weights(taxonomy.relevance)
        self._scores_of: defaultdict[str, list[str]] = defaultdict(list)
        for slug, weights in self._weights.items():
            for phrase in weights:
                self._scores_of[phrase].append(slug)

    def tag(self, title: str, summary: str = "", given: Iterable[str] = ()) -> Tagging:
        """`summary` is plain text. `given` are tags of the source (`axis/slug`), which need no words."""
        marks = {"title": self._automaton.marks(title), "summary": self._automaton.marks(summary)}
        texts = {"title": title, "summary": summary}
        earned: Earned = {}
        for field, hits in self._sure_hits(marks).items():
            for hit in hits:
                self._earn(earned, field, texts[field], marks[field].shaped, hit)
        for tag in given:
            axis, _, slug = tag.partition("/")
            earned.setdefault((axis, slug), []).append(Evidence("source", 0, 0, "", "given by the source"))
        self._carry(earned)
        signals = self._signals(marks)
        self._topics(earned, signals, texts)
        score = self._relevance(earned, signals, texts)
        tier = self._tier(earned, score)
        tags = tuple(Tag(axis, slug, tuple(found)) for (axis, slug), found in sorted(earned.items()))
        return Tagging(tags, tier, round(score, 2), self.taxonomy.version)

    def _sure_hits(self, marks: Mapping[str, Marks]) -> dict[str, list[Hit]]:
        present = {phrase for mark in marks.values() for phrase in mark.phrases}
        # A name that asks for nothing around it may vouch for one that does.
        sure = {
            f"{hit.name.axis}/{hit.name.slug}"
            for mark in marks.values()
            for hit in longest([hit for hit in mark.hits if self._stands_alone(hit.name.guard, present)])
        }
        return {
            field: longest([hit for hit in mark.hits if self._allows(hit.name.guard, present, sure)])
            for field, mark in marks.items()
        }

    def _stands_alone(self, guard: Guarded | None, present: set[str]) -> bool:
        return guard is None or (not guard.needs and not guard.needs_all and self._allows(guard, present, set()))

    def _allows(self, guard: Guarded | None, present: set[str], sure: set[str]) -> bool:
        if guard is None:
            return True

        def stands(phrase: str) -> bool:
            if phrase[0] == "@":
                return any(word in present for word in self._contexts[phrase[1:]])
            return phrase in sure if "/" in phrase else fold_phrase(phrase) in present

        return (
            (not guard.needs or any(map(stands, guard.needs)))
            and all(any(map(stands, phrases)) for phrases in guard.needs_all)
            and not any(map(stands, guard.not_))
        )

    def _earn(self, earned: Earned, field: str, text: str, shaped: str, hit: Hit) -> None:
        name = hit.name
        entry = self.taxonomy.entries[name.axis][name.slug]
        rule = f"guarded name: {name.guard.why}" if name.guard else "name"
        end = hit.end
        if isinstance(entry, Model):
            version = version_after(shaped, hit.end, entry.version)
            if version is None and entry.needs_version:
                return
            if version:
                first, end = version
                for suffix, start, stop in ((first, hit.start, end), *further_versions(shaped, end)):
                    words = Evidence(field, start, stop, text[start:stop], "version of a model family")
                    earned.setdefault(("model", f"{name.slug}-{suffix}"), []).append(words)
        words = Evidence(field, hit.start, end, text[hit.start : end], rule)
        earned.setdefault((name.axis, name.slug), []).append(words)

    def _carry(self, earned: Earned) -> None:
        for (axis, slug), evidence in list(earned.items()):
            for pair in self.taxonomy.carried(axis, slug):
                if pair not in earned:
                    earned[pair] = [words._replace(rule=f"carried by {axis}/{slug}") for words in evidence[:1]]

    def _signals(self, marks: Mapping[str, Marks]) -> Signals:
        """The phrases that stand in the texts, by what they are a signal of, and by field."""
        found: Signals = defaultdict(lambda: defaultdict(list))
        for field, mark in marks.items():
            for phrase, places in mark.phrases.items():
                for slug in self._scores_of.get(phrase, ()):
                    found[slug][field] += [(start, end, phrase) for start, end in places]
        return found

    def _topics(self, earned: Earned, signals: Signals, texts: Mapping[str, str]) -> None:
        axes = {axis for axis, _ in earned}
        for slug, topic in self.taxonomy.topics.items():
            if slug not in signals:
                continue
            score, evidence = _score(self._weights[slug], topic.title, signals[slug], texts)
            if evidence and score + sum(topic.axes.get(axis, 0.0) for axis in axes) >= topic.threshold:
                earned["topic", slug] = evidence

    def _relevance(self, earned: Earned, signals: Signals, texts: Mapping[str, str]) -> float:
        rule = self.taxonomy.relevance
        score, _ = _score(self._weights[_RELEVANCE], rule.title, signals[_RELEVANCE], texts)
        labs = {pair for pair in earned if pair[0] == "company" and self.taxonomy.is_ai_company(pair[1])}
        for weight, pairs in (
            (rule.ai_company, labs),
            *((weight, {pair for pair in earned if pair[0] == axis}) for axis, weight in rule.axes.items()),
        ):
            if pairs:
                in_title = any(words.field == "title" for pair in pairs for words in earned[pair])
                score += weight * (rule.title if in_title else 1.0)
        return score

    def _tier(self, earned: Earned, score: float) -> Tier:
        rule = self.taxonomy.relevance
        if score < rule.threshold:
            return Tier.OFF
        ours = any(("region", region) in earned for region in rule.core_regions)
        kinds = any(("topic", topic) in earned for topic in rule.core_topics)
        return Tier.CORE if ours and kinds else Tier.ADJACENT


@lru_cache(maxsize=2)
def tagger_for(extensions: Extensions) -> Tagger:
    """The tagger with the taxonomy that ships with the program, extended; raises ConfigError."""
    return Tagger(load_taxonomy(extensions))


def _weights(holder: Topic | Relevance) -> dict[str, float]:
    return {fold_phrase(word): signal.weight for signal in holder.signals for word in signal.words}


def _score(
    weights: Mapping[str, float], title: float, signals: Mapping[str, list[Signal]], texts: Mapping[str, str]
) -> tuple[float, list[Evidence]]:
    """Each phrase counts once, where it counts most; a phrase inside a longer one does not count."""
    best: defaultdict[str, float] = defaultdict(float)
    evidence: list[Evidence] = []
    for field, found in signals.items():
        for start, end, phrase in found:
            if any(s <= start and end <= e and (s, e) != (start, end) for s, e, _ in found):
                continue
            weight = weights[phrase] * (title if field == "title" else 1.0)
            if not best[phrase]:
                evidence.append(Evidence(field, start, end, texts[field][start:end], f"signal {weights[phrase]:+g}"))
            best[phrase] = weight if abs(weight) > abs(best[phrase]) else best[phrase]
    return sum(best.values()), evidence
