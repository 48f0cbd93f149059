"""How templates show times, tags and evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from urllib.parse import quote
from zoneinfo import ZoneInfo

from babel.dates import format_interval
from flask import Flask
from markupsafe import Markup, escape

from aggregator.digests import COLUMNS, SECTIONS, Period
from aggregator.model import AXES, Cutting, Evidence, StoredItem, Tag
from aggregator.model.saying import say
from aggregator.query import ItemQuery
from aggregator.search import expression, highlights
from aggregator.search.days import since_in_words
from aggregator.store import reads
from aggregator.text.fold import HAN
from aggregator.text.html import plain, shorten
from aggregator.text.language import with_script
from aggregator.text.urls import as_told
from web.context import channel_name, class_name, context, database, field_name, name_of, site_address, title_of, zone
from web.languages import NAMES, TAGS, all_said, alternates, dated, gap, gettext, here, language, said
from web.paging import address, page_address
from web.stored import restated

_MIDNIGHT = time(tzinfo=UTC)
_QUIET = {"region"}  # shown by the column that an item stands in, or on its page
_KINDS = ("policy", "release")
_LOCALES = {"en": "en_GB", "zh": "zh"}  # the day before the month, as in all other dates


def register(app: Flask) -> None:
    app.add_template_filter(when)
    app.add_template_filter(exactly)
    app.add_template_filter(dated, "day")
    app.add_template_filter(period_in_words, "period")
    app.add_template_filter(days_in_words, "days")
    app.add_template_filter(foreign)
    app.add_template_filter(_path, "path")  # a filter is called in a third of the time that a function takes
    app.add_template_filter(html_lang)
    app.add_template_filter(class_name)
    app.add_template_filter(channel_name)
    app.add_template_filter(restated)
    app.add_template_filter(as_told)
    app.add_template_filter(said)
    app.add_template_filter(plain)
    app.add_template_filter(shorten)
    app.add_template_filter(tag_link)
    app.add_template_filter(tag_links)
    app.add_template_filter(choice)
    app.add_template_filter(words_and_days)
    app.add_template_filter(kinds)
    app.add_template_filter(countries)
    app.add_template_filter(lit)
    app.add_template_filter(quoted)
    app.add_template_filter(found)
    app.add_template_global(name_of)
    app.add_template_global(field_name)
    app.add_template_global(title_of, "axis_title")
    app.add_template_global(page_address, "address")
    app.add_template_global(address, "plain_address")
    app.add_template_global(here)
    app.add_template_global(gap)
    app.add_template_global(last_fetched)
    app.add_template_global(ItemQuery, "ItemQuery")
    app.context_processor(_everywhere)


def _everywhere() -> dict[str, object]:
    """What every page may say."""
    return {
        "site": context().config.site, "axes": AXES, "language": language(), "html_langs": TAGS,
        "language_names": NAMES, "alternates": alternates(), "site_address": site_address(),
        "COLUMNS": all_said(COLUMNS),
        "SECTIONS": all_said(SECTIONS),
    }  # fmt: skip


def last_fetched() -> datetime | None:
    """When a source has answered last."""
    return reads.last_success(database())


def when(moment: datetime | None) -> Markup:
    """A time, the exact one in reach. How long ago it was, is said in the browser: a page must not age by itself."""
    if moment is None:
        return Markup.escape(gettext("never"))
    return _when(moment, zone(), language())


def exactly(moment: datetime) -> Markup:
    """A time with the zone that it is said in: between Beijing and Washington, half a day decides who was first."""
    return _when(moment, zone(), language(), zoned=True)


@lru_cache(maxsize=5000)
def _when(moment: datetime, there: ZoneInfo, lang: str, *, zoned: bool = False) -> Markup:
    if moment.timetz() == _MIDNIGHT:  # a source that gives a day: no time was said
        return Markup('<time datetime="{}">{}</time>').format(moment.date(), dated(moment.date(), "short"))
    local = moment.astimezone(there)
    words = f"{dated(local.date(), 'short')}{' ' if lang == 'zh' else ', '}{local:%H:%M}"
    exact = f"{local:%Y-%m-%d %H:%M} {local.tzname()}"
    words += f" {local.tzname()}" if zoned else ""
    said = moment.isoformat(timespec="seconds"), exact, words
    return Markup('<time datetime="{}" title="{}">{}</time>').format(*said)


def period_in_words(period: Period) -> str:
    """Monday 23 November 2026; Week 47 of 2026."""
    if not period.weekly:
        return dated(period.first)
    year, _, week = period.name.partition("-W")
    return gettext("Week %(week)s of %(year)s", week=int(week), year=year)


def days_in_words(period: Period) -> str:
    """23–29 Nov."""
    last = period.first + timedelta(days=period.days - 1)
    return str(format_interval(period.first, last, "MMMMd", locale=_LOCALES[language()]))


def foreign(name: str) -> Markup:
    """The attribute of a name in Chinese on a page that is not: else it is read out letter by letter."""
    if language() == "zh" or not HAN.search(name):
        return Markup()
    return Markup(' lang="{}"').format(html_lang("zh", name))


def html_lang(lang: str, text: str = "") -> str:
    """The language of a text as an attribute."""
    return with_script(lang, text) or "en"


def _path(*parts: str | int) -> str:
    return here(_quoted(*parts))


@lru_cache(maxsize=10_000)  # a page has hundreds of them
def _quoted(*parts: str | int) -> str:
    return "/" + "/".join(quote(str(part), safe="") for part in parts)


def chief_tags(shown: StoredItem | Cutting, most: int = 7) -> list[Tag]:
    """The tags worth a place beside a title: a version stands for its family, and for nothing twice."""
    tags = _tags(shown)
    versions = {tag.slug for tag in tags if tag.axis == "model"}
    chosen = [
        tag
        for tag in tags
        if tag.axis not in _QUIET
        and not (tag.axis == "topic" and tag.slug in _KINDS)
        and not (tag.axis == "model" and any(other.startswith(f"{tag.slug}-") for other in versions))
    ]
    return sorted(chosen, key=lambda tag: AXES.index(tag.axis))[:most]


def tag_links(shown: StoredItem | Cutting) -> Markup:
    """The chief tags as a line, each a link to its page; nothing where there are none."""
    links = Markup(" ").join([tag_link(tag.axis, tag.slug) for tag in chief_tags(shown)])
    return Markup('<p class="tags">{}</p>').format(links) if links else links


def tag_link(axis: str, slug: str) -> Markup:
    """A tag as every page shows it."""
    return _link(axis, _path(axis, slug), name_of(axis, slug))


@lru_cache(maxsize=10_000)
def _link(axis: str, address: str, name: str) -> Markup:
    return Markup('<a class="tag {}" href="{}">{}</a>').format(axis, address, name)


def choice(axis: str, slug: str, number: int, chosen: bool) -> Markup:
    """A tag as a filter to choose, with the number of its items."""
    return _choice(axis, slug, name_of(axis, slug), number, " checked" if chosen else "")


@lru_cache(maxsize=10_000)
def _choice(axis: str, slug: str, name: str, number: int, checked: str) -> Markup:
    box = Markup('<input type="checkbox" name="{}" value="{}"{}>').format(axis, slug, checked)
    return Markup('<label>{} {}&nbsp;<span class="number">{}</span></label>').format(box, name, number)


def quoted(evidence: Iterable[Evidence]) -> list[tuple[str, str, int]]:
    """The words that earned a tag, each with its field and how often it does."""
    counted = Counter((words.field, words.text) for words in evidence if words.text)
    return [(field, text, number) for (field, text), number in counted.items()]


def _tags(shown: StoredItem | Cutting) -> list[Tag]:
    if isinstance(shown, StoredItem):
        return list(shown.tags)
    return [Tag(axis, slug) for axis, _, slug in (tag.partition("/") for tag in shown.tags)]


def kinds(shown: StoredItem | Cutting) -> list[str]:
    """policy and release, which have a mark of their own."""
    topics = {tag.slug for tag in _tags(shown) if tag.axis == "topic"}
    return [slug for slug in _KINDS if slug in topics]


def countries(item: StoredItem) -> list[str]:
    """Those of the two that an item is about, as region tags."""
    return [slug for slug in COLUMNS if slug in item.slugs("region")]


def lit(text: str, evidence: Iterable[Evidence]) -> Markup:
    """The text with the words of the evidence marked; spans that overlap are marked as one."""
    return _marked(text, sorted({(words.start, words.end) for words in evidence if words.end <= len(text)}))


def found(text: str, q: str) -> Markup:
    """The text with the words marked that a search looks for."""
    return _marked(text, highlights(text, expression(q))) if q else escape(text)


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    shown, end = Markup(), 0
    for start, stop in spans:
        if stop <= end:
            continue
        start = max(start, end)
        shown += escape(text[end:start]) + Markup("<mark>{}</mark>").format(text[start:stop])
        end = stop
    return shown + escape(text[end:])


def words_and_days(query: ItemQuery) -> list[tuple[str, str]]:
    """What a query asks for besides its picks, by field, as a filter's chip says it."""
    found = [("since", said(since_in_words(query.since)))] if query.since else []
    found += [("until", said(say("until %(day)s", day=query.until.isoformat())))] if query.until else []
    quoted = query.q if '"' in query.q else f"“{query.q}”"
    return [*found, *([("q", quoted)] if query.q else [])]
