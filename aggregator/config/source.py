"""A [[source]] of feeds.toml, as typed settings."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from aggregator.config.headers import Headers
from aggregator.config.values import Duration, Language, Name, Rule, Slug, Title, WebAddress, Zone
from aggregator.tomlcheck import StrictTable, mistake

Kind = Literal["feed", "json", "html", "sitemap"]
_FIELD = re.compile(r"\{[^{}]+\}")
_SELECTED = ("json", "html")  # kinds whose entries are found by selectors
SourceClass = Literal[
    "", "official", "state-media", "media", "trade-press", "lab", "think-tank", "newsletter", "research", "releases"
]


class SelectorSettings(StrictTable):
    items: Title = Field(description="where the entries are", examples=["results"])
    title: Title = Field(description="an entry's title", examples=["title"])
    link: str = Field("", description="an entry's address; braces name fields", examples=["https://example.org/{id}"])
    date: str = Field("", description="when it was published", examples=["publication_date"])
    summary: str = Field("", description="a text about it", examples=["abstract"])
    comments_close_on: str = Field(
        "", description="the last day on which a rule may be commented on", examples=["comments_close_on"]
    )
    effective_on: str = Field("", description="the day on which a rule takes effect", examples=["effective_on"])


class SourceSettings(StrictTable):
    id: Slug = Field(description="a short name, used in addresses", examples=["nist-news"])
    url: WebAddress = Field(
        min_length=1, description="the document to fetch", examples=["https://www.nist.gov/news/rss.xml"]
    )
    title: Name = Field(
        "", description="the name shown; what its document calls itself if left out", examples=["NIST News"]
    )
    kind: Kind = Field("feed", description="what the document is: feed, json, html or sitemap", examples=["json"])
    site_url: WebAddress = Field("", description="the page for people", examples=["https://www.nist.gov/"])
    lang: Language = Field("", description="language of most items", examples=["zh"])
    region: str = Field("", description="where the publisher sits, as a region's slug", examples=["cn"])
    source_class: SourceClass = Field(
        "", alias="class", description="what sort of publisher it is", examples=["official"]
    )
    timezone: Zone = Field("UTC", description="zone of dates that name none", examples=["Asia/Shanghai"])
    interval: Duration | None = Field(None, description="how often it is looked at", examples=["2h"])
    tags: tuple[str, ...] = Field((), description="tags that every item gets", examples=[["company/baidu"]])
    include: tuple[Rule, ...] = Field(
        (), description="keep only items with one of these: phrases, /expressions/, tags",
        examples=[["AI", "/chips?\\b/", "company/baidu"]],
    )  # fmt: skip
    exclude: tuple[Rule, ...] = Field(
        (), description="leave out items with one of these: phrases, /expressions/, tags", examples=[["jobs"]]
    )
    headers: Headers = Field(
        (), description="what is sent along to its server; a secret as the place where it is",
        examples=[["Referer: https://example.org/", "Authorization: env:EXAMPLE_TOKEN"]],
    )  # fmt: skip
    enabled: bool = Field(True, strict=True, description="false stops fetching; items stay", examples=[False])
    selectors: SelectorSettings | None = Field(None, description="where a json or html document keeps its entries")

    @model_validator(mode="after")
    def _selectors_fit_the_kind(self) -> SourceSettings:
        if self.kind in _SELECTED and self.selectors is None:
            raise mistake(
                f'a source of kind "{self.kind}" needs selectors', "add a [source.selectors] table with items and title"
            )
        if self.kind not in _SELECTED and self.selectors is not None:
            raise mistake(
                f'a source of kind "{self.kind}" takes no selectors', 'remove them, or write kind = "json" or "html"'
            )
        if self.selectors and re.search(r"[{}]", _FIELD.sub("", self.selectors.link)):
            raise mistake(
                f"a brace of {self.selectors.link!r} has no other one", 'write a field as "https://example.org/{id}"'
            )
        return self
