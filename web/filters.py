"""How templates show times, tags and evidence."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import Flask, url_for
from markupsafe import Markup, escape

from aggregator.model import AXES, Evidence, StoredItem, Tag
from aggregator.query import ItemQuery
from aggregator.tagging.labels import axis_title
from aggregator.text.html import plain, shorten
from web.look import look, name_of, zone
from web.paging import address

_QUIET = {"region"}  # shown by the column that an item stands in, or on its page
_KINDS = ("policy", "release")


def register(app: Flask) -> None:
    app.add_template_filter(when)
    app.add_template_filter(day)
    app.add_template_filter(html_lang)
    app.add_template_filter(plain)
    app.add_template_filter(shorten)
    app.add_template_filter(chief_tags)
    app.add_template_filter(kinds)
    app.add_template_filter(lit)
    app.add_template_global(name_of)
    app.add_template_global(axis_title)
    app.add_template_global(address)
    app.add_template_global(ItemQuery, "ItemQuery")
    app.add_template_global(tag_page)
    app.context_processor(lambda: {"site": look().config.site, "axes": AXES})


def when(moment: datetime | None) -> Markup:
    """A time, the exact one in reach. How long ago it was, is said in the browser: a page must not age by itself."""
    if moment is None:
        return Markup("never")
    local = moment.astimezone(zone())
    words = f"{local.day} {local:%b %Y, %H:%M}"
    exact = f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(moment.isoformat(), exact, words)


def day(moment: datetime) -> str:
    """Monday 23 November 2026"""
    return f"{moment:%A} {moment.day} {moment:%B %Y}"


def html_lang(lang: str) -> str:
    """The language as an attribute: Chinese names its script, so that it gets its own fonts and line breaks."""
    return "zh-Hans" if lang == "zh" else lang or "en"


def tag_page(tag: Tag) -> str:
    return url_for("listings.tag_page", axis=tag.axis, slug=tag.slug)


def chief_tags(item: StoredItem, most: int = 7) -> list[Tag]:
    """The tags worth a place beside a title: a version stands for its family, and for nothing twice."""
    versions = {tag.slug for tag in item.tags if tag.axis == "model"}
    shown = [
        tag
        for tag in item.tags
        if tag.axis not in _QUIET
        and not (tag.axis == "topic" and tag.slug in _KINDS)
        and not (tag.axis == "model" and any(other.startswith(f"{tag.slug}-") for other in versions))
    ]
    return sorted(shown, key=lambda tag: AXES.index(tag.axis))[:most]


def kinds(item: StoredItem) -> list[str]:
    """policy and release, which have a mark of their own."""
    return [slug for slug in _KINDS if slug in item.slugs("topic")]


def lit(text: str, evidence: Iterable[Evidence]) -> Markup:
    """The text with the words of the evidence marked; spans that overlap are marked as one."""
    shown, end = Markup(), 0
    for start, stop in sorted({(words.start, words.end) for words in evidence if words.end <= len(text)}):
        if stop <= end:
            continue
        start = max(start, end)
        shown += escape(text[end:start]) + Markup("<mark>{}</mark>").format(text[start:stop])
        end = stop
    return shown + escape(text[end:])
