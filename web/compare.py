"""Two tags side by side: items a week, and each as a share of everything."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, Response, render_template

from aggregator.errors import QueryError
from aggregator.model import AXES
from aggregator.model.saying import listed, say, to_say
from aggregator.publish.table import Table
from aggregator.query import ItemQuery
from aggregator.store import counts
from aggregator.trends import Series, shares
from web.context import database, name_of, title_of
from web.figures import SUFFIX, Figure, downloads, sent
from web.languages import gettext as _
from web.languages import said
from web.paging import address, read_parameters
from web.spans import WeekSpan, drawn, series, span_of
from web.tag_lookup import is_there, meant, named

pages = Blueprint("compare", __name__)

_EXAMPLE = "a=company/baidu&b=company/alibaba"
_CHOICES = 60  # tags of one axis in the form
_PARAMETERS = ("a", "b", "weeks", "until")
Pair = tuple[str, str]


@pages.get("/compare")
def compare_page() -> str:
    """Without two tags, the form alone."""
    parameters = read_parameters(*_PARAMETERS)
    span = span_of(parameters)
    both = _both(parameters)
    figures, among = _figures(both, span) if both else ([], 0)
    return render_template(
        "compare.html", figures=figures, parameters=parameters, choices=_choices(), span=span, among=among,
        names=[name_of(*tag) for tag in both],
        tags=[
            (tag[0], tag[1], _sum(line), _listed(tag, span))
            for tag, line in zip(both, figures[0].trend.lines, strict=True)
        ] if both else [],
        table=_joined(figures) if both else None, links=downloads("/compare", parameters),
    )  # fmt: skip


@pages.get(f"/compare.{SUFFIX}")
def compare_table(suffix: str) -> Response:
    parameters = read_parameters(*_PARAMETERS)
    both = _both(parameters)
    if not both:
        raise QueryError("a", say("two tags are compared; write for example %(example)s", example=_EXAMPLE))
    figures, _whole = _figures(both, span_of(parameters))
    return sent(_joined(figures), suffix)


def _listed(tag: Pair, span: WeekSpan) -> str:
    """Where the items of a tag that are counted are listed."""
    return address("/" + "/".join(tag), ItemQuery(since=span.first, until=span.last))


def _sum(line: Series) -> int:
    return sum(int(value or 0) for value in line.values)


def _joined(figures: list[Figure]) -> Table:
    """Both charts as one table: the shares after the numbers."""
    numbers, percent = (figure.table for figure in figures)
    names = numbers.columns[2:4]
    columns = (
        *numbers.columns[:2],
        *(_("%(name)s, items", name=name) for name in names),
        *(_("%(name)s, per cent", name=name) for name in names),
    )
    rows = [(*row[:4], *other[2:4], *row[4:]) for row, other in zip(numbers.rows, percent.rows, strict=True)]
    return Table(numbers.caption, columns + numbers.columns[4:], tuple(rows))


def _both(parameters: dict[str, str]) -> list[Pair]:
    """The two tags, or none if one is still to be chosen."""
    tags = [tag_of(name, parameters[name]) for name in ("a", "b") if name in parameters]
    return tags if len(tags) == 2 else []


def tag_of(parameter: str, text: str) -> Pair:
    """company/baidu as a tag that there is. Raises QueryError."""
    axis, slash, name = text.partition("/")
    if not slash and (those := named(text)):  # by a name
        return those[0]
    known = axis in AXES and bool(name) and name.isprintable()
    slug = (meant(axis, name) or name) if known else ""
    if not known or not is_there(axis, slug):
        message = to_say("there is no tag %(tag)s; write an axis and a slug, as in %(example)s")
        raise QueryError(parameter, say(message, tag=repr(text[:60]), example=f"{parameter}=company/baidu"))
    return axis, slug


def _figures(both: list[Pair], span: WeekSpan) -> tuple[list[Figure], int]:
    """The absolute and the normalised chart, and how many items the shares are shares of."""
    lines = series(span, both)
    if both[0] == both[1]:
        lines *= 2
    elif lines[0].name == lines[1].name:  # DeepSeek is a company and a model
        axes = [title_of(axis) for axis, _slug in both]
        lines = [line._replace(name=f"{line.name} ({axis})") for line, axis in zip(lines, axes, strict=True)]
    whole = counts.relevant(database(), span.first, len(span.weeks))
    title = said(listed(" and ", (line.name for line in lines)))
    part = [line._replace(values=shares([int(v or 0) for v in line.values], whole)) for line in lines]
    absolute = drawn(span, lines)
    normalised = replace(absolute, lines=tuple(part), unit=say("per cent of a week's relevant items"))
    return [
        Figure("items", _("%(name)s: items a week", name=title), absolute),
        Figure("share", _("%(name)s: per cent of all relevant items", name=title), normalised),
    ], sum(whole)


def _choices() -> list[tuple[str, str]]:
    """What the form offers: the tags that most items carry."""
    found = counts.totals(database())
    return [(f"{axis}/{slug}", name_of(axis, slug)) for axis in AXES for slug, _ in found.get(axis, ())[:_CHOICES]]
