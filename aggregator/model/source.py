"""What feeds.toml says of a source, and what we remember of how it behaves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus

READER_VERSION = 2  #: increased when documents are parsed differently: every source is then read again

ASKED_TO_WAIT = "the server asked us to wait"  #: why a source is looked at next when it is
BACK_OFF = (
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)  #: by which a server asks to be left alone


class Status(StrEnum):
    """How the last look at a source ended."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    ERROR = "error"
    GONE = "gone"
    DISABLED = "disabled"
    NEVER = "never"

    @property
    def failed(self) -> bool:
        return self in (Status.ERROR, Status.GONE)


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
    comments_close_on: str = ""
    effective_on: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One place that publishes, as feeds.toml describes it."""

    id: str
    url: str
    title: str  #: the id where feeds.toml gives none
    kind: str = "feed"
    site_url: str = ""
    lang: str = ""  #: BCP 47, "" when not said
    region: str = ""  #: slug of the region axis
    source_class: str = ""  #: official, media, lab, …
    timezone: str = "UTC"  #: zone of dates that name none
    interval: timedelta = timedelta(minutes=30)
    shortest: timedelta = timedelta(minutes=15)  #: between two looks, for a source that posts often
    longest: timedelta = timedelta(hours=6)  #: between two looks, for a source that posts seldom
    adaptive: bool = True  #: whether the interval follows the source's rhythm
    host_groups: tuple[str, ...] = ()  #: names, under each of which all hosts count as one
    tags: tuple[str, ...] = ()  #: `axis/slug`, given to every item
    include: tuple[str, ...] = ()  #: rules (see refresh/rules.py), one of which an item must meet
    exclude: tuple[str, ...] = ()  #: rules, none of which an item may meet
    headers: tuple[str, ...] = ()  #: "Name: value", sent along; a value may be the place of a secret
    enabled: bool = True
    selectors: Selectors | None = None

    def name(self, own_title: str) -> str:
        """What people read: the title in feeds.toml, else what the source's document calls itself, else the id."""
        return own_title if own_title and self.title == self.id else self.title

    @property
    def respects_robots(self) -> bool:
        """Whether robots.txt is asked first: pages and sitemaps were made for others, feeds for readers like us."""
        return self.kind in ("html", "sitemap")

    @property
    def given_tags(self) -> tuple[str, ...]:
        """Tags of every item: those that feeds.toml lists, and the jurisdiction of a public body's own feed.

        For other sources `home/us` says where they are at home.
        """
        axis = "region" if self.source_class == "official" else "home"
        return (*self.tags, f"{axis}/{self.region}") if self.region else self.tags


# Whose words stand for an item that several sources carried: the nearest to the event first.
CLASSES = (
    "official", "lab", "research", "think-tank", "state-media", "media", "trade-press", "newsletter", "releases", "",
)  # fmt: skip

Standing = tuple[int, str]


def standing(source_class: str, source_id: str, *, listed: bool = True) -> Standing:
    """The smallest speaks for an item. A total order: who speaks never depends on who came first.

    A source that feeds.toml does not list any more stands behind all others: it will never say anything new.
    """
    place = CLASSES.index(source_class) if source_class in CLASSES else len(CLASSES)
    return (place if listed else len(CLASSES) + 1, source_id)


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a source posts, and how often it wants to be asked: read from its document, kept between looks."""

    gap: timedelta | None = None  #: between two posts, the median of the last ones
    newest: datetime | None = None  #: when the newest entry was published
    ttl: timedelta | None = None  #: RSS ttl, sy:updatePeriod: how long the document stays current
    skip_hours: tuple[int, ...] = ()  #: UTC hours in which it does not want to be asked (RSS skipHours)
    skip_days: tuple[int, ...] = ()  #: weekdays, Monday is 0 (RSS skipDays)

    def silent_since(self, now: datetime) -> datetime | None:
        """Since when a source has been silent for much longer than it used to be; None if it has not."""
        if self.newest is None or self.gap is None:
            return None
        return self.newest if now - self.newest > max(self.gap * _SILENCE, _SHORTEST_SILENCE) else None


_SILENCE = 8  # times the usual gap
_SHORTEST_SILENCE = timedelta(days=14)  # holidays are no silence


@dataclass(frozen=True, slots=True)
class Redirect:
    """A permanent redirect that is being watched: it counts once it has held for some days."""

    to: str = ""
    days: int = 0  #: on which it was seen
    last_seen: date | None = None


@dataclass(frozen=True, slots=True)
class SourceState:
    """What we remember of how a source behaves."""

    source_id: str
    status: Status = Status.NEVER
    error: str = ""
    own_title: str = ""  #: what its document calls itself
    warning: str = ""  #: what was wrong with the document that could be read all the same
    http_status: int = 0  #: of a failure, 0 if no answer came
    validators: Validators = Validators()
    distrusted: bool = (
        False  #: whether they are not sent any more: the server answered 304 for a document that had changed
    )
    url_asked: str = ""  #: the address that the validators belong to
    body_hash: str = ""
    current_url: str = ""  #: where the document was found last
    address: str = ""  #: where to ask, "" if it is the address in feeds.toml: it moved for good
    redirect: Redirect = Redirect()
    rhythm: Rhythm = Rhythm()
    failures: int = 0  #: in a row
    seconds: float = 0.0
    last_look: datetime | None = None
    last_success: datetime | None = None
    last_full: datetime | None = None  #: when a whole document came last, without validators having been sent
    next_look: datetime | None = None
    why_then: str = ""  #: why the next look is at that time

    def disabled(self) -> SourceState:
        """Of a source that is no longer asked: what it did then is history."""
        return SourceState(
            self.source_id, Status.DISABLED, own_title=self.own_title, last_look=self.last_look,
            last_success=self.last_success,
        )  # fmt: skip
