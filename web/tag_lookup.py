"""Whether there is a tag, and which one is meant where there is none of that name."""

from __future__ import annotations

from typing import NamedTuple, NoReturn

from flask import Response, abort, g, request, url_for

from aggregator.model import AXES
from aggregator.model.saying import say
from aggregator.query import ItemQuery, Pick
from aggregator.store import counts
from aggregator.tagging import names
from web.context import context, database

_WRITTEN = ("company", "model", "body", "initiative", "region")  # what is looked for by name, and misspelt
AXIS = "<any({}):axis>".format(",".join(AXES))  #: the part of a route that names one
_MOST = 4  # tags that are offered


class Meant(NamedTuple):
    """A tag, or a source, that a reader may have meant."""

    axis: str
    slug: str


def not_there(was_there: bool) -> NoReturn:
    """Answers that something is here no more, or never was."""
    abort(410 if was_there else 404)


def require_known(axis: str, slug: str) -> None:
    """A tag has a page and feeds if the taxonomy or an item knows it.

    A name of it (百度, Baidu) leads there; anything else is a 404, with the tags that are most like it.
    """
    if is_there(axis, slug):
        return
    other = meant(axis, slug)
    if other not in ("", slug) and is_there(axis, other):
        abort(Response(status=301, headers={"Location": _instead(other)}))
    g.meant = alike(axis, slug)
    abort(404, say("There is no tag %(tag)s.", tag=f"{axis}/{slug[:60]}"))


def meant(axis: str, name: str) -> str:
    """The slug of the tag that has a name; "" if none has."""
    return names.slug_of(context().taxonomy, axis, name)


def unknown_tags(query: ItemQuery) -> list[Pick]:
    """Those of a query that neither the taxonomy nor an item knows."""
    return [pick for pick in query.tags() if not is_there(pick.field, pick.value)]


def is_there(axis: str, slug: str) -> bool:
    if context().taxonomy.knows(axis, slug):
        return True
    return slug.isprintable() and counts.count(database(), ItemQuery.of(axis, slug)).number > 0


def alike(axis: str, slug: str) -> list[Meant]:
    """The tags of an axis that are most like one that is none."""
    return [Meant(axis, other) for other in names.nearest(context().taxonomy, axis, slug, _MOST)]


def misspelt(words: str) -> list[Meant]:
    """The tags whose names are most like the words of a search: qwenn is Qwen."""
    taxonomy = context().taxonomy
    return [Meant(axis, slug) for axis in _WRITTEN for slug in names.nearest(taxonomy, axis, words, 2)][:_MOST]


def named(words: str) -> list[Meant]:
    """The tags that have these words for a name, whatever their axis."""
    return [Meant(axis, slug) for axis in AXES if (slug := names.named(context().taxonomy, axis, words))]


def _instead(slug: str) -> str:
    """The address that was asked for, with another slug."""
    asked = request.query_string.decode("latin-1")
    path = url_for(str(request.endpoint), **{**(request.view_args or {}), "slug": slug})
    return f"{path}?{asked}" if asked else path
