"""A digest as Markdown, plain text, HTML and JSON. Titles and excerpts, nothing else is said."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from markupsafe import Markup

from aggregator.digests import COLUMNS, SECTIONS, Period
from aggregator.model import ClosedDigest, Cutting, Digest, EditorsNote, Erratum, Latecomer, Piece
from aggregator.publish.channel import timestamp
from aggregator.publish.notices import Notice
from aggregator.query import ItemQuery
from aggregator.text.html import shorten

_WIDTH = 220  # characters of an excerpt


@dataclass(frozen=True, slots=True)
class DigestPage:
    """A digest with what stands around it."""

    title: str
    address: str  #: its own, permanent
    site: str  #: the site's, without a slash at the end
    digest: Digest
    closed: ClosedDigest | None = None
    added: tuple[Latecomer, ...] = ()
    errata: tuple[Erratum, ...] = ()
    note: EditorsNote | None = None

    @property
    def name(self) -> str:
        """What its ids are made of: the address without the site."""
        return self.address.removeprefix(f"{self.site}/")

    def inside(self, piece: Piece) -> str:
        """The page of a story on the site."""
        return f"{self.site}/story/{piece.story}" if piece.story else f"{self.site}/item/{piece.lead.item}"


def in_words(period: Period) -> str:
    """Monday 23 November 2026; Week 47 of 2026."""
    if period.weekly:
        year, _, week = period.name.partition("-W")
        return f"Week {int(week)} of {year}"
    return f"{period.first:%A} {period.first.day} {period.first:%B %Y}"


def address_of(site: str, period: str, query: ItemQuery) -> str:
    """Where a site shows a digest through a filter."""
    filters = urlencode(query.params())
    return f"{site}/digest/{period}{f'?{filters}' if filters else ''}"


def groups(digest: Digest) -> Iterator[tuple[str, str, tuple[Piece, ...]]]:
    """(section, column or "", pieces), those that have any, in the order of the page."""
    for section, heading in SECTIONS.items():
        for column, name in {**COLUMNS, "": "Both, and elsewhere"}.items():
            if pieces := digest.of(section, column):
                yield heading, name, pieces


def as_notice(page: DigestPage) -> Notice:
    """It is as new as its closing: what has come since stands below, and is no reason to read it again."""
    moment = page.closed.closed if page.closed else page.digest.end
    return Notice(page.name, page.title, page.address, moment, html(page))


def corrections(page: DigestPage) -> Iterator[Notice]:
    """What has become of it since it was closed, each as news of its own; what has no time, nobody noticed."""
    told = [(each.cutting, each.what, each.when) for each in page.errata]
    told += [(each.cutting, "came in later", each.when) for each in page.added]
    for cutting, what, when in told:
        if when:
            link = cutting.link or f"{page.site}/item/{cutting.item}"
            words = Markup("<p>{}</p>").format(_HTML.report(cutting.title, cutting.source_title, link))
            name = f"{page.name}/{cutting.item}/{sha256(what.encode()).hexdigest()[:8]}"
            yield Notice(name, f"{page.digest.period}: {cutting.title}: {what}", page.address, when, str(words))


def markdown(page: DigestPage) -> str:
    return _document(page, ("# {}", "## {}", "### {}"), _markdown_story, _MARKDOWN)


def plain_text(page: DigestPage) -> str:
    return _document(page, ("{}", "\n{}", "{}:"), _plain_story, _PLAIN)


def _document(
    page: DigestPage, headings: tuple[str, str, str], story: Callable[[DigestPage, Piece], str], hand: _Format
) -> str:
    """`headings` are the forms of three levels."""
    title, heading, column = headings
    lines = [title.format(page.title), "", *_noted(page), _summary(page.digest), ""]
    before = ""
    for section, name, pieces in groups(page.digest):
        lines += [heading.format(section), ""] if section != before else []
        lines += [column.format(name), "", *(story(page, piece) for piece in pieces), ""]
        before = section
    if later := [f"- {note}" for note in _later(page, hand)]:
        lines += [heading.format("Since it was closed"), "", *later, ""]
    return "\n".join([*lines, *_colophon(page), ""])


def _noted(page: DigestPage) -> list[str]:
    return [page.note.text, "", f"— {page.note.signed}", ""] if page.note else []


def _summary(digest: Digest) -> str:
    if digest.pieces:
        told = "1 story" if len(digest.pieces) == 1 else f"{len(digest.pieces)} stories"
        return f"{told} from {digest.reports} report{'s' * (digest.reports != 1)}."
    failed = f" These sources did not answer: {', '.join(digest.failing)}." if digest.failing else ""
    return f"Nothing was found.{failed}"


def _markdown_story(page: DigestPage, piece: Piece) -> str:
    lead = piece.lead
    lines = [f"- **[{_escaped(lead.title)}]({_target(lead.link or page.inside(piece))})**  "]
    if piece.translation:
        lines.append(f"  {_escaped(piece.translation.title)}  ")
    lines.append(f"  {_escaped(_credit(page, piece))} ([story]({page.inside(piece)}))")
    return "\n".join(lines + ([f"  > {_escaped(shorten(lead.excerpt, _WIDTH))}"] if lead.excerpt else []))


def _escaped(text: str) -> str:
    """Text in which Markdown sees no mark, and no HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|&~])", r"\\\1", " ".join(text.split()))


def _target(link: str) -> str:
    return "".join(f"%{ord(char):02X}" if char in "\\()<> " else char for char in link)


