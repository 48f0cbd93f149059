"""Bars as SVG: a name, a bar, a number; the hatched part of a bar is what fails. Imported when one is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import drawsvg as draw
from markupsafe import Markup

from aggregator.model.saying import listed
from aggregator.text.html import shorten
from web.drawing import hatch, sheet_of, text, written
from web.languages import gettext, said

_ROW, _NAMES, _BARS, _WIDTH = 22, 122, 130, 330  # pixels
_LONGEST = 16  # characters of a name


class Shown(NamedTuple):
    """A bar with its name."""

    name: str
    number: int
    failing: int
    hue: str = ""


def bars(shown: Sequence[Shown], name: str, title: str) -> Markup:
    longest = max((bar.number for bar in shown), default=1)
    sheet = sheet_of(_WIDTH, _ROW * len(shown) + 4, "bars", name, title, in_words(shown))
    for row, bar in enumerate(shown):
        sheet.extend(_bar(bar, row * _ROW, _BARS / longest, name))
    return written(sheet)


def _bar(bar: Shown, y: int, scale: float, name: str) -> list[Any]:
    width, failing = (round(part * scale, 1) for part in (bar.number, bar.failing))
    end = round(_NAMES + width, 1)
    drawn = [
        text(shorten(bar.name, _LONGEST), _NAMES - 8, y + 15, "end"),
        draw.Rectangle(_NAMES, y + 5, width, _ROW - 9, class_=f"bar {bar.hue or 'ink'}"),
        text(_number(bar), end + 6, y + 15, "tick"),
    ]
    if bar.failing:
        place = (round(end - failing, 1), y + 5, failing, _ROW - 9)
        drawn.append(draw.Rectangle(*place, class_="backing"))
        drawn.append(draw.Rectangle(*place, class_=f"fails {bar.hue or 'ink'}", fill=hatch(name)))
    return drawn


def _number(bar: Shown) -> str:
    return (
        gettext("%(number)s, %(failing)s failing", number=bar.number, failing=bar.failing)
        if bar.failing
        else str(bar.number)
    )


def in_words(shown: Sequence[Shown]) -> str:
    return said(listed("; ", (listed(": ", (bar.name, _number(bar))) for bar in shown))) + gettext(".")
