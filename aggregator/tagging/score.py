"""How well the tagger does on a labelled file: precision, recall and F1 a field. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from aggregator.model import Tagging

FIELDS = {"companies": "company", "regions": "region", "topics": "topic"}
_JUDGED_TOPICS = ("policy", "release", "business", "research", "chips")


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of right, wrong and missed labels."""

    field: str
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


def slugs(tagging: Tagging, axis: str) -> set[str]:
    return {tag.slug for tag in tagging.tags if tag.axis == axis}


def score(pairs: Iterable[tuple[dict[str, Any], Tagging]], companies: Sequence[str] | set[str]) -> list[Score]:
    """Scores of labelled records against taggings; of companies only those the taxonomy knows are judged."""
    counts: dict[str, list[int]] = {}
    for record, tagging in pairs:
        for field, said, found in _labels(record, tagging, set(companies)):
            tally = counts.setdefault(field, [0, 0, 0])
            for index, number in enumerate((len(said & found), len(found - said), len(said - found))):
                tally[index] += number
    return [Score(field, *tally) for field, tally in counts.items()]


def _labels(record: dict[str, Any], tagging: Tagging, companies: set[str]) -> Iterable[tuple[str, set[str], set[str]]]:
    # Whose only evidence is the name of the source is judged apart: the text does not say it.
    said = set(record.get("companies", ())) & companies - set(record.get("companies_from_source", ()))
    yield "company", said, slugs(tagging, "company") - set(record.get("companies_from_source", ()))
    yield "region", set(record.get("regions", ())), slugs(tagging, "region")
    topics = slugs(tagging, "topic")
    for topic in _JUDGED_TOPICS:
        yield f"topic {topic}", {topic} & set(record.get("topics", ())), {topic} & topics
    yield "relevant", {"yes"} if record.get("relevant") else set(), {"yes"} if tagging.relevant else set()
