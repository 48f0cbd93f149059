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
from web.look import taxonomy, zone
from web.tongue import language

_MOST = 2000  # that a process holds: some megabytes


class _Under(NamedTuple):
    """What the look of an item depends on beside the item."""

    language: str
    zone: ZoneInfo
    names: str  #: the version of the taxonomy


def register(app: Flask) -> None:
    app.add_template_global(item_entries)
    app.add_template_global(story_entry)


def item_entries(items: Iterable[StoredItem], q: str = "") -> Markup:
    """The items of a list; with the words marked that a search looks for."""
    if q:  # few ask for the same
        return Markup().join(_rendered.__wrapped__("_entry.html", (item, q)) for item in items)
    under = _under()
    return Markup().join([_rendered("_entry.html", (item,), under) for item in items])


def story_entry(piece: Piece, lead: bool = False, level: int = 4) -> Markup:
    """A story in a digest; one that leads has an excerpt."""
    return _rendered("_piece.html", (piece, lead, level), _under())


def _under() -> _Under:
    return _Under(language(), zone(), taxonomy().version)


@lru_cache(_MOST)
def _rendered(template: str, shown: tuple[Any, ...], _under: _Under | None = None) -> Markup:
    macros: Any = current_app.jinja_env.get_template(template).module
    entry: Markup = macros.entry(*shown)
    return entry
