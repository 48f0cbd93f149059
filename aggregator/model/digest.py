"""Digests: the stories of a day or a week, on one page that can be cited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from aggregator.model.item import Tier


@dataclass(frozen=True, slots=True)
class Cutting:
    """A report as a digest shows it. What a digest holds never changes, so all of it is kept there."""

    item: int
    story: int
    title: str
    link: str
    source: str  #: the source's id
    source_title: str
    source_class: str
    dated: datetime
    lang: str
    tier: Tier
    excerpt: str  #: plain text
    tags: tuple[str, ...]  #: axis/slug
    titled: tuple[str, ...] = ()  #: those of the tags that words in the title earned
    copy_of: int | None = None
    acting: tuple[str, ...] = ()  #: those of its regions that may be the ones that act: see digests/compose.py


@dataclass(frozen=True, slots=True)
class Piece:
    """A story in a digest: the reports of that time, and where it stands."""

    story: int
    section: str
    column: str  #: cn, us, or "" for both and neither
    lead: Cutting
    others: tuple[Cutting, ...]  #: in the order of their dates
    independent: int  #: voices

    @property
    def cuttings(self) -> tuple[Cutting, ...]:
        return (self.lead, *self.others)

    @property
    def reports(self) -> int:
        return 1 + len(self.others)

    @property
    def translation(self) -> Cutting | None:
        """A report in the other language, whose title stands beside the lead's."""
        return next((cutting for cutting in self.others if cutting.lang != self.lead.lang), None)


@dataclass(frozen=True, slots=True)
class EditorsNote:
    """What an editor says of a day or a week. It stands beside the digest, and is no part of what is closed."""

    text: str  #: Markdown
    html: str  #: the same, sanitised
    signed: str  #: by whom
    lang: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The stories of a period, in the order in which they are shown."""

    period: str  #: 2026-11-23 or 2026-W47
    start: datetime
    end: datetime
    timezone: str
    pieces: tuple[Piece, ...]
    failing: tuple[str, ...] = ()  #: sources that did not answer when it was closed

    @property
    def reports(self) -> int:
        return sum(piece.reports for piece in self.pieces)

    def of(self, section: str, column: str | None = None) -> tuple[Piece, ...]:
        """The pieces of a section, or of one column of it."""
        return tuple(p for p in self.pieces if p.section == section and column in (None, p.column))


@dataclass(frozen=True, slots=True)
class ClosedDigest:
    """A digest as it was when it was closed."""

    digest: Digest
    closed: datetime
    hash: str  #: SHA-256 of its content


@dataclass(frozen=True, slots=True)
class Erratum:
    """What has become of a report since its digest was closed, and when; None if nobody knows."""

    cutting: Cutting
    what: str
    when: datetime | None


@dataclass(frozen=True, slots=True)
class Latecomer:
    """A report of a digest's time that was not there when it was closed, and when it came; None if nobody knows."""

    cutting: Cutting
    when: datetime | None
