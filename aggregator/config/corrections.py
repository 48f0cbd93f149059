"""corrections.toml, beside feeds.toml: what people know better than the tagger, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationError, model_validator

from aggregator.config.files import read_text_file
from aggregator.errors import ConfigError, Problem
from aggregator.model import AXES, SLUG, Correction, Tier
from aggregator.text.redirectors import page_link
from aggregator.text.urls import page_and_anchor, short, web_link
from aggregator.tomlcheck import Lines, StrictTable, line_at, lines_of, mistake, problems_of, read_toml, single_problem

CORRECTIONS_FILE = "corrections.toml"


@dataclass(frozen=True)
class Corrections:
    """All of them by the key of the item that they are for."""

    by_key: dict[str, Correction] = field(default_factory=dict)
    lines: Lines = field(repr=False, default_factory=dict)

    def unknown(self, known: Any) -> Iterator[Problem]:
        """Tags that `known(axis, slug)` does not know."""
        for index, correction in enumerate(dict.fromkeys(self.by_key.values())):
            for key, tags in (("add", correction.add), ("remove", correction.remove)):
                for tag in (tag for tag in tags if not known(*tag.split("/"))):
                    line = line_at(self.lines, ("correction", index, key))
                    yield Problem(CORRECTIONS_FILE, line, f"no tag {tag!r}", 'write axis/slug, such as "company/baidu"')


def _link(value: str) -> str:
    if not web_link(value):
        raise mistake(f"{value!r} is no address", "copy the link of the item, with https://")
    return value


def _tag(value: str) -> str:
    if not re.fullmatch(f"({'|'.join(AXES)})/{SLUG}", value):
        raise mistake(f"{value!r} is no tag", 'write axis/slug, such as "company/baidu"')
    return value


Tags = tuple[Annotated[str, AfterValidator(_tag)], ...]


class _Table(StrictTable):
    link: Annotated[str, AfterValidator(_link)] = Field(examples=["https://news.example/article"])
    add: Tags = Field((), examples=[["company/baidu"]])
    remove: Tags = Field((), examples=[["region/us"]])
    tier: Tier | None = Field(None, examples=["core"])
    why: str = Field(min_length=1, examples=["the article is about the lab"])

    @model_validator(mode="after")
    def _decided(self) -> _Table:
        if both := sorted(set(self.add) & set(self.remove)):
            raise mistake(f"{both[0]} is added and removed", "take it out of add or of remove")
        if not (self.add or self.remove or self.tier):
            raise mistake("it changes nothing", 'write what is right, as in add = ["company/baidu"] or tier = "core"')
        return self


class CorrectionsFile(StrictTable):
    correction: tuple[_Table, ...] = ()


def load_corrections(path: Path) -> Corrections:
    """Of no file, none; raises ConfigError with every problem."""
    try:
        text = read_text_file(path, path.name)
    except FileNotFoundError:
        return Corrections()
    lines = lines_of(text)
    try:
        tables = CorrectionsFile.model_validate(read_toml(text, path.name)).correction
    except ValidationError as error:
        raise ConfigError(tuple(problems_of(error, CorrectionsFile, lines, path.name))) from None
    by_key: dict[str, Correction] = {}
    for index, table in enumerate(tables):
        key = short(page_and_anchor(page_link(table.link))[1])
        if key in by_key:
            line = line_at(lines, ("correction", index, "link"))
            raise single_problem(path.name, line, f"{table.link} is corrected twice", "make one of the two")
        by_key[key] = Correction(table.link, table.add, table.remove, table.tier, table.why)
    for table in tables:  # an item that has its page alone is known by the page, whatever anchor its link has
        page, anchored = map(short, page_and_anchor(page_link(table.link)))
        by_key.setdefault(page, by_key[anchored])
    return Corrections(by_key, lines)
