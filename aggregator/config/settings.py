"""feeds.toml as typed settings. Every field carries its help and an example: the documentation is made from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic import Field, field_validator, model_validator

from aggregator.config.outgoing import MailSettings, SmtpSettings, WebhookSettings
from aggregator.config.source import SourceSettings
from aggregator.config.values import (
    Domain,
    Duration,
    Filter,
    Kept,
    Memory,
    Network,
    Port,
    SiteAddress,
    Size,
    Slug,
    Title,
    WebAddress,
    Zone,
)
from aggregator.model import Tier
from aggregator.text.urls import PLATFORMS
from aggregator.tomlcheck import StrictTable, mistake

_LONGEST_TURN = timedelta(hours=1)  # that one process may hold a place at a host


class SiteSettings(StrictTable):
    title: Title = Field("AI Policy Wire", description="the site's name", examples=["AI Policy Wire"])
    url: SiteAddress = Field("", description="its public address, used in feeds", examples=["https://wire.example.org"])
    timezone: Zone = Field(
        "UTC", description="where a day begins, on digests and in filters", examples=["Asia/Shanghai"]
    )
    hub: WebAddress = Field(
        "",
        description="WebSub hub that tells subscribers of news; with `url` set, it is told of new items",
        examples=["https://hub.example.org/"],
    )
    contact: str = Field(
        "", description="where readers write to: corrections, and texts to be taken down",
        examples=["mailto:editors@example.org"], pattern=r"^$|^(mailto:|https://)[!-~]+$",
    )  # fmt: skip
    security: str = Field(
        "", description="where to report a hole: an address for security.txt", examples=["mailto:you@example.org"],
        pattern=r"^$|^(mailto:|https://|tel:)[!-~]+$",
    )  # fmt: skip
    taxonomy: str = Field("", description="folder of more taxonomy files, from here", examples=["taxonomy"])


class FetchSettings(StrictTable):
    interval: Duration = Field(
        timedelta(minutes=30), description="how often a source is looked at while its rhythm is not known",
        examples=["30m"],
    )  # fmt: skip
    adaptive: bool = Field(
        True, strict=True, description="ask a source that posts seldom more seldom; one with its own interval never",
        examples=[True],
    )  # fmt: skip
    min_interval: Duration = Field(timedelta(minutes=15), description="shortest adapted interval", examples=["15m"])
    max_interval: Duration = Field(timedelta(hours=6), description="longest adapted interval", examples=["6h"])
    timeout: Duration = Field(
        timedelta(seconds=30), description="longest time for one answer, redirects included", examples=["30s"]
    )
    connect_timeout: Duration = Field(timedelta(seconds=10), description="longest time to connect", examples=["10s"])
    read_timeout: Duration = Field(
        timedelta(seconds=15), description="longest silence in the middle of an answer", examples=["15s"]
    )
    concurrency: int = Field(32, strict=True, ge=1, le=500, description="sources asked at the same time", examples=[32])
    per_host: int = Field(
        2, strict=True, ge=1, le=20, description="connections to one host at the same time", examples=[2]
    )
    pause: Duration = Field(
        timedelta(seconds=1), description="between two requests to one host; none in allow_networks", examples=["1s"]
    )
    host_groups: tuple[Domain, ...] = Field(
        PLATFORMS, examples=[["substack.com"]],
        description="domains of one owner: all hosts below each count as one, also when they ask to be left alone",
    )  # fmt: skip
    max_size: Size = Field(10**7, description="largest document, unpacked", examples=["10MB"])
    max_transfer: Size = Field(10**7, description="largest document, as it is sent", examples=["10MB"])
    max_headers: Size = Field(2**16, description="largest headers of an answer", examples=["64kB"])
    max_items: int = Field(
        2000, strict=True, ge=1, description="entries of one document that are read", examples=[2000]
    )
    max_field: Size = Field(100_000, description="longest text of an entry, in characters", examples=["100kB"])
    parse_time: Duration = Field(
        timedelta(seconds=20), description="longest time for reading one document", examples=["20s"]
    )
    parse_memory: Memory = Field(10**9, description="address space of a process that reads documents", examples=["1GB"])
    parsers: int = Field(2, strict=True, ge=1, le=64, description="processes that read documents", examples=[2])
    user_agent: str = Field(
        "", pattern="^[ -~]*$", description="replaces the program's own name", examples=["ExampleBot/1.0"]
    )
    contact: str = Field(
        "",
        pattern="^[ -~]*$",
        description="how a publisher reaches you; sent with the program's own name; empty: the site's own page",
        examples=["mailto:you@example.org"],
    )
    allow_networks: tuple[Network, ...] = Field(
        (), description="networks of your own that may be fetched from, at any port", examples=[["127.0.0.0/8"]]
    )
    allow_ports: tuple[Port, ...] = Field(
        (80, 443, 8080, 8443), description="ports of public servers that may be fetched from", examples=[[80, 443]]
    )

    @property
    def product(self) -> str:
        """The name by which robots.txt knows the fetcher."""
        from aggregator.fetch.policy import PRODUCT
        from aggregator.fetch.robots import product_of  # with libcurl, which reading a file needs not

        return product_of(self.user_agent or PRODUCT)

    @field_validator("pause", "timeout")
    @classmethod
    def _an_hour_at_most(cls, value: timedelta) -> timedelta:
        if value > _LONGEST_TURN:
            raise mistake("a host is left to others after an hour", 'write "1h" at most')
        return value

    @model_validator(mode="after")
    def _intervals_are_in_order(self) -> FetchSettings:
        if self.min_interval > self.max_interval:
            raise mistake("min_interval is longer than max_interval", "write a shorter one, or a longer max_interval")
        return self


class StoriesSettings(StrictTable):
    window: Duration = Field(
        timedelta(days=4), description="how long after its last report a story takes up another", examples=["4d"]
    )


class DigestSettings(StrictTable):
    closes_after: Duration = Field(
        timedelta(hours=6), description="how long after its end a day's digest waits for late reports", examples=["6h"]
    )


class StoreSettings(StrictTable):
    keep_core: Kept | None = Field(None, description="how long core items are kept", examples=["1800d"])
    keep_adjacent: Kept | None = Field(None, description="how long adjacent items are kept", examples=["365d"])
    keep_off: Kept | None = Field(None, description="how long items that are off topic are kept", examples=["90d"])
    keep_log: Duration = Field(timedelta(days=30), description="how long looks at sources are kept", examples=["30d"])

    @property
    def keep(self) -> dict[Tier, timedelta]:
        """How long items are kept, by tier; for ever where a tier is missing."""
        said = {Tier.CORE: self.keep_core, Tier.ADJACENT: self.keep_adjacent, Tier.OFF: self.keep_off}
        return {tier: length for tier, length in said.items() if length is not None}


class QuerySettings(StrictTable):
    id: Slug = Field(description="a short name, used in addresses: /q/chip-rules", examples=["chip-rules"])
    title: Title = Field(description="the name shown", examples=["Chip export rules"])
    filter: Filter = Field(
        description="which items, as in the site's addresses", examples=["topic=policy&region=us&q=chips"]
    )


class FeedsFile(StrictTable):
    """The whole of feeds.toml. The taxonomy's own tables are kept as they are: the tagger validates them."""

    site: SiteSettings = SiteSettings()
    fetch: FetchSettings = FetchSettings()
    stories: StoriesSettings = StoriesSettings()
    digest: DigestSettings = DigestSettings()
    store: StoreSettings = StoreSettings()
    query: tuple[QuerySettings, ...] = ()
    smtp: SmtpSettings | None = None
    mail: tuple[MailSettings, ...] = ()
    webhook: tuple[WebhookSettings, ...] = ()
    source: tuple[SourceSettings, ...] = ()
    company: tuple[dict[str, Any], ...] = ()
    model: tuple[dict[str, Any], ...] = ()
    region: tuple[dict[str, Any], ...] = ()
    body: tuple[dict[str, Any], ...] = ()
    initiative: tuple[dict[str, Any], ...] = ()
