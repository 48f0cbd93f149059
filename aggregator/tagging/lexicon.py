"""What a taxonomy holds, and what can be asked of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from aggregator.tagging.entries import Body, Company, Initiative, Model, Relevance, TaxonomyEntry, Topic
from aggregator.tagging.versions import in_one_order

_SLUG = re.compile(r"[a-z0-9-]*")
_LONGEST_SLUG = 200  # characters: one from an address may be as long as addresses are
Pair = tuple[str, str]  # axis, slug


@dataclass(frozen=True)
class Taxonomy:
    """Entries by axis and slug, topics, statuses, contexts, acts, masks; `version` is the hash of all that was read."""

    entries: dict[str, dict[str, TaxonomyEntry]]
    topics: dict[str, Topic]
    statuses: dict[str, Topic]
    relevance: Relevance
    contexts: dict[str, tuple[str, ...]]
    acts: tuple[str, ...]
    masks: tuple[str, ...]
    version: str
    _carried: dict[Pair, tuple[Pair, ...]] = field(default_factory=dict, repr=False)

    def unknown_contexts(self, phrases: Iterable[str]) -> list[str]:
        """Those phrases that name a context that there is not."""
        return [phrase for phrase in phrases if phrase[0] == "@" and phrase[1:] not in self.contexts]

    def holder(self, axis: str, slug: str) -> TaxonomyEntry | Topic | None:
        """What has the names of a tag; None for a model's version, and for what is not known."""
        scored = {"topic": self.topics, "status": self.statuses}
        return scored[axis].get(slug) if axis in scored else self.entries.get(axis, {}).get(slug)

    def holders(self, axis: str) -> Iterable[TaxonomyEntry | Topic]:
        """All that have the names of an axis's tags."""
        scored = {"topic": self.topics, "status": self.statuses}
        return scored[axis].values() if axis in scored else self.entries.get(axis, {}).values()

    def knows(self, axis: str, slug: str) -> bool:
        """Whether a tag is one of an entry, a topic, a status, or a version of a model as the tagger writes it."""
        return self.holder(axis, slug) is not None or (axis == "model" and version_in_order(self, slug) == slug)

    def carried(self, axis: str, slug: str) -> tuple[Pair, ...]:
        """All tags that come along with one: a model its company, a company its home, a province its country."""
        if (axis, slug) not in self._carried:
            self._carried[axis, slug] = tuple(self._walk(axis, slug))
        return self._carried[axis, slug]

    def _walk(self, axis: str, slug: str) -> list[Pair]:
        found: list[Pair] = []
        waiting = [(axis, slug)]
        while waiting:
            entry = self.entries.get(waiting[0][0], {}).get(waiting.pop(0)[1])
            for pair in entry.carries() if entry else ():
                if pair not in found:
                    found.append(pair)
                    waiting.append(pair)
        return found

    def is_ai_company(self, slug: str) -> bool:
        entry = self.entries["company"].get(slug)
        return isinstance(entry, Company) and entry.ai

    def makes_models(self, slug: str) -> bool:
        return any(isinstance(model, Model) and model.company == slug for model in self.entries["model"].values())

    def is_ai_initiative(self, slug: str) -> bool:
        entry = self.entries["initiative"].get(slug)
        return isinstance(entry, Initiative) and entry.ai

    def is_act_on_ai(self, slug: str) -> bool:
        entry = self.entries["initiative"].get(slug)
        return isinstance(entry, Initiative) and entry.ai and not entry.venture

    def is_voice(self, slug: str) -> bool:
        entry = self.entries["body"].get(slug)
        return isinstance(entry, Body) and entry.voice


def version_in_order(taxonomy: Taxonomy, slug: str) -> str:
    """A version's slug as the tagger writes it: claude-3-5-sonnet → claude-sonnet-3-5; "" if it is of no family."""
    family = family_of(taxonomy, slug) if _SLUG.fullmatch(slug) else None
    end = slug.removeprefix(f"{family.slug}-") if family else ""
    return f"{family.slug}-{in_one_order(end, family.lines)}" if family and end else ""


def family_of(taxonomy: Taxonomy, slug: str) -> Model | None:
    """The model family that a version's slug belongs to: qwen-3-max → qwen."""
    while slug and len(slug) <= _LONGEST_SLUG:
        entry = taxonomy.entries["model"].get(slug)
        if isinstance(entry, Model):
            return entry
        slug = slug.rpartition("-")[0]
    return None
