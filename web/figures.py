"""A chart on a page: the drawing, the same in words, the same as a table, and where the table is to be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Response
from markupsafe import Markup

from aggregator.model.saying import listed
from aggregator.publish.table import Table, as_csv, as_json
from aggregator.publish.trends import tabulated
from aggregator.query import ItemQuery
from aggregator.text.weeks import sunday
from aggregator.trends import Trend
from web.context import context
from web.languages import said
from web.paging import address

_ALL = ItemQuery()
FORMATS = {"csv": ("text/csv", as_csv), "json": ("application/json", as_json)}
SUFFIX = "<any({}):suffix>".format(",".join(FORMATS))


@dataclass(frozen=True)
class Figure:
    """A trend with a title and what is to be said below it."""

    name: str  #: unique on its page
    title: str
    trend: Trend
    note: str = ""
    links: tuple[tuple[str, str], ...] = ()  #: (CSV, address)
    only: ItemQuery = _ALL  #: which items of a tag are counted, where not all that its page has

    @property
    def svg(self) -> Markup:
        from web import drawing  # the library is loaded with the first chart, not with the site

        return drawing.lines(self.trend, self.name, self.title)

    @property
    def spark(self) -> Markup:
        from web import drawing

        return drawing.spark(self.trend, self.name, said(listed(": ", (self.trend.lines[0].name, self.trend.unit))))

    @property
    def words(self) -> str:
        """The range of the first line."""
        return said(self.trend.range_of(self.trend.lines[0].values))

    @property
    def lists(self) -> list[list[str]]:
        """Where the items behind each number are listed, by week and line; "" where nothing lists them.

        Weeks of charts are those of UTC: where days of lists begin at another hour, they would not add up.
        """
        if context().config.site.timezone != "UTC":
            return []
        spans = [replace(self.only, since=week, until=sunday(week)) for week in self.trend.weeks]
        return [[address(line.address, span) if line.address else "" for line in self.trend.lines] for span in spans]

    def singles(self) -> list[Figure]:
        """Each line as a figure of its own."""
        lines = enumerate(self.trend.lines)
        return [Figure(f"{self.name}-{n}", line.name, replace(self.trend, lines=(line,))) for n, line in lines]

    @property
    def table(self) -> Table:
        return tabulated(self.trend, self.title)


def downloads(
    path: str, parameters: Mapping[str, str] | Sequence[tuple[str, str]], *, only: tuple[str, ...] = ("csv", "json")
) -> tuple[tuple[str, str], ...]:
    """Where the table is to be had, for a chart at a path."""
    query = f"?{urlencode(parameters)}" if parameters else ""
    return tuple((suffix.upper(), f"{path}.{suffix}{query}") for suffix in only)


def sent(table: Table, suffix: str) -> Response:
    """A table as a file."""
    media_type, write = FORMATS[suffix]
    response = Response(write(table), content_type=f"{media_type}; charset=utf-8")
    response.headers["Cache-Control"] = "public, max-age=300"
    return response
