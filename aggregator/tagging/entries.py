"""The taxonomy's tables as they are written in TOML. Analysts edit these; every mistake is named with its line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StrictBool, model_validator

from aggregator.model import SLUG
from aggregator.text.fold import fold, is_han
from aggregator.tomlcheck import StrictTable, mistake

_ORDINARY = {"a", "an", "the", "of", "and", "ai", "人工智能", "大模型", "模型", "公司"}


def _slug(value: str) -> str:
    if not re.fullmatch(SLUG, value):
        raise mistake(f"{value!r} is not a slug", "use small letters, digits and hyphens")
    return value


def _expression(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise mistake(f"{value!r} is not a regular expression ({error})", "see the re module's syntax") from None
    return value


Slug = Annotated[str, AfterValidator(_slug)]
Expression = Annotated[str, AfterValidator(_expression)]
Phrases = tuple[Annotated[str, Field(min_length=1)], ...]


class Guarded(StrictTable):
    """A doubtful name and the surroundings that it needs."""

    name: str = Field(min_length=1, examples=["Meta"])
    needs: Phrases = Field((), examples=[["@ai", "Facebook"]])  #: one of these must stand in the item
    needs_all: tuple[Phrases, ...] = ()  #: one of each of these lists must
    not_: Phrases = Field((), alias="not", examples=[["meta-analysis"]])  #: none of these may
    behind: Expression = Field("", examples=["[ -]?[1-9]"])  #: what right behind the name is enough, such as a version
    after: Expression = Field("", examples=["发布$"])  #: what must stand right before the name
    exact: StrictBool = False
    why: str = Field(min_length=1, examples=["an ordinary prefix"])

    def phrases(self) -> Iterator[str]:
        """Everything that the rule looks for around the name."""
        return chain(self.needs, self.not_, *self.needs_all)


class TaxonomyEntry(StrictTable):
    slug: Slug = Field(examples=["baidu"])
    name: str = Field(min_length=1, examples=["Baidu"])
    zh: str = Field("", examples=["百度"])
    aliases: Phrases = Field((), examples=[["Baidu Cloud", "百度智能云"]])
    exact: Phrases = Field((), examples=[["ERNIE"]])
    guarded: tuple[Guarded, ...] = ()
    unmatched: Phrases = ()

    @model_validator(mode="after")
    def _names_something(self) -> TaxonomyEntry:
        for word in {self.name, self.zh, *self.aliases, *self.exact}.difference(self.unmatched, {""}):
            if fold(word) in _ORDINARY or (len(word) == 1 and is_han(word)):
                raise mistake(f"{word!r} is in most texts", "put it under guarded, with what must stand around it")
        return self

    def over(self, known: Self) -> Self:
        """What was known of the entry with what this one says of it: its aliases are further ones."""
        said = {name: getattr(self, name) for name in self.model_fields_set}
        aliases = tuple(dict.fromkeys((*known.aliases, *self.aliases)))
        return known.model_copy(update={**said, "aliases": aliases})

    def carries(self) -> list[tuple[str, str]]:
        """The tags that come along with this one, as (axis, slug)."""
        return []


def _pairs(**slugs: str | None) -> list[tuple[str, str]]:
    return [(axis, slug) for axis, slug in slugs.items() if slug]


class Company(TaxonomyEntry):
    home: Slug | None = Field(None, examples=["cn"])
    parent: Slug | None = Field(None, examples=["alibaba"])
    ai: StrictBool = False

    def carries(self) -> list[tuple[str, str]]:
        return _pairs(company=self.parent, region=self.home)


class Model(TaxonomyEntry):
    company: Slug | None = Field(None, examples=["baidu"])
    version: Expression = ""
    needs_version: StrictBool = False
    lines: Phrases = ()  #: names of parts of the family, which are part of the version: Opus, HunyuanVideo

    def carries(self) -> list[tuple[str, str]]:
        return _pairs(company=self.company)


class Region(TaxonomyEntry):
    parent: Slug | None = Field(None, examples=["cn"])
    iso: Slug | None = Field(None, examples=["cn-gd"])  #: another name in addresses: ISO 3166-2 in small letters
    at_home: Phrases = Field((), examples=[["Senate"]])  #: what sources of the place itself say without naming it

    def carries(self) -> list[tuple[str, str]]:
        return _pairs(region=self.parent)


class Body(TaxonomyEntry):
    region: Slug | None = Field(None, examples=["us"])
    formerly: Phrases = ()
    voice: StrictBool = False  #: it tells what others do: naming it does not make a policy

    def carries(self) -> list[tuple[str, str]]:
        return _pairs(region=self.region)


class Initiative(TaxonomyEntry):
    region: Slug | None = Field(None, examples=["cn"])
    body: Slug | None = Field(None, examples=["cn-state-council"])  #: who runs it; said on its page, not a tag
    ai: StrictBool = False  #: it is about AI before all: naming it is speaking of AI
    venture: StrictBool = (
        False  #: a project, a fair or an appeal, and no act of a state: naming it does not make a policy
    )

    def carries(self) -> list[tuple[str, str]]:
        return _pairs(region=self.region)


class Signal(StrictTable):
    """Words that speak for a topic, and how strongly."""

    words: Phrases = Field(examples=[["regulation", "条例"]])
    weight: float = Field(examples=[1.0])


def _distinct(signals: tuple[Signal, ...]) -> tuple[Signal, ...]:
    for word, uses in Counter(word.lower() for signal in signals for word in signal.words).items():
        if uses > 1:
            raise mistake(f"the word {word!r} stands twice", "keep one of the two")
    return signals


Signals = Annotated[tuple[Signal, ...], AfterValidator(_distinct)]


class Topic(StrictTable):
    """A topic, or a status, is given from `threshold` on. Words in a title count `title` times."""

    slug: Slug
    name: str
    zh: str = ""
    kind: StrictBool = False  #: one of the five kinds of news; the others are themes
    threshold: float = 2.0
    title: float = 2.0
    summary_most: float = 100.0  #: all that the words of a summary may add
    anchor: float = 0.0  #: weaker words count only beside one of this weight, or beside an axis
    word: float = 0.0  #: what one word must weigh, or all of the title 1, for axes to add to them; a `name` needs none
    axes: dict[str, float] = Field({})  #: what any tag of an axis adds: { body = 1.0 }; "version" is a model's version
    needs: Phrases = ()  #: one of these must stand in the item: axes, or "@context"; "ai-law" is an initiative on AI
    signals: Signals = ()


class Relevance(StrictTable):
    """When an item is AI news at all, and when it is our core."""

    threshold: float = 2.0
    title: float = 2.0
    ai_company: float = 2.0  #: what naming an AI lab adds
    ai_initiative: float = 1.0  #: what naming a law or a programme on AI adds
    publisher: float = 1.0  #: what a publisher adds whose name speaks of AI, or is that of an AI lab
    axes: dict[str, float] = Field({})
    made: Phrases = ()  #: what is enough in a title where a company that makes models releases something
    core_regions: tuple[Slug, ...] = ("cn", "us")
    core_topics: tuple[Slug, ...] = ("policy", "release")
    signals: Signals = ()


class TaxonomyFile(StrictTable):
    """All of a taxonomy file's tables; a file has any of them."""

    company: tuple[Company, ...] = ()
    model: tuple[Model, ...] = ()
    region: tuple[Region, ...] = ()
    body: tuple[Body, ...] = ()
    initiative: tuple[Initiative, ...] = ()
    topic: tuple[Topic, ...] = ()
    status: tuple[Topic, ...] = ()  #: how far a law or a case is; looked for where the topic is policy
    relevance: Relevance | None = None
    context: dict[str, Phrases] = Field({})
    act: Phrases = ()  #: what a state does, right behind its name: "fines"
    mask: Phrases = ()  #: longer names that hide what stands inside them: "Bank of America"
