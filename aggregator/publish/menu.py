"""A site's feeds in a menu, for readers to choose from (draft-nottingham-feed-menu)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aggregator.text.html import shorten

MEDIA_TYPE = "application/json"
_TITLE = 50  # characters at most, by the draft
_DESCRIPTION = 140


class MenuEntry(NamedTuple):
    """A feed in a menu."""

    title: str
    description: str
    feed: str  #: address of its Atom


def feed_menu(title: str, first: Sequence[MenuEntry], menus: Mapping[str, Sequence[MenuEntry]]) -> bytes:
    """Some feeds at the top, the others in menus of their own."""
    inner = [_menu(name, [_feed(dish) for dish in dishes]) for name, dishes in menus.items()]
    return json.dumps(_menu(title, [*map(_feed, first), *inner]), ensure_ascii=False, indent=1).encode()


def _menu(title: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    return {"feed-menu": shorten(title, _TITLE), "items": items}


def _feed(dish: MenuEntry) -> dict[str, Any]:
    return {
        "feed-title": shorten(dish.title, _TITLE),
        "description": shorten(dish.description, _DESCRIPTION),
        "atom": dish.feed,
    }
