"""The tagger: title and summary → tags on seven axes with the words that earned them, and how much it concerns us.

1. find    one pass of the automaton over each field
2. guard   a doubtful name counts only in the surroundings that its rule asks for
3. longest overlapping names give way to the longest
4. version the model version right after a family's name
5. carry   a model brings its company, a company its home, a province its country
6. topics  weighted words and tags against each topic's threshold; the same for relevance, tier and a policy's status
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Set
from functools import lru_cache
from typing import NamedTuple

from aggregator.model import Evidence, Extensions, Tag, Tagging
from aggregator.tagging.entries import Model
from aggregator.tagging.judge import Earned, Judge
from aggregator.tagging.lexicon import Taxonomy
from aggregator.tagging.load import load_taxonomy
from aggregator.tagging.match import Automaton, Contexts, Hit, Marks, fold_phrase, longest
from aggregator.tagging.publisher import Publisher, company_of, publishes_papers
from aggregator.tagging.signals import LEAD
from aggregator.tagging.versions import base_of, further_versions, in_one_order, version_after, version_slug
from aggregator.text.publishers import without_publisher

BY_SOURCE = "given by the source"
HOME = "home"  #: `home/us` among the given tags says where the source is at home
AT_HOME = "said by a source of the place itself"
_NEAR = 20  # characters before a name that are looked at


class Around(NamedTuple):
    """Phrases that may decide on a doubtful name: those of the text, and with them those of its publisher's name."""

    said: Set[str]
    vouched: Set[str]
    company: str  #: the publisher's own, whose name is no other thing here


