"""Items and stories as lists show them, each rendered once while it stays as it is: after a look, most of a page is as
it was before.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask, current_app
from markupsafe import Markup

from aggregator.model import Piece, StoredItem
from aggregator.store import story_listing
from web.context import database, taxonomy, zone
from web.languages import language

_MOST = 2000  # that a process holds: some megabytes


class _Variant(NamedTuple):
    """What the look of an item depends on beside the item."""

    language: str
    zone: ZoneInfo
    names: str  #: the version of the taxonomy


def register(app: Flask) -> None:
    app.add_template_global(item_entries)
    app.add_template_global(story_entry)


def item_entries(items: Iterable[StoredItem], q: str = "") -> Markup:
    """The items of a list, each with how many report its event; with the words marked that a search looks for."""
    items = list(items)
    voices = story_listing.voices(database(), {item.story_id for item in items if item.story_id})
    shown = [(item, q, voices.get(item.story_id or 0)) for item in items]
    if q:  # few ask for the same
        return Markup().join(_rendered.__wrapped__("_entry.html", each) for each in shown)
    under = _under()
    return Markup().join([_rendered("_entry.html", each, under) for each in shown])


def story_entry(piece: Piece, lead: bool = False, level: int = 4) -> Markup:
    """A story in a digest; one that leads has an excerpt."""
    return _rendered("_piece.html", (piece, lead, level), _under())


def _under() -> _Variant:
    return _Variant(language(), zone(), taxonomy().version)


@lru_cache(_MOST)
def _rendered(template: str, shown: tuple[Any, ...], _under: _Variant | None = None) -> Markup:
    macros: Any = current_app.jinja_env.get_template(template).module
    entry: Markup = macros.entry(*shown)
    return entry
