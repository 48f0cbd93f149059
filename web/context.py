"""What the site shows beside items: its name, its time zone, the names of tags. It follows edits of feeds.toml."""

from __future__ import annotations

import re
import threading
import time
from datetime import date, datetime
from functools import partial
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.model.delivery import Channel
from aggregator.model.saying import to_say
from aggregator.publish.channel import NameOf
from aggregator.store import sources
from aggregator.tagging import Taxonomy
from aggregator.tagging.labels import axis_title, label
from web.languages import PREFIX, gettext, language

_SECONDS_BETWEEN_LOOKS = 2.0
_HOST = re.compile(r"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::\d+)?")
LANGUAGES = {"en": to_say("English"), "zh": to_say("Chinese")}  # those that forms show
_TIERS = {"core": to_say("core"), "adjacent": to_say("other AI news"), "off": to_say("off topic"), "all": to_say("all")}
# For the catalogue alone: templates ask for these words by what the store has.
STATUSES = (to_say("ok"), to_say("not modified"), to_say("error"), to_say("gone"), to_say("disabled"), to_say("never"))
MARKS = (to_say("policy"), to_say("release"))  # kinds that have a mark beside a title
_REPORTS = {"first": to_say("each story once")}
_FIELDS = {
    "source": to_say("source"), "class": to_say("class"), "report": to_say("report"), "lang": to_say("language"),
    "tier": to_say("tier"),
}  # fmt: skip
_CHANNELS = {Channel.MAIL: to_say("Mail"), Channel.WEBHOOK: to_say("Webhook"), Channel.HUB: to_say("WebSub hub")}
_CLASSES = {
    "official": to_say("official"), "lab": to_say("lab"), "research": to_say("research"),
    "think-tank": to_say("think tank"), "state-media": to_say("state media"), "media": to_say("media"),
    "trade-press": to_say("trade press"), "newsletter": to_say("newsletter"), "releases": to_say("releases"),
}  # fmt: skip


class SiteContext(Protocol):
    """What create_app needs to know beyond the store."""

    @property
    def config(self) -> Config: ...
    @property
    def taxonomy(self) -> Taxonomy: ...
    def clock(self) -> datetime: ...
    def edited(self) -> datetime: ...
    def reload(self) -> bool: ...


class Watch:
    """Looks for edits while requests come in, one thread at a time and not at every request."""

    def __init__(self, context: SiteContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._next = 0.0

    def look_now_and_then(self) -> None:
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            self._next = time.monotonic() + _SECONDS_BETWEEN_LOOKS
            self._context.reload()
        finally:
            self._lock.release()


def context() -> SiteContext:
    return cast("SiteContext", current_app.extensions["context"])


def database() -> Engine:
    return cast("Engine", current_app.extensions["db"])


def now() -> datetime:
    return context().clock()


def zone() -> ZoneInfo:
    return ZoneInfo(context().config.site.timezone)


def today() -> tuple[date, str]:
    """The day that it is for the site, and the zone in which it is."""
    return now().astimezone(zone()).date(), context().config.site.timezone


def site_address() -> str:
    """The site's public address, no slash or language at its end: as configured, else as the reader wrote it."""
    asked = f"{request.scheme}://{host()}{request.root_path.removesuffix(PREFIX)}"
    return (context().config.site.url or asked).rstrip("/")


def host() -> str:
    """Where the reader asked, with the port; "" if that is no host (RFC 9112, section 3.2).

    Werkzeug knows none with an underscore, which containers' names have.
    """
    said = request.headers.get("Host", request.host)
    return said if _HOST.fullmatch(said) else ""


def taxonomy() -> Taxonomy:
    """The taxonomy, looked up once for a request: a page names hundreds of tags."""
    found = g.get("taxonomy")
    if found is None:
        found = g.taxonomy = context().taxonomy
    return cast("Taxonomy", found)


def names_in_feeds() -> NameOf:
    """The names of tags for feeds, which are in English: one and the same as long as the taxonomy stays."""
    found = context().taxonomy
    if found.version not in _names:
        _names.clear()
        _names[found.version] = partial(label, found)
    return _names[found.version]


_names: dict[str, NameOf] = {}


def name_of(field: str, value: str, lang: str = "") -> str:
    """What people read for a filter's value, in their language if none is named."""
    if field == "source":
        return sources.name(database(), value)
    if field == "class":
        return class_name(value)
    if field == "lang":
        return gettext(LANGUAGES[value]) if value in LANGUAGES else value
    if field == "report":
        return gettext(_REPORTS[value]) if value in _REPORTS else value
    if field == "tier":
        return gettext(_TIERS[value]) if value in _TIERS else value
    return label(taxonomy(), field, value, lang or language())


def field_name(field: str) -> str:
    """What a filter asks for, in a word."""
    return gettext(_FIELDS[field]) if field in _FIELDS else title_of(field)


def title_of(axis: str) -> str:
    """The name of an axis."""
    return gettext(axis_title(axis))


def classes() -> list[str]:
    """The classes of the sources that feeds.toml lists."""
    return sorted({source.source_class for source in context().config.sources} - {""})


def class_name(source_class: str) -> str:
    """think-tank → think tank"""
    return gettext(_CLASSES[source_class]) if source_class in _CLASSES else source_class.replace("-", " ")


def channel_name(channel: Channel) -> str:
    """hub → WebSub hub"""
    return gettext(_CHANNELS[channel])
