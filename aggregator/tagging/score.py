"""How well the tagger does on labelled texts: precision, recall and F1 of each field and tag. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from aggregator.model import Tagging

_JUDGED_TOPICS = ("policy", "release", "business", "research", "chips")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, wrong and missed labels."""

    name: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """One text: for each field what its label says, and what was found."""

    record: dict[str, Any]
    tagging: Tagging
    fields: dict[str, tuple[Set[str], Set[str]]]

    @property
    def mistakes(self) -> int:
        return sum(len(said ^ found) for said, found in self.fields.values())


def judged(record: dict[str, Any], tagging: Tagging, companies: Set[str]) -> Judged:
    """A tagging beside its labels, as far as there are any; of companies those that the taxonomy knows are judged."""
    # Whose only evidence is the name of the source is left out: the text does not say it.
    from_source = set(_labels(record, "companies_from_source"))
    topics, labelled = slugs(tagging, "topic"), set(_labels(record, "topics"))
    fields: dict[str, tuple[Set[str], Set[str]]] = {}
    if "companies" in record:
        said = set(_labels(record, "companies")) & companies
        fields["company"] = said - from_source, slugs(tagging, "company") - from_source
    if "regions" in record:
        fields["region"] = set(_labels(record, "regions")), slugs(tagging, "region")
    if "topics" in record:
        fields |= {f"topic {topic}": ({topic} & labelled, {topic} & topics) for topic in _JUDGED_TOPICS}
    if (relevant := record.get("relevant")) is not None:
        if not isinstance(relevant, bool):
            raise ValueError(f"relevant should be true or false, and is {relevant!r}")
        fields["relevant"] = {"yes"} if relevant else set(), {"yes"} if tagging.relevant else set()
    return Judged(record, tagging, fields)


def _labels(record: Mapping[str, Any], name: str) -> Sequence[str]:
    said = record.get(name) or []
    if not isinstance(said, list) or not all(isinstance(label, str) for label in said):
        raise ValueError(f'{name} should be a list of slugs, such as ["baidu"], and is {said!r}')
    return said


def slugs(tagging: Tagging, axis: str) -> set[str]:
    return {tag.slug for tag in tagging.tags if tag.axis == axis}


def by_field(texts: Iterable[Judged]) -> list[Score]:
    return _scores((field, said, found) for text in texts for field, (said, found) in text.fields.items())


def by_tag(texts: Iterable[Judged]) -> list[Score]:
    """Of every company and region; the one with the most mistakes first."""
    scores = _scores(
        (f"{axis}/{slug}", said & {slug}, found & {slug})
        for text in texts
        for axis in ("company", "region")
        for said, found in (text.fields.get(axis, (set(), set())),)
        for slug in said | found
    )
    return sorted(scores, key=lambda score: (-score.wrong - score.missed, score.name))


def _scores(labels: Iterator[tuple[str, Set[str], Set[str]]]) -> list[Score]:
    counts: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for name, said, found in labels:
        for index, number in enumerate((len(said & found), len(found - said), len(said - found))):
            counts[name][index] += number
    return [Score(name, *tally) for name, tally in counts.items()]