class Tagger:
    """Pure once built: the same text always earns the same tags."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self.taxonomy = taxonomy
        self._automaton = Automaton(taxonomy)
        self._contexts = Contexts(taxonomy)
        self._judge = Judge(taxonomy)
        self._publishers = {"": Publisher()}

    def tag(self, title: str, summary: str = "", given: Collection[str] = (), publisher: str = "") -> Tagging:
        """`summary` is plain text. `given` are tags of the source (`axis/slug`), which need no words, and where it is
        at home (`home/us`), which counts where institutions are named and no place.

        `publisher` is the source's name. One that writes of nothing but AI, or of a company that makes it, need not say
        so in each title.
        """
        title = without_publisher(title)
        marks = {"title": self._automaton.marks(title), "summary": self._automaton.marks(summary)}
        texts = {"title": title, "summary": summary}
        earned: Earned = {}
        of_publisher = self._of_publisher(publisher, given)
        for field, hits in self._sure_hits(marks, of_publisher).items():
            reached: dict[tuple[str, str], int] = {}
            for hit in hits:
                tag = hit.name.axis, hit.name.slug
                if hit.start >= reached.get(tag, 0):  # else it is part of a version: the Opus of Claude Opus 5
                    reached[tag] = self._earn(earned, field, texts[field], marks[field].shaped, hit)
        for axis, _, slug in (named.partition("/") for named in given):
            if axis == HOME:
                self._stay_home(earned, slug, marks, texts)
            else:
                earned.setdefault((axis, slug), []).append(Evidence("source", 0, 0, "", BY_SOURCE))
        self._carry(earned)
        score, tier = self._judge.judge(earned, marks, texts, of_publisher)
        tags = tuple(Tag(axis, slug, tuple(found)) for (axis, slug), found in sorted(earned.items()))
        return Tagging(tags, tier, round(score, 2), self.taxonomy.version)

    def knows(self, name: str) -> bool:
        """Whether a name is one of the taxonomy, or most of it is: a doubtful one, too, a mask, a word to judge by."""
        marks = self._automaton.marks(name)
        return fold_phrase(name) in marks.phrases or any(2 * (hit.end - hit.start) > len(name) for hit in marks.hits)

    def _sure_hits(self, marks: Mapping[str, Marks], publisher: Publisher) -> dict[str, list[Hit]]:
        marks = {field: mark._replace(hits=self._whole(mark)) for field, mark in marks.items()}
        if not any(hit.name.guard for mark in marks.values() for hit in mark.hits):
            return {field: longest(mark.hits) for field, mark in marks.items()}
        said = {phrase for mark in marks.values() for phrase in mark.phrases}
        present = Around(said, publisher.phrases | said, publisher.company)
        # A name that asks for nothing around it may vouch for one that does.
        sure = {
            f"{hit.name.axis}/{hit.name.slug}"
            for mark in marks.values()
            for hit in longest([hit for hit in mark.hits if self._stands_alone(hit, mark.shaped, present)])
        }
        if publisher.company:
            sure.add(f"company/{publisher.company}")
        return {
            field: longest([hit for hit in mark.hits if self._allows(hit, mark.shaped, present, sure)])
            for field, mark in marks.items()
        }

    def _whole(self, mark: Marks) -> list[Hit]:
        """The names without those that need a version and have none: "OpenAI o" is none in "OpenAI o ring"."""
        return [hit for hit in mark.hits if not self._lacks_version(hit, mark.shaped)]

    def _lacks_version(self, hit: Hit, shaped: str) -> bool:
        entry = self.taxonomy.entries[hit.name.axis][hit.name.slug] if hit.name.axis == "model" else None
        if not isinstance(entry, Model) or not entry.needs_version:
            return False
        start = hit.start if hit.name.text in entry.lines and len(hit.name.text) == 1 else hit.end
        return version_after(shaped, start, entry.version) is None

    def _stands_alone(self, hit: Hit, shaped: str, present: Around) -> bool:
        guard = hit.name.guard
        if guard is None:
            return True
        enough = not (guard.needs or guard.needs_all or guard.behind) or self._is_behind(hit, shaped)
        return enough and self._allows(hit, shaped, present, set())

    def _allows(self, hit: Hit, shaped: str, present: Around, sure: set[str]) -> bool:
        guard = hit.name.guard
        if guard is None:
            return True

        def stand(phrases: Iterable[str], among: Set[str]) -> bool:
            return any(
                self._contexts.stands(phrase, among)
                if phrase[0] == "@"
                else (phrase in sure if "/" in phrase else fold_phrase(phrase) in among)
                for phrase in phrases
            )

        if stand(guard.not_, present.said) or (guard.after and not _is_after(guard.after, shaped[: hit.start])):
            return False
        if hit.name.axis == "company" and hit.name.slug == present.company:
            return True
        return self._is_behind(hit, shaped) or (
            (stand(guard.needs, present.vouched) if guard.needs else not guard.behind or bool(guard.needs_all))
            and all(stand(phrases, present.vouched) for phrases in guard.needs_all)
        )

    def _is_behind(self, hit: Hit, shaped: str) -> bool:
        """Whether what stands right behind a guarded name is enough for it; a number that counts something is not."""
        guard = hit.name.guard
        if guard is None or not guard.behind or not re.compile(guard.behind).match(shaped, hit.end):
            return False
        entry = self.taxonomy.entries[hit.name.axis][hit.name.slug]
        return not isinstance(entry, Model) or version_after(shaped, hit.end, entry.version) is not None

    def _earn(self, earned: Earned, field: str, text: str, shaped: str, hit: Hit) -> int:
        """Adds what a name earns; answers where the name ends, with its version."""
        name = hit.name
        entry = self.taxonomy.entries[name.axis][name.slug]
        rule = f"guarded name: {name.guard.why}" if name.guard else "name"
        end = self._earn_version(earned, field, text, shaped, hit, entry) if isinstance(entry, Model) else hit.end
        if end is None:
            return hit.end
        words = Evidence(field, hit.start, end, text[hit.start : end], rule)
        earned.setdefault((name.axis, name.slug), []).append(words)
        return end

    def _earn_version(self, earned: Earned, field: str, text: str, shaped: str, hit: Hit, family: Model) -> int | None:
        """Adds the version behind a family's name; answers where it ends, None if the name needs one and has none."""
        name = hit.name
        is_line = name.text in family.lines
        start = hit.start if is_line and len(name.text) == 1 else hit.end  # a letter is part of the number: V4
        version = version_after(shaped, start, family.version)
        if version is None:
            return None if family.needs_version or (is_line and name.guard) else hit.end
        end = version[1]
        line = name.text.removeprefix(family.name).removeprefix(family.zh) if is_line and start == hit.end else ""
        said = line + shaped[start:end]
        slug = f"{name.slug}-{in_one_order(version_slug(said), family.lines)}"
        further = ((f"{name.slug}-{suffix}", first, last) for suffix, first, last in further_versions(shaped, end))
        for each, first, last in ((slug, hit.start, end), *further):
            words = Evidence(field, first, last, text[first:last], "version of a model family")
            earned.setdefault(("model", each), []).append(words)
        if base := base_of(said):
            of = Evidence(field, hit.start, end, text[hit.start : end], f"carried by model/{slug}")
            earned.setdefault(("model", f"{name.slug}-{in_one_order(base, family.lines)}"), []).append(of)
        return end

    def _carry(self, earned: Earned) -> None:
        """Adds what tags bring along; to what only the summary names, also who brings it in the title."""
        for (axis, slug), evidence in list(earned.items()):
            brought = [words._replace(rule=f"carried by {axis}/{slug}") for words in evidence[:1]]
            for pair in self.taxonomy.carried(axis, slug):
                if pair not in earned:
                    earned[pair] = brought
                elif evidence[0].field == "title" and all(words.field != "title" for words in earned[pair]):
                    earned[pair] = [*brought, *earned[pair]]
                elif evidence[0].field == "title" and axis == "body":  # whose doing it is, and not only where
                    earned[pair] = [*earned[pair], *brought]

    def _stay_home(self, earned: Earned, home: str, marks: Mapping[str, Marks], texts: Mapping[str, str]) -> None:
        """Adds the source's own region where institutions are named and no place: "the Senate", of American news."""
        words = getattr(self.taxonomy.entries["region"].get(home), "at_home", ())
        abroad = any(axis == "region" for axis, _ in earned) or any(
            carried == "region" for pair in earned if pair[0] in ("body", "initiative")
            for carried, _ in self.taxonomy.carried(*pair)
        )  # fmt: skip
        if abroad:
            return
        for field, mark in marks.items():
            for start, end in sorted(place for word in words for place in mark.phrases.get(fold_phrase(word), ())):
                if start <= LEAD and (said := texts[field][start:end]) in words:  # 30 sec is not the SEC
                    earned["region", home] = [Evidence(field, start, end, said, AT_HOME)]
                    return

    def _of_publisher(self, name: str, given: Iterable[str]) -> Publisher:
        known = self._of_name(name)
        makers = [slug for tag in given if self.taxonomy.is_ai_company(slug := tag.removeprefix("company/"))]
        return self._as_maker(known, makers[0]) if makers else known

    def _of_name(self, name: str) -> Publisher:
        if name not in self._publishers:
            self._publishers[name] = self._read_name(name)
        return self._publishers[name]

    def _read_name(self, name: str) -> Publisher:
        said, marks = self.tag(name), self._automaton.marks(name)
        office = any(tag.axis == "body" and not self.taxonomy.is_voice(tag.slug) for tag in said.tags)
        company = company_of(name, marks.hits)
        labs = [tag.slug for tag in said.tags if tag.axis == "company" and self.taxonomy.is_ai_company(tag.slug)]
        if company and (self.taxonomy.is_ai_company(company) or any(tag.axis == "model" for tag in said.tags)):
            labs.append(company)
        weight = self.taxonomy.relevance.publisher if said.relevant else 0.0
        phrases = frozenset(marks.phrases if labs or office else ())
        found = Publisher(weight, company, False, office, publishes_papers(name, company), phrases)
        return self._as_maker(found, company) if labs else found

    def _as_maker(self, publisher: Publisher, company: str) -> Publisher:
        weight = 2 * self.taxonomy.relevance.publisher
        return publisher._replace(weight=max(publisher.weight, weight), company=company, maker=bool(company))


def _is_after(expression: str, before: str) -> bool:
    return re.search(expression, before[-_NEAR:]) is not None


@lru_cache(maxsize=2)
def tagger_for(extensions: Extensions) -> Tagger:
    """The tagger with the taxonomy that ships with the program, extended; raises ConfigError."""
    return Tagger(load_taxonomy(extensions))
