"""The taxonomy: every name the tagger knows, from the TOML files of a folder and the tables of feeds.toml."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigError, Problem
from aggregator.model import Extensions
from aggregator.tagging.entries import Body, Company, Entry, Initiative, Model, Relevance, TaxonomyFile, Topic
from aggregator.tagging.versions import in_one_order
from aggregator.tomlcheck import Lines, line_at, lines_of, problems_of, read_toml

NAMED_AXES = ("company", "model", "region", "body", "initiative")
_TABLES = (*NAMED_AXES, "topic", "status")  # whose entries have slugs
_LONGEST_SLUG = 200  # characters: one from an address may be as long as addresses are
Pair = tuple[str, str]  # axis, slug
Owners = dict[Pair, Callable[[str, str], Problem]]  # what is wrong with an entry, and the remedy → with its place


@dataclass(frozen=True)
class Taxonomy:
    """Entries by axis and slug, topics, statuses, contexts, acts, masks; `version` is the hash of all that was read."""

    entries: dict[str, dict[str, Entry]]
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

    def holder(self, axis: str, slug: str) -> Entry | Topic | None:
        """What has the names of a tag; None for a model's version, and for what is not known."""
        scored = {"topic": self.topics, "status": self.statuses}
        return scored[axis].get(slug) if axis in scored else self.entries.get(axis, {}).get(slug)

    def holders(self, axis: str) -> Iterable[Entry | Topic]:
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

    def is_ai_initiative(self, slug: str) -> bool:
        entry = self.entries["initiative"].get(slug)
        return isinstance(entry, Initiative) and entry.ai

    def is_act_on_ai(self, slug: str) -> bool:
        entry = self.entries["initiative"].get(slug)
        return isinstance(entry, Initiative) and entry.ai and not entry.venture

    def is_voice(self, slug: str) -> bool:
        entry = self.entries["body"].get(slug)
        return isinstance(entry, Body) and entry.voice


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
    owners: Owners = {}
    files = []
    for some in (texts, extensions.texts):
        read = [_read(name, read_toml(text, name), _lines(text), owners, problems) for name, text in some.items()]
        problems += _twice(owners, read, some)
        files += read
    added = {axis: list(tables) for axis, tables in extensions.tables.items()}
    own = _read(extensions.name, added, lambda: dict(extensions.lines), owners, problems)
    problems += _twice(owners, [own], [extensions.name])
    files.append(own)
    if not problems:
        taxonomy = _join(files, _version(texts, extensions.texts, added))
        problems += [*_dangling(taxonomy, owners), *_circles(taxonomy, owners)]
    if problems:
        raise ConfigError(tuple(problems))
    return taxonomy


def _lines(text: str) -> Callable[[], Lines]:
    """The lines of a text, counted when a mistake asks for them: it takes a tenth of the start."""
    return cache(partial(lines_of, text))


def _read(
    name: str, raw: dict[str, Any], lines: Callable[[], Lines], owners: Owners, problems: list[Problem]
) -> TaxonomyFile:
    """One file; its mistakes go to `problems`, who can tell of those of its entries to `owners`."""

    def problem(path: tuple[str | int, ...], what: str, remedy: str) -> Problem:
        return Problem(name, line_at(lines(), path), what, remedy)

    try:
        file = TaxonomyFile.model_validate(raw)
    except ValidationError as error:
        problems += problems_of(error, TaxonomyFile, lines(), name)
        return TaxonomyFile()
    for axis in _TABLES:
        for index, entry in enumerate(getattr(file, axis)):
            owners[axis, entry.slug] = partial(problem, (axis, index, "slug"))
    return file


def _twice(owners: Owners, files: Sequence[TaxonomyFile], texts: Iterable[str]) -> Iterator[Problem]:
    """Entries that stand twice in files of one folder."""
    for axis in _TABLES:
        slugs = Counter(entry.slug for file in files for entry in getattr(file, axis))
        for slug in (slug for slug, uses in slugs.items() if uses > 1):
            yield owners[axis, slug](f"{axis} {slug!r} stands twice in {', '.join(texts)}", "merge the two")


def _version(*parts: Mapping[str, Any]) -> str:
    content = json.dumps([dict(part) for part in parts], sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _join(files: list[TaxonomyFile], version: str) -> Taxonomy:
    entries = {axis: {entry.slug: entry for file in files for entry in getattr(file, axis)} for axis in NAMED_AXES}
    return Taxonomy(
        entries=entries,
        topics={topic.slug: topic for file in files for topic in file.topic},
        statuses={status.slug: status for file in files for status in file.status},
        relevance=next((file.relevance for file in reversed(files) if file.relevance), Relevance()),
        contexts={name: phrases for file in files for name, phrases in file.context.items()},
        acts=tuple(act for file in files for act in file.act),
        masks=tuple(phrase for file in files for phrase in file.mask),
        version=version,
    )


def _circles(taxonomy: Taxonomy, owners: Owners) -> Iterator[Problem]:
    """Entries that are part of themselves, by way of what they are part of."""
    for axis in ("company", "region"):
        entries = taxonomy.entries[axis]
        for slug in entries:
            seen, above = {slug}, getattr(entries[slug], "parent", None)
            while above in entries and above not in seen:
                seen.add(above)
                above = getattr(entries[above], "parent", None)
            if above == slug:
                yield owners[axis, slug](f"{axis} {slug!r} is part of itself", "take a parent away")


def _dangling(taxonomy: Taxonomy, owners: Owners) -> Iterator[Problem]:
    """References to entries and contexts that do not exist."""
    from aggregator.tagging.names import likeliest  # which knows of taxonomies

    remedy = f"use one of {', '.join(f'@{context}' for context in taxonomy.contexts)}"
    for axis in NAMED_AXES:
        for slug, entry in taxonomy.entries[axis].items():
            for other_axis, other in entry.carries():
                if other not in taxonomy.entries[other_axis]:
                    what = f"{axis} {slug!r} names the {other_axis} {other!r}, which is not defined"
                    near, add = likeliest(taxonomy, other_axis, other), f"add it as a [[{other_axis}]]"
                    yield owners[axis, slug](what, f'did you mean "{near}"? Else {add}' if near else add)
            for context in taxonomy.unknown_contexts(phrase for rule in entry.guarded for phrase in rule.phrases()):
                yield owners[axis, slug](f"the context {context!r} is not defined", remedy)
    for slug, topic in taxonomy.topics.items():
        for context in taxonomy.unknown_contexts(topic.needs):
            yield owners["topic", slug](f"the context {context!r} is not defined", remedy)
        for axis, _, other in (need.partition("/") for need in topic.needs if "/" in need):
            if not taxonomy.knows(axis, other):
                yield owners["topic", slug](f"{axis}/{other} is not defined", f"add it as a [[{axis}]]")


def version_in_order(taxonomy: Taxonomy, slug: str) -> str:
    """A version's slug as the tagger writes it: claude-3-5-sonnet → claude-sonnet-3-5; "" if it is of no family."""
    family = family_of(taxonomy, slug)
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
