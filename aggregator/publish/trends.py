"""A trend as a table: a row a week, with what is to be said of the week."""

from __future__ import annotations

from aggregator.model.saying import say
from aggregator.publish.table import Cell, Table
from aggregator.text.weeks import name_of
from aggregator.trends import Trend


def tabulated(trend: Trend, caption: str) -> Table:
    """The newest week last, as in the drawing."""
    remarks = any(trend.remark(place) for place in range(len(trend.weeks)))
    columns = (say("Week"), say("From"), *(line.name for line in trend.lines), *([say("Remark")] if remarks else []))
    rows = []
    for place, week in enumerate(trend.weeks):
        numbers: list[Cell] = [line.values[place] for line in trend.lines]
        remark: list[Cell] = [trend.remark(place)] if remarks else []
        rows.append((name_of(week), week.isoformat(), *numbers, *remark))
    return Table(caption, columns, tuple(rows))
