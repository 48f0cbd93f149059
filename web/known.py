"""Whether there is a tag, and which one is meant where there is none of that name."""

from __future__ import annotations

import difflib
from typing import NamedTuple, NoReturn

from flask import Response, abort, g, request, url_for
from sqlalchemy import Column

from aggregator.model import AXES
from aggregator.model.saying import say
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts
from aggregator.store.retention import was_there
from aggregator.tagging import Taxonomy
from aggregator.text.fold import fold
from web.look import database, look

_ALIKE = 0.7  # of 1: how alike a name must be to be meant
_MOST = 4  # that are offered
_KEPT = 20  # axes of taxonomies of which the names are kept


class Meant(NamedTuple):
    """A tag that a reader may have meant."""

    axis: str
    slug: str


def not_there(number: Column[int], given: int) -> NoReturn:
    """Answers that something is here no more, or never was; `number` is the column of a table's ids."""
    abort(410 if was_there(database(), number, given) else 404)


def require_known(axis: str, slug: str) -> None:
    """A tag has a page and feeds if the taxonomy or an item knows it.

    A name of it (百度, Baidu) leads there; anything else is a 404, with the tags that are most like it.
    """
    taxonomy = look().taxonomy
    if taxonomy.holder(axis, slug):
        return
    if slug.isprintable() and counts.count(database(), ItemQuery.of(axis, slug)).number:
        return
    names = _names(taxonomy, axis)
    if meant := names.get(fold(slug)) or names.get(_key(slug)):
        abort(Response(status=301, headers={"Location": _instead(meant)}))
    g.meant = alike(axis, slug)
    abort(404, say("There is no tag %(tag)s.", tag=f"{axis}/{slug[:60]}"))


def unknown_tags(query: ItemQuery) -> list[Pick]:
    """Those of a query that neither the taxonomy nor an item knows."""
    taxonomy = look().taxonomy
    unknown = [pick for pick in query.tags() if not taxonomy.holder(pick.field, pick.value)]
    return [pick for pick in unknown if not counts.count(database(), ItemQuery.of(pick.field, pick.value)).number]


def alike(axis: str, slug: str) -> list[Meant]:
    """The tags of an axis that are most like one that is none."""
    return [Meant(axis, other) for other in _alike(_names(look().taxonomy, axis), _key(slug))]


def named(words: str) -> list[Meant]:
    """The tags that have these words for a name, whatever their axis."""
    taxonomy, key = look().taxonomy, _key(words)
    found = [Meant(axis, slug) for axis in AXES if (slug := _names(taxonomy, axis).get(key))]
    return found if key else []


def _instead(slug: str) -> str:
    """The address that was asked for, with another slug."""
    asked = request.query_string.decode("latin-1")
    path = url_for(str(request.endpoint), **{**(request.view_args or {}), "slug": slug})
    return f"{path}?{asked}" if asked else path


def _key(name: str) -> str:
    """Names that differ by case, width, spaces and signs are one."""
    return "".join(char for char in fold(name) if char.isalnum())


def _names(taxonomy: Taxonomy, axis: str) -> dict[str, str]:
    """The slugs of an axis by their names and their plain other names; made once for a taxonomy.

    A name as it is written comes before one that is alike but for signs and spaces.
    """
    names = _found.get((taxonomy.version, axis))
    if names is None:
        names = {}
        for simply in (fold, _key):
            for holder in taxonomy.holders(axis):
                for name in (holder.slug, holder.name, holder.zh, *getattr(holder, "aliases", ())):
                    names.setdefault(simply(name), holder.slug)
        names.pop("", None)
        if len(_found) > _KEPT:
            _found.clear()
        _found[taxonomy.version, axis] = names
    return names


def _alike(names: dict[str, str], name: str) -> list[str]:
    close = difflib.get_close_matches(name[:60], names, n=2 * _MOST, cutoff=_ALIKE)
    return list(dict.fromkeys(names[found] for found in close))[:_MOST]


_found: dict[tuple[str, str], dict[str, str]] = {}
