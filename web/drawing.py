"""Charts as SVG, drawn by drawsvg: lines over weeks, the line of a tag's year, and what `web/bars.py` draws with.

Nothing of a chart's look stands in it but places and sizes: wire.css gives every class its ink, in light and dark. No
two lines differ by colour alone: each has dashes of its own, and its name at its end. Imported when the first chart is
drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import drawsvg as draw
from markupsafe import Markup

from aggregator.model.saying import listed
from aggregator.text.html import shorten
from aggregator.text.weeks import in_words
from aggregator.trends import Series, Trend
from aggregator.trends.scale import months, spread, ticks
from aggregator.trends.series import number
from web.languages import dated, language, said

_LABEL = 15  # from one name to the next


class Description(draw.Title):  # type: ignore[misc]
    """The long text alternative of a drawing."""

    TAG_NAME = "desc"


@dataclass(frozen=True)
class Frame:
    """A drawing's size, and the room that its margins take."""

    name: str  #: wide or narrow: each screen shows the one that fits
    width: int
    height: int
    left: int = 34
    right: int = 190  #: for the names of the lines
    top: int = 14
    bottom: int = 38
    months: int = 12  #: that have room for their names
    longest: int = 22  #: characters of a name

    @property
    def floor(self) -> int:
        return self.height - self.bottom

    @property
    def end(self) -> int:
        return self.width - self.right


FRAMES = (Frame("wide", 860, 330), Frame("narrow", 360, 300, left=28, right=128, months=4, longest=13))


class Plot:
    """Where a number of a week stands in a frame."""

    def __init__(self, frame: Frame, weeks: int, top: float, *, whole: bool, fit: bool = False) -> None:
        self.frame = frame
        self.ticks = (0, top or 1) if fit else ticks(top, whole=whole)
        self._step = (frame.end - frame.left) / max(1, weeks - 1)
        self._rise = (frame.floor - frame.top) / self.ticks[-1]

    def x(self, place: float) -> float:
        return round(self.frame.left + place * self._step, 1)

    def y(self, value: float) -> float:
        return round(self.frame.floor - value * self._rise, 1)

    def band(self, place: int) -> tuple[float, float]:
        """Where a week begins and how wide it is."""
        start = max(self.x(place - 0.5), self.frame.left)
        return start, round(min(self.x(place + 0.5), self.frame.end) - start, 1)


def lines(trend: Trend, name: str, title: str) -> Markup:
    """A trend for a wide and for a narrow screen; of the two, one is shown."""
    return Markup("\n").join(_lines(trend, frame, f"{name}-{frame.name}", title) for frame in FRAMES)


def _lines(trend: Trend, frame: Frame, name: str, title: str) -> Markup:
    plot = Plot(frame, len(trend.weeks), trend.top, whole=all(_whole(line) for line in trend.lines))
    drawing = sheet_of(frame.width, frame.height, frame.name, name, title, said(trend.words()))
    drawing.extend([*_ground(plot, trend, name), *_axes(plot, trend)])
    for place, line in enumerate(trend.lines):
        drawing.extend(_line(plot, trend, line, place))
    drawing.extend(_names(plot, trend))
    return written(drawing)


def _whole(line: Series) -> bool:
    return all(value is None or isinstance(value, int) for value in line.values)


def sheet_of(width: int, height: int, kind: str, name: str, title: str, words: str) -> Any:
    sheet = draw.Drawing(
        width, height, id_prefix=f"{name}-d", role="img", id=name, class_=f"chart {kind}",
        aria_labelledby=f"{name}-title {name}-words",
    )  # fmt: skip
    sheet.append(draw.Title(title, id=f"{name}-title"))
    sheet.append(Description(words, id=f"{name}-words"))
    return sheet


def written(sheet: Any) -> Markup:
    """The drawing as HTML takes it. Its text is escaped by drawsvg; its attributes are ours alone."""
    return Markup(sheet.as_svg(header="", skip_js=True, skip_css=True))  # noqa: S704


def text(words: str, x: float, y: float, kind: str, **more: Any) -> Any:
    return draw.Text(words, None, x, y, class_=kind, **more)


