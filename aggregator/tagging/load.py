"""The taxonomy: every name the tagger knows, from the TOML files of a folder and the tables of feeds.toml."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from aggregator.errors import ConfigError, Problem
from aggregator.model import NAMED_AXES, Extensions
from aggregator.tagging.entries import Relevance, TaxonomyEntry, TaxonomyFile
from aggregator.tagging.integrity import Owners, loose_ends
from aggregator.tagging.lexicon import Taxonomy
from aggregator.tomlcheck import Lines, line_at, lines_of, problems_of, read_toml

_TABLES = (*NAMED_AXES, "topic", "status")  # whose entries have slugs


@lru_cache(maxsize=2)  # the one in force, and one that an edit may bring
def load_taxonomy(extensions: Extensions = Extensions()) -> Taxonomy:
    """The taxonomy that ships with the program, extended; an extension with a known slug adds to it, or changes it.

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
        problems += loose_ends(taxonomy, owners)
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
    if file.relevance:
        owners["relevance", ""] = partial(problem, ("relevance",))
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
    entries: dict[str, dict[str, TaxonomyEntry]] = {axis: {} for axis in NAMED_AXES}
    for axis, known in entries.items():
        for entry in (entry for file in files for entry in getattr(file, axis)):
            known[entry.slug] = entry.over(known[entry.slug]) if entry.slug in known else entry
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
