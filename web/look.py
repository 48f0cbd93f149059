"""What the site shows beside items: its name, its time zone, the names of tags. It follows edits of feeds.toml."""

from __future__ import annotations

import threading
import time
from datetime import datetime
from typing import Protocol, cast
from zoneinfo import ZoneInfo

from flask import current_app, g, request
from sqlalchemy import Engine

from aggregator.config import Config
from aggregator.tagging import Taxonomy
from aggregator.tagging.labels import label

_SECONDS_BETWEEN_LOOKS = 2.0


class Look(Protocol):
    """What create_app needs to know beyond the store."""

    @property
    def config(self) -> Config: ...
    @property
    def taxonomy(self) -> Taxonomy: ...
    def clock(self) -> datetime: ...
    def reload(self) -> bool: ...


class Watch:
    """Looks for edits while requests come in, one thread at a time and not at every request."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._lock = threading.Lock()
        self._next = 0.0

    def look_now_and_then(self) -> None:
        if time.monotonic() < self._next or not self._lock.acquire(blocking=False):
            return
        try:
            self._next = time.monotonic() + _SECONDS_BETWEEN_LOOKS
            self._look.reload()
        finally:
            self._lock.release()


def look() -> Look:
    return cast("Look", current_app.extensions["look"])


def database() -> Engine:
    return cast("Engine", current_app.extensions["db"])


def now() -> datetime:
    return look().clock()


def zone() -> ZoneInfo:
    return ZoneInfo(look().config.site.timezone)


def site_address() -> str:
    """The site's public address, without a slash at the end: as configured, else as the reader wrote it."""
    return (look().config.site.url or request.url_root).rstrip("/")


def taxonomy() -> Taxonomy:
    """The taxonomy, looked up once for a request: a page names hundreds of tags."""
    if "taxonomy" not in g:
        g.taxonomy = look().taxonomy
    return cast("Taxonomy", g.taxonomy)


def name_of(field: str, value: str, lang: str = "en") -> str:
    """What people read for a filter's value."""
    if field == "source":
        return next((source.title for source in look().config.sources if source.id == value), value)
    if field == "lang":
        return {"en": "English", "zh": "Chinese"}.get(value, value)
    return label(taxonomy(), field, value, lang)
