"""The tagger: title and summary → tags on seven axes with the words that earned them, and how much it concerns us.

1. find    one pass of the automaton over each field
2. guard   a doubtful name counts only in the surroundings that its rule asks for
3. longest overlapping names give way to the longest
4. version the model version right after a family's name
5. carry   a model brings its company, a company its home, a province its country
6. topics  weighted words and tags against each topic's threshold; the same for relevance, tier and a policy's status
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from aggregator.model import Evidence, Extensions, Tag, Tagging
from aggregator.tagging.entries import Guarded, Model
from aggregator.tagging.judge import Earned, Judge
from aggregator.tagging.load import Taxonomy, load_taxonomy
from aggregator.tagging.match import Automaton, Contexts, Hit, Marks, fold_phrase, longest
from aggregator.tagging.versions import base_of, further_versions, version_after


class Tagger:
    """Pure once built: the same text always earns the same tags."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._automaton = Automaton(taxonomy)
        self._contexts = Contexts(taxonomy)
        self._judge = Judge(taxonomy)
        self._publishers: dict[str, float] = {}

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
        score, tier = self._judge.judge(earned, marks, texts, self._of_publisher(publisher))
        tags = tuple(Tag(axis, slug, tuple(found)) for (axis, slug), found in sorted(earned.items()))
        return Tagging(tags, tier, round(score, 2), self.taxonomy.version)

    def _sure_hits(self, marks: Mapping[str, Marks]) -> dict[str, list[Hit]]:
        if not any(hit.name.guard for mark in marks.values() for hit in mark.hits):
            return {field: longest(mark.hits) for field, mark in marks.items()}
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
                return self._contexts.stands(phrase, present)
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
                if base := base_of(shaped[hit.end : end]):
                    of = Evidence(field, hit.start, end, text[hit.start : end], f"carried by model/{name.slug}-{first}")
                    earned.setdefault(("model", f"{name.slug}-{base}"), []).append(of)
        words = Evidence(field, hit.start, end, text[hit.start : end], rule)
        earned.setdefault((name.axis, name.slug), []).append(words)

    def _carry(self, earned: Earned) -> None:
        for (axis, slug), evidence in list(earned.items()):
            for pair in self.taxonomy.carried(axis, slug):
                if pair not in earned:
                    earned[pair] = [words._replace(rule=f"carried by {axis}/{slug}") for words in evidence[:1]]

    def _of_publisher(self, name: str) -> float:
        if name not in self._publishers:
            said = self.tag(name) if name else None
            labs = [tag for tag in said.tags if self.taxonomy.is_ai_company(tag.slug)] if said else []
            weight = self.taxonomy.relevance.publisher
            self._publishers[name] = 2 * weight if labs else weight if said and said.relevant else 0.0
        return self._publishers[name]


@lru_cache(maxsize=2)
def tagger_for(extensions: Extensions) -> Tagger:
    """The tagger with the taxonomy that ships with the program, extended; raises ConfigError."""
    return Tagger(load_taxonomy(extensions))
