"""A year of a tag at a glance: items a week as a small line, when it was first and last told of, its relatives."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from flask import Blueprint, Response

from aggregator.model.saying import to_say
from aggregator.query import ItemQuery
from aggregator.store import counts, reads
from aggregator.tagging import Taxonomy
from aggregator.tagging.lexicon import family_of
from aggregator.trends import Trend
from web.context import context, database, name_of
from web.figures import Figure, downloads, sent
from web.languages import gettext as _
from web.paging import read_parameters
from web.spans import drawn, series, span_of
from web.tag_lookup import AXIS, require_known

pages = Blueprint("glance", __name__)

_BELOW = {
    "model": to_say("Models"),
    "company": to_say("Subsidiaries"),
    "region": to_say("Provinces and states"),
    "body": to_say("Public bodies"),
    "initiative": to_say("Initiatives"),
}
Tags = list[tuple[str, str]]


class Glance(NamedTuple):
    """What a tag's page shows beside its items."""

    figure: Figure
    first: datetime | None
    last: datetime | None


def glance(axis: str, slug: str) -> Glance:
    query = ItemQuery.of(axis, slug).relevant_unless_said()
    first, last = reads.ends(database(), query)
    return Glance(_figure(axis, slug, last), first, last)


def _figure(axis: str, slug: str, last: datetime | None = None) -> Figure:
    links = downloads(f"/{axis}/{slug}/weeks", {}, only=("csv",))
    return Figure("year", _("%(name)s: items a week", name=name_of(axis, slug)), _year(axis, slug, last), links=links)


def _year(axis: str, slug: str, last: datetime | None) -> Trend:
    span = span_of({}, last)
    return drawn(span, series(span, [(axis, slug)]))


@pages.get(f"/{AXIS}/<slug>/weeks.csv")
def tag_table(axis: str, slug: str) -> Response:
    """The numbers behind the line."""
    read_parameters()
    require_known(axis, slug)
    return sent(_figure(axis, slug).table, "csv")


def relatives(axis: str, slug: str) -> list[tuple[str, Tags]]:
    """What a tag belongs to and what belongs to it, by kind: a company's models, a country's provinces."""
    taxonomy = context().taxonomy
    below = _below(taxonomy).get((axis, slug), [])
    groups = [(to_say("Belongs to"), _above(taxonomy, axis, slug))]
    groups += [(to_say("Versions"), _versions(taxonomy, slug))] if axis == "model" else []
    groups += [(words, [tag for tag in below if tag[0] == other]) for other, words in _BELOW.items()]
    return [(_(words), tags) for words, tags in groups if tags]


def _above(taxonomy: Taxonomy, axis: str, slug: str) -> Tags:
    """What a tag brings along; a model's version its family before all."""
    family = family_of(taxonomy, slug) if axis == "model" else None
    if family is None or family.slug == slug:
        return list(taxonomy.carried(axis, slug))
    return [("model", family.slug), *taxonomy.carried("model", family.slug)]


def _versions(taxonomy: Taxonomy, family: str) -> Tags:
    """The versions of a family that items name, the ones with most of them first."""
    if family not in taxonomy.entries["model"]:
        return []
    named = [slug for slug, _ in counts.totals(database()).get("model", ()) if slug.startswith(f"{family}-")]
    versions = [slug for slug in named if (found := family_of(taxonomy, slug)) and found.slug == family]
    return [("model", slug) for slug in versions]


def _below(taxonomy: Taxonomy) -> dict[tuple[str, str], Tags]:
    """What belongs to each tag; found once for a taxonomy, for that takes as long as half a page."""
    found = _found.get(taxonomy.version)
    if found is None:
        found = {}
        for other, entries in taxonomy.entries.items():
            for entry in entries.values():
                for axis, slug in dict.fromkeys(entry.carries()):
                    if (axis, other) != ("region", "company"):
                        found.setdefault((axis, slug), []).append((other, entry.slug))
        _found.clear()
        _found[taxonomy.version] = found
    return found


_found: dict[str, dict[tuple[str, str], Tags]] = {}
