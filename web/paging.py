"""What a listing's address says: the query and the place in it. Addresses are made here, too."""

from __future__ import annotations

import difflib
import re
from collections.abc import Container
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote, urlencode

from flask import g, request

from aggregator.errors import QueryError
from aggregator.model import AXES, Tier
from aggregator.model.saying import say
from aggregator.query import ItemQuery, Pick, parse_query
from aggregator.search import expression
from aggregator.store.ranking import RANKED, Ranking
from aggregator.store.reads import PAGE, Listing
from aggregator.store.span import Cursor
from web.context import LANGUAGES, classes, today
from web.languages import here
from web.tag_lookup import meant

_PLACES = ("before", "after")
_ORDER = ("sort", "page")
_MOST_PAGES = RANKED // PAGE


class Position(NamedTuple):
    """Where in a listing: between two places of one by date, or on which page of one by relevance."""

    before: Cursor | None = None
    after: Cursor | None = None
    page: int | None = None  #: the first is 1; None stands for a listing by date

    def order(self) -> list[tuple[str, str]]:
        """The parameters that keep the order of the listing."""
        return [("sort", "relevance")] if self.page else []

    def params(self) -> list[tuple[str, str]]:
        """The parameters that name the place."""
        if self.page:
            return [*self.order(), *([("page", str(self.page))] if self.page > 1 else [])]
        cursors = {"before": self.before, "after": self.after}
        return [(name, _text(*cursor)) for name, cursor in cursors.items() if cursor]


def read_request(*, fixed: ItemQuery | None = None) -> tuple[ItemQuery, Position]:
    """The query and the place that the address asks for; `fixed` is what a tag's page adds. Raises QueryError."""
    pairs = list(request.args.items(multi=True))
    query = parse_query([pair for pair in pairs if pair[0] not in (*_PLACES, *_ORDER)], *today(), slug_of=meant)
    query = query.within(fixed) if fixed else query
    if request.args.get("sort"):
        return query, _page(query)
    if request.args.get("page"):
        raise QueryError("page", say("pages have numbers where sort=relevance; else follow the links to older items"))
    places = {name: _cursor(name, request.args[name]) for name in _PLACES if request.args.get(name)}
    return query, Position(places.get("before"), places.get("after"))


def _page(query: ItemQuery) -> Position:
    """The page of a listing by relevance; one without words to be relevant to is by date all the same."""
    if request.args["sort"] != "relevance":
        raise QueryError("sort", say("write sort=relevance, or nothing for the newest first"))
    number = request.args.get("page") or "1"
    if not re.fullmatch(r"[0-9]{1,3}", number) or not 1 <= int(number) <= _MOST_PAGES:
        raise QueryError("page", say("there are the pages 1 to %(most)s", most=_MOST_PAGES))
    return Position(page=int(number)) if expression(query.q).clauses else Position()


def _cursor(name: str, text: str) -> Cursor:
    moment, _, number = text.partition("~")
    try:
        dated = datetime.fromisoformat(moment)
        if dated.tzinfo is None:
            raise ValueError
        return Cursor(dated.astimezone(UTC), int(number[:18]))
    except (ValueError, OverflowError):
        raise QueryError(name, say("follow the links «newer» and «older»; this place cannot be read")) from None


def address(path: str, query: ItemQuery, *extra: tuple[str, str]) -> str:
    """A path with a query: every link to a listing is made here, so that equal queries have equal addresses."""
    pairs = [*query.params(), *extra]
    return f"{path}?{urlencode(pairs)}" if pairs else path


def read_parameters(*names: str) -> dict[str, str]:
    """The parameters of the address, those that are empty left out. Raises QueryError for one that there is not."""
    for name in request.args:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            if close:
                raise QueryError(name[:40], say("no such parameter; did you mean %(name)s?", name=close[0]))
            if not names:
                raise QueryError(name[:40], say("no such parameter; this address has none"))
            raise QueryError(name[:40], say("no such parameter; there are %(names)s", names=", ".join(names)))
    found = {name: value for name in names if (value := request.args.get(name, "").strip())}
    g.path = quote(request.path) + (f"?{urlencode(found)}" if found else "")
    return found


def page_address(path: str, query: ItemQuery, *extra: tuple[str, str]) -> str:
    """The address of a page, in the reader's language."""
    return here(address(path, query, *extra))


def neighbours(path: str, query: ItemQuery, listing: Listing) -> dict[str, str]:
    """The addresses of the newer and the older page, where there are such."""
    links = {}
    if listing.items and listing.has_newer:
        links["newer"] = page_address(path, query, ("after", _text(listing.items[0].dated, listing.items[0].id)))
    if listing.items and listing.has_older:
        links["older"] = page_address(path, query, ("before", _text(listing.items[-1].dated, listing.items[-1].id)))
    return links


def ranked_neighbours(path: str, query: ItemQuery, page: int, ranking: Ranking) -> dict[str, str]:
    """The addresses of the pages before and after one of a listing by relevance."""
    order = Position(page=page).order()
    links = {}
    if page > 1:
        links["more"] = page_address(path, query, *order, *([("page", str(page - 1))] if page > 2 else []))
    if ranking.has_next:
        links["less"] = page_address(path, query, *order, ("page", str(page + 1)))
    return links


def _text(dated: datetime, number: int) -> str:
    return f"{dated.isoformat().replace('+00:00', 'Z')}~{number}"


def form_fields(query: ItemQuery, axes: Container[str]) -> list[tuple[str, str]]:
    """The parameters that a form must carry along because it shows no control for them; `axes` are those it shows."""
    return [(pick.field, str(pick)) for pick in query.picks if not _has_control(pick, axes)]


def _has_control(pick: Pick, axes: Container[str]) -> bool:
    if pick.field in AXES:
        return pick.field in axes
    shown = {
        "class": classes() if len(classes()) > 1 else (), "report": ("first",), "lang": LANGUAGES,
        "tier": (*Tier, "all"),
    }  # fmt: skip
    return not pick.excluded and pick.value in shown.get(pick.field, ())
