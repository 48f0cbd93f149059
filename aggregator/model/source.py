"""What feeds.toml says of a source, and what we remember of how it behaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Status(StrEnum):
    """How the last look at a source ended."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    ERROR = "error"
    GONE = "gone"
    DISABLED = "disabled"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask with next time (RFC 9110, section 8.8); opaque."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Selectors:
    """Where a list page or a JSON document keeps its entries: CSS selectors or dotted paths, by kind."""

    items: str
    title: str
    link: str = ""
    date: str = ""
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One place that publishes, as feeds.toml describes it."""

    id: str
    url: str
    title: str
    kind: str = "feed"
    site_url: str = ""
    lang: str = ""  #: BCP 47, "" when not said
    region: str = ""  #: slug of the region axis
    source_class: str = ""  #: official, media, lab, …
    timezone: str = "UTC"  #: zone of dates that name none
    interval: timedelta = timedelta(minutes=30)
    tags: tuple[str, ...] = ()  #: `axis/slug`, given to every item
    include: tuple[str, ...] = ()  #: keep only entries that hold one of these phrases
    exclude: tuple[str, ...] = ()  #: leave out entries that hold one of these phrases
    enabled: bool = True
    selectors: Selectors | None = None

    @property
    def given_tags(self) -> tuple[str, ...]:
        """Tags of every item: those that feeds.toml lists, and the jurisdiction of a public body's own feed."""
        own = (f"region/{self.region}",) if self.source_class == "official" and self.region else ()
        return (*self.tags, *own)


# Whose words stand for an item that several sources carried: the nearest to the event first.
CLASSES = (
    "official", "lab", "research", "think-tank", "state-media", "media", "trade-press", "newsletter", "releases", "",
)  # fmt: skip

Standing = tuple[int, str]


def standing(source_class: str, source_id: str) -> Standing:
    """The smallest speaks for an item. A total order: who speaks never depends on who came first."""
    return (CLASSES.index(source_class) if source_class in CLASSES else len(CLASSES), source_id)


@dataclass(frozen=True, slots=True)
class SourceState:
    """What we remember of how a source behaves."""

    source_id: str
    status: Status = Status.NEVER
    error: str = ""
    validators: Validators = Validators()
    url_asked: str = ""  #: the address that the validators belong to
    body_hash: str = ""
    current_url: str = ""
    failures: int = 0  #: in a row
    seconds: float = 0.0
    last_look: datetime | None = None
    last_success: datetime | None = None
    next_look: datetime | None = None
