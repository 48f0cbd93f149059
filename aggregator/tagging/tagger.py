"""The tagger: title and summary → tags on seven axes with the words that earned them, and how much it concerns us.

1. find    one pass of the automaton over each field
2. guard   a doubtful name counts only in the surroundings that its rule asks for
3. longest overlapping names give way to the longest
4. version the model version right after a family's name
5. carry   a model brings its company, a company its home, a province its country
6. topics  weighted words and tags against each topic's threshold; the same for relevance, tier and a policy's status
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache

from aggregator.model import Evidence, Extensions, Tag, Tagging, Tier
from aggregator.tagging.entries import Guarded, Model, Relevance, Topic
from aggregator.tagging.load import Taxonomy, load_taxonomy
from aggregator.tagging.match import Automaton, Hit, Marks, fold_phrase, longest
from aggregator.tagging.versions import further_versions, version_after

Pair = tuple[str, str]  # axis, slug
Earned = dict[Pair, list[Evidence]]
Signal = tuple[int, int, str]  # start, end, phrase
Signals = defaultdict[str, defaultdict[str, list[Signal]]]  # by topic, by field
_LEAD = 200  # characters of a summary; what comes later is often background
_RELEVANCE = ""  # no topic, but scored like one


class Tagger:
    """Pure once built: the same text always earns the same tags."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._automaton = Automaton(taxonomy)
        self._contexts = {name: [fold_phrase(p) for p in phrases] for name, phrases in taxonomy.contexts.items()}
        self._weights = {slug: _weights(topic) for slug, topic in taxonomy.topics.items()}
        self._weights |= {f"status/{slug}": _weights(status) for slug, status in taxonomy.statuses.items()}
        self._weights[_RELEVANCE] = _weights(taxonomy.relevance)
        self._publishers: dict[str, float] = {}
        self._scores_of: defaultdict[str, list[str]] = defaultdict(list)
        for slug, weights in self._weights.items():
            for phrase in weights:
                self._scores_of[phrase].append(slug)

    def tag(self, title: str, summary: str = "", given: Iterable[str] = (), publisher: str = "") -> Tagging:
        """`summary` is plain text. `given` are tags of the source (`axis/slug`), which need no words.

        `publisher` is the source's name: one that writes of nothing but AI need not say so in each title.
        """
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
        self._topics(earned, signals, texts, _leading(marks))
        self._statuses(earned, signals, texts)
        score = self._relevance(earned, signals, texts) + self._of_publisher(publisher)
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

    def _topics(self, earned: Earned, signals: Signals, texts: Mapping[str, str], present: set[str]) -> None:
        axes = self._axes(earned)
        if _is_name(texts["title"], axes):
            axes["name"] = axes.get("model") or axes["company"]
        for slug, topic in self.taxonomy.topics.items():
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
        for slug, status in self.taxonomy.statuses.items():
            if (key := f"status/{slug}") in signals:
                score, evidence = _score(self._weights[key], status.title, signals[key], texts)
                if score >= status.threshold:
                    earned["status", slug] = evidence

    def _axes(self, earned: Earned) -> dict[str, Evidence]:
        """The axes that the tags are of, each with the words that speak most for it: those in the title."""
        found: dict[str, Evidence] = {}
        for (axis, slug), evidence in earned.items():
            is_version = axis == "model" and slug not in self.taxonomy.entries["model"]
            is_lab = axis == "company" and self.taxonomy.is_ai_company(slug)
            for name in (axis, *(("version",) if is_version else ()), *(("lab",) if is_lab else ())):
                best = next((words for words in evidence if words.field == "title"), evidence[0])
                if name not in found or found[name].field != "title":
                    found[name] = best
        return found

    def _has(self, needs: Iterable[str], axes: Mapping[str, Evidence], present: set[str]) -> bool:
        """Whether one of the things that a topic needs stands in the item, or it needs none."""
        wanted = tuple(needs)
        return not wanted or any(
            any(word in present for word in self._contexts[need[1:]])
            if need[0] == "@"
            else need in axes and axes[need].start <= _LEAD
            for need in wanted
        )

    def _relevance(self, earned: Earned, signals: Signals, texts: Mapping[str, str]) -> float:
        rule = self.taxonomy.relevance
        score, _ = _score(self._weights[_RELEVANCE], rule.title, signals[_RELEVANCE], texts)
        axes = self._axes(earned)
        for axis, weight in (("lab", rule.ai_company), *rule.axes.items()):
            if axis in axes:
                score += weight * (rule.title if axes[axis].field == "title" else 1.0)
        return score

    def _of_publisher(self, name: str) -> float:
        if name not in self._publishers:
            said = self.tag(name) if name else None
            labs = [tag for tag in said.tags if self.taxonomy.is_ai_company(tag.slug)] if said else []
            weight = self.taxonomy.relevance.publisher
            self._publishers[name] = 2 * weight if labs else weight if said and said.relevant else 0.0
        return self._publishers[name]

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