def _plain_story(page: DigestPage, piece: Piece) -> str:
    lead = piece.lead
    lines = [f"* {lead.title}", *([f"  {piece.translation.title}"] if piece.translation else [])]
    return "\n".join([*lines, f"  {_credit(page, piece)}", f"  {lead.link or page.inside(piece)}"])


def _credit(page: DigestPage, piece: Piece) -> str:
    zone = page.digest.timezone
    kind = f", {piece.lead.source_class.replace('-', ' ')}" if piece.lead.source_class else ""
    said = f"{piece.lead.source_title}{kind}, {piece.lead.dated.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"
    return f"{said}; {piece.reports} reports, {piece.independent} independent" if piece.reports > 1 else said


class _Format(NamedTuple):
    """How other people's words are written, and a report: its title, its source and its address."""

    kind: type[str]
    text: Callable[[str], str]
    report: Callable[[str, str, str], str]


_MARKDOWN = _Format(
    str, _escaped, lambda title, source, link: f"[{_escaped(title)}]({_target(link)}) ({_escaped(source)})"
)
_PLAIN = _Format(str, str, "{} ({}) {}".format)
_HTML = _Format(Markup, str, Markup('<a href="{2}">{0}</a> ({1})').format)  # which escapes what it is given


def _later(page: DigestPage, hand: _Format) -> Iterator[str]:
    """What has become of a digest since it was closed."""
    for erratum in page.errata:
        words = hand.text(erratum.cutting.title), hand.text(erratum.what)
        yield hand.kind("{}{} – {}").format(_moment(erratum.when), *words)
    for late in page.added:
        told, when = late.cutting, _moment(late.when)
        link = told.link or f"{page.site}/item/{told.item}"
        yield hand.kind("{}came in later: {}").format(when, hand.report(told.title, told.source_title, link))


def _moment(when: datetime | None) -> str:
    return f"{when:%Y-%m-%d %H:%M} UTC: " if when else ""


def _colophon(page: DigestPage) -> Iterator[str]:
    yield page.address
    if page.closed:
        yield f"Closed {page.closed.closed:%Y-%m-%d %H:%M} UTC; SHA-256 {page.closed.hash}"
    yield f"A day runs from midnight to midnight in {page.digest.timezone}."


def html(page: DigestPage) -> str:
    """The digest as a fragment of HTML, for feeds and mail: no styles, no pictures, nothing that is fetched."""
    note = Markup('<blockquote lang="{}">{}<p>— {}</p></blockquote>')
    parts = [note.format(n.lang, Markup(n.html), n.signed)] if (n := page.note) else []  # noqa: S704 - sanitised
    parts.append(Markup("<p>{}</p>").format(_summary(page.digest)))
    for section, name, pieces in groups(page.digest):
        parts.append(Markup("<h2>{}: {}</h2>").format(section, name))
        parts += [Markup("<ul>"), *(_html_story(page, piece) for piece in pieces), Markup("</ul>")]
    if page.added or page.errata:
        notes = (Markup("<li>{}</li>").format(note) for note in _later(page, _HTML))
        parts += [Markup("<h2>Since it was closed</h2><ul>"), *notes, Markup("</ul>")]
    parts.append(Markup('<p><a href="{}">{}</a></p>').format(page.address, page.address))
    return str(Markup("\n").join(parts))


def _html_story(page: DigestPage, piece: Piece) -> Markup:
    lead, other = piece.lead, piece.translation
    title = Markup('<li><p lang="{}"><a href="{}"><strong>{}</strong></a></p>')
    said = title.format(lead.lang, lead.link or page.inside(piece), lead.title)
    said += Markup('<p lang="{}">{}</p>').format(other.lang, other.title) if other else Markup()
    said += Markup('<p lang="{}">{}</p>').format(lead.lang, shorten(lead.excerpt, _WIDTH)) if lead.excerpt else Markup()
    return said + Markup('<p><small>{} · <a href="{}">story</a></small></p></li>').format(
        _credit(page, piece), page.inside(piece)
    )


def as_json(page: DigestPage) -> str:
    """The digest as one object; the hash is that of what was kept when it was closed."""
    said = {
        "title": page.title, "address": page.address, "period": page.digest.period,
        "start": timestamp(page.digest.start), "end": timestamp(page.digest.end), "timezone": page.digest.timezone,
        "closed": timestamp(page.closed.closed) if page.closed else None,
        "hash": page.closed.hash if page.closed else None,
        "stories": [_story_object(page, piece) for piece in page.digest.pieces],
        "note": {"text": page.note.text, "signed": page.note.signed} if page.note else None,
        "failing": list(page.digest.failing),
        "added": [_report_object(late.cutting) | {"when": late.when and timestamp(late.when)} for late in page.added],
        "errata": [{"item": e.cutting.item, "what": e.what, "when": e.when and timestamp(e.when)} for e in page.errata],
    }  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def _story_object(page: DigestPage, piece: Piece) -> dict[str, Any]:
    return {
        "story": piece.story or None, "page": page.inside(piece), "section": piece.section,
        "column": piece.column or None, "reports": piece.reports, "independent": piece.independent,
        "lead": _report_object(piece.lead), "others": [_report_object(cutting) for cutting in piece.others],
    }  # fmt: skip


def _report_object(cutting: Cutting) -> dict[str, Any]:
    return {
        "item": cutting.item, "title": cutting.title, "link": cutting.link, "source": cutting.source,
        "source_title": cutting.source_title, "source_class": cutting.source_class, "dated": timestamp(cutting.dated),
        "lang": cutting.lang, "tier": str(cutting.tier), "excerpt": cutting.excerpt, "tags": list(cutting.tags),
        "copy_of": cutting.copy_of,
    }  # fmt: skip
