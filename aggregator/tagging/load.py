"""The taxonomy: every name the tagger knows, from the TOML files of a folder and the tables of feeds.toml."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigError, Problem
from aggregator.model import Extensions
from aggregator.tagging.entries import Company, Entry, Model, Relevance, TaxonomyFile, Topic
from aggregator.tomlcheck import Lines, line_at, lines_of, problems_of, read_toml

AXES = ("company", "model", "region", "body", "initiative")
Pair = tuple[str, str]  # axis, slug


@dataclass(frozen=True)
class Taxonomy:
    """Entries by axis and slug, topics and statuses, contexts, masks; `version` is the hash of all that was read."""

    entries: dict[str, dict[str, Entry]]
    topics: dict[str, Topic]
    statuses: dict[str, Topic]
    relevance: Relevance
    contexts: dict[str, tuple[str, ...]]
    masks: tuple[str, ...]
    version: str
    _carried: dict[Pair, tuple[Pair, ...]] = field(default_factory=dict, repr=False)

    def holder(self, axis: str, slug: str) -> Entry | Topic | None:
        """What has the names of a tag; None for a model's version, and for what is not known."""
        scored = {"topic": self.topics, "status": self.statuses}
        return scored[axis].get(slug) if axis in scored else self.entries.get(axis, {}).get(slug)

    def knows(self, axis: str, slug: str) -> bool:
        """Whether a tag is one of an entry, a topic, a status, or a version of a model."""
        return self.holder(axis, slug) is not None or (axis == "model" and family_of(self, slug) is not None)

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


@lru_cache(maxsize=2)  # the one in force, and one that an edit may bring
def load_taxonomy(extensions: Extensions = Extensions()) -> Taxonomy:
    """The taxonomy that ships with the program, extended; an extension with a known slug or name replaces what it has.

    Raises ConfigError with every mistake of every file.
    """
    folder = Path(str(resources.files("aggregator.tagging") / "taxonomy"))
    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))}
    return read_taxonomy(texts, extensions)


def read_taxonomy(texts: Mapping[str, str], extensions: Extensions = Extensions()) -> Taxonomy:
    """A taxonomy from the texts of its files, by name, and what extends it."""
    problems: list[Problem] = []
    owners: dict[Pair, str] = {}
    files = []
    for shipped in (texts, extensions.texts):
        read = [_read(name, read_toml(text, name), lines_of(text), owners, problems) for name, text in shipped.items()]
        problems += _twice(owners, read, shipped)
        files += read
    added = {axis: list(tables) for axis, tables in extensions.tables.items()}
    files.append(_read(extensions.name, added, dict(extensions.lines), owners, problems))
    if not problems:
        taxonomy = _join(files, _version(texts, extensions.texts, added))
        problems += _dangling(taxonomy, owners)
    if problems:
        raise ConfigError(tuple(problems))
    return taxonomy


def _read(
    name: str, raw: dict[str, Any], lines: Lines, owners: dict[Pair, str], problems: list[Problem]
) -> TaxonomyFile:
    """One file; its mistakes go to `problems`, the places of its entries to `owners`."""
    try:
        file = TaxonomyFile.model_validate(raw)
    except ValidationError as error:
        problems += problems_of(error, TaxonomyFile, lines, name)
        return TaxonomyFile()
    for axis in AXES:
        for index, entry in enumerate(getattr(file, axis)):
            owners[axis, entry.slug] = f"{name}:{line_at(lines, (axis, index, 'slug'))}"
    return file


def _twice(owners: Mapping[Pair, str], files: Sequence[TaxonomyFile], texts: Mapping[str, str]) -> Iterator[Problem]:
    """Entries that stand twice in files of one folder."""
    for axis in AXES:
        slugs = Counter(entry.slug for file in files for entry in getattr(file, axis))
        for slug in (slug for slug, uses in slugs.items() if uses > 1):
            name, _, line = owners[axis, slug].partition(":")
            yield Problem(name, int(line), f"{axis} {slug!r} stands twice in {', '.join(texts)}", "merge the two")


def _version(*parts: Mapping[str, Any]) -> str:
    content = json.dumps([dict(part) for part in parts], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _join(files: list[TaxonomyFile], version: str) -> Taxonomy:
    entries = {axis: {entry.slug: entry for file in files for entry in getattr(file, axis)} for axis in AXES}
    return Taxonomy(
        entries=entries,
        topics={topic.slug: topic for file in files for topic in file.topic},
        statuses={status.slug: status for file in files for status in file.status},
        relevance=next((file.relevance for file in reversed(files) if file.relevance), Relevance()),
        contexts={name: phrases for file in files for name, phrases in file.context.items()},
        masks=tuple(phrase for file in files for phrase in file.mask),
        version=version,
    )


def _dangling(taxonomy: Taxonomy, owners: Mapping[Pair, str]) -> list[Problem]:
    """References to entries and contexts that do not exist."""
    problems = []
    for axis in AXES:
        for slug, entry in taxonomy.entries[axis].items():
            name, _, line = owners.get((axis, slug), "feeds.toml:1").partition(":")
            for other_axis, other in entry.carries():
                if other not in taxonomy.entries[other_axis]:
                    what = f"{axis} {slug!r} names the {other_axis} {other!r}, which is not defined"
                    problems.append(Problem(name, int(line), what, f"add it as a [[{other_axis}]]"))
            for phrase in (phrase for rule in entry.guarded for phrase in rule.phrases()):
                if phrase.startswith("@") and phrase[1:] not in taxonomy.contexts:
                    known = ", ".join(f"@{context}" for context in taxonomy.contexts)
                    problems.append(
                        Problem(name, int(line), f"the context {phrase!r} is not defined", f"use one of {known}")
                    )
    return problems


def family_of(taxonomy: Taxonomy, slug: str) -> Model | None:
    """The model family that a version's slug belongs to: qwen-3-max → qwen."""
    parts = slug.split("-")
    for length in range(len(parts), 0, -1):
        entry = taxonomy.entries["model"].get("-".join(parts[:length]))
        if isinstance(entry, Model):
            return entry
    return None