def _ground(plot: Plot, trend: Trend, name: str) -> Iterator[Any]:
    """What lies behind the lines: weeks with failures, hatched, and the one that is not over."""
    if trend.running:
        start, width = plot.band(len(trend.weeks) - 1)
        yield draw.Rectangle(start, plot.frame.top, width, plot.frame.floor - plot.frame.top, class_="running")
    lines_across = hatch(name)
    for place, words in trend.marks.items():
        start, width = plot.band(place)
        marked = draw.Rectangle(
            start, plot.frame.top, width, plot.frame.floor - plot.frame.top, class_="gap", fill=lines_across
        )
        marked.append_title(said(listed(": ", (in_words(trend.weeks[place]), words))))
        yield marked


def hatch(name: str) -> Any:
    pattern = draw.Pattern(6, 6, id=f"{name}-hatch", patternUnits="userSpaceOnUse")
    pattern.append(draw.Line(0, 6, 6, 0, class_="hatch"))
    return pattern


def _axes(plot: Plot, trend: Trend) -> Iterator[Any]:
    frame = plot.frame
    for tick in plot.ticks:
        yield draw.Line(frame.left, plot.y(tick), frame.end, plot.y(tick), class_="grid" if tick else "floor")
        yield text(f"{tick:,g}", frame.left - 6, plot.y(tick) + 4, "tick end")
    for place, month, year in months(trend.weeks, frame.months, _month):
        x = plot.x(place)
        yield draw.Line(x, frame.floor, x, frame.floor + 4, class_="floor")
        yield text(month, x, frame.floor + 17, "tick middle")
        if year:
            yield text(year, x, frame.floor + 31, "tick middle")


def _month(week: date) -> str:
    return dated(week, "tick")


def _line(plot: Plot, trend: Trend, line: Series, place: int) -> Iterator[Any]:
    """Its whole weeks, and a ring for the week that is not over."""
    hue = line.hue or "ink"
    for run in _runs(line.values[: trend.over]):
        points = [part for at, value in run for part in (plot.x(at), plot.y(value))]
        alone = len(run) == 1
        yield (
            draw.Circle(*points, 1.6, class_=f"dot {hue}")
            if alone
            else draw.Lines(*points, class_=f"line {hue} dash{place}")
        )
    if trend.running and (value := line.values[-1]) is not None:
        yield draw.Circle(plot.x(trend.over), plot.y(value), 2.6, class_=f"open {hue}")


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Weeks side by side that have a number."""
    runs: list[list[tuple[int, float]]] = [[]]
    for at, value in enumerate(values):
        if value is not None:
            runs[-1].append((at, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _names(plot: Plot, trend: Trend) -> Iterator[Any]:
    """The name of each line beside its end, with a thread to it where it had to make room."""
    ends = [_end(line.values[: trend.over], trend.over) for line in trend.lines]
    places = spread([plot.y(value) for _, value in ends], _LABEL, plot.frame.top, plot.frame.floor - 2)
    for line, (at, value), y in zip(trend.lines, ends, places, strict=True):
        x = plot.frame.end + 18
        yield draw.Lines(plot.x(at) + 4, plot.y(value), plot.frame.end + 8, y, x - 3, y, class_="thread")
        name = text(shorten(line.name, plot.frame.longest), x, y + 4, f"name {line.hue or 'ink'}")
        if whole := trend.whole(line.values):
            name.append(draw.TSpan(f" {number(whole[-1][0])}", class_="last"))
        yield name


def _end(values: Sequence[float | None], over: int) -> tuple[int, float]:
    """Where a line ends: its last week that is over and has a number."""
    told = [(at, value) for at, value in enumerate(values) if value is not None]
    return told[-1] if told else (over - 1, 0)


def spark(trend: Trend, name: str, title: str) -> Markup:
    """A small line without axes: the first of a trend's lines, its highest week marked."""
    return _spark(trend, name, title, language())


@lru_cache(1000)  # of most tags, a look changes nothing
def _spark(trend: Trend, name: str, title: str, _lang: str) -> Markup:
    line = trend.lines[0]
    frame = Frame("spark", 240, 46, left=4, right=6, top=5, bottom=4)
    plot = Plot(frame, len(trend.weeks), trend.top, whole=False, fit=True)
    sheet = sheet_of(frame.width, frame.height, "spark", name, title, said(trend.words()))
    sheet.append(draw.Line(frame.left, frame.floor, frame.end, frame.floor, class_="grid"))
    sheet.extend(_ground(plot, trend, name))
    sheet.extend(_line(plot, trend, line, 0))
    if told := trend.whole(line.values):
        most, week = max(told)
        sheet.append(draw.Circle(plot.x(trend.weeks.index(week)), plot.y(most), 2.4, class_=f"dot {line.hue or 'ink'}"))
    return written(sheet)
