"""Drawings by themselves: whatever a name says, it is text; and the library comes with the first of them."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from datetime import date

import pytest
from markupsafe import Markup

from aggregator.text.weeks import weeks_up_to
from aggregator.trends import Series, Trend
from web import bars, drawing

HOSTILE = [
    "<script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "' onmouseover='x",
    "</title></svg>",
    "&lt;b&gt;",
    "{{7*7}}",
]
WEEKS = weeks_up_to(date(2026, 11, 16), 8)


def trend(name: str, *values: float | None, **said: object) -> Trend:
    return Trend(WEEKS, (Series(name, values or (1, 2, 3, 4, 5, 6, 7, 8)),), **said)  # type: ignore[arg-type]


def parts(svg: Markup) -> list[ElementTree.Element]:
    """The elements of one drawing or of several."""
    return list(ElementTree.fromstring(f"<div>{svg}</div>").iter())


def kinds(svg: Markup) -> set[str]:
    return {element.tag.rpartition("}")[2] for element in parts(svg)}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_shown_as_it_is(name: str) -> None:
    shown = trend(name, marks={2: name})
    for svg in (
        drawing.lines(shown, "chart", name),
        drawing.spark(shown, "chart", name),
        bars.bars([bars.Shown(name, 3, 1)], "chart", name),
    ):
        assert kinds(svg) <= {
            "div",
            "svg",
            "title",
            "desc",
            "defs",
            "pattern",
            "path",
            "rect",
            "circle",
            "text",
            "tspan",
        }
        assert not any(attribute.startswith("on") for element in parts(svg) for attribute in element.attrib)
        texts = [element.text for element in parts(svg)]
        assert name in texts
        assert any(name in (text or "") for text in texts if text != name)


def test_a_line_is_broken_where_there_is_no_number() -> None:
    svg = drawing.lines(trend("a", 1.5, 2.5, None, 3.5, None, None, 1.0, 2.0), "chart", "a")
    lines = [element for element in parts(svg) if element.get("class") == "line ink dash0"]
    dots = [element for element in parts(svg) if element.get("class") == "dot ink"]
    assert (len(lines), len(dots)) == (2 * 2, 2)


def test_equal_trends_have_equal_drawings() -> None:
    assert drawing.lines(trend("a"), "chart", "a") == drawing.lines(trend("a"), "chart", "a")


def test_what_fails_is_hatched_and_told() -> None:
    svg = bars.bars([bars.Shown("China", 4, 1, "cn"), bars.Shown("Chile", 1, 0)], "chart", "By country")
    widths = [element.get("width") for element in parts(svg) if str(element.get("class")).startswith("bar ")]
    assert widths == ["130.0", "32.5"]
    assert [element.get("width") for element in parts(svg) if element.get("class") == "fails cn"] == ["32.5"]
    assert "China: 4, 1 failing; Chile: 1." in [element.text for element in parts(svg)]


def test_the_site_starts_without_the_library() -> None:
    command = "import sys, web; sys.exit('drawsvg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", command], check=False).returncode == 0
