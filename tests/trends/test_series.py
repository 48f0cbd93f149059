"""What charts say in words, what is a share, what grows; and tables that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from aggregator.publish.table import Table, as_csv, as_json
from aggregator.publish.trends import tabulated
from aggregator.text.weeks import weeks_up_to
from aggregator.trends import Series, Tendency, Trend, Windows, shares, tendency

WEEKS = weeks_up_to(date(2026, 11, 16), 4)
ALL = Windows(400, 1200)


def trend(*values: float | None, **said: object) -> Trend:
    return Trend(WEEKS, (Series("Baidu", values),), **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((3, 41, 5, 9), "3 to 41 items a week; most in week 45 of 2026"),
        ((1, 41, 41, 0), "0 to 41 items a week; most in week 46 of 2026"),
        ((2, 2, 2, 2), "2 items a week, every week"),
        ((0, 0, 0, 0), "nothing"),
        ((None, 1.25, 50.0, None), "1.2 to 50.0 items a week; most in week 46 of 2026"),
    ],
)
def test_a_line_in_words(values: tuple[float | None, ...], words: str) -> None:
    assert trend(*values).range_of(values) == words


def test_the_running_week_is_not_counted_in_words() -> None:
    words = trend(3, 5, 4, 99, running=True, marks={1: "no source was asked on 1 day"}).words()
    assert words == (
        "Baidu: 3 to 5 items a week; most in week 45 of 2026. The last week, week 47 of 2026, is not over and not "
        "counted in these words. Fetching failed in week 45 of 2026."
    )


def test_what_there_is_in_the_running_week_alone_is_told() -> None:
    assert trend(0, 0, 0, 5, running=True).range_of((0, 0, 0, 5)) == "5 in the running week, none before"
    assert trend(0, 0, 0, 0, running=True).range_of((0, 0, 0, 0)) == "nothing"


def test_a_trend_without_numbers_is_empty() -> None:
    assert trend(0, 0, 0, 0).empty
    assert Trend(WEEKS, ()).empty
    assert not trend(0, 0, 1, 0).empty


def test_shares_of_too_little_are_not_told() -> None:
    assert shares([1, 5, 0], [9, 10, 40]) == (None, 50.0, 0.0)


@pytest.mark.parametrize(
    ("recent", "before", "expected"),
    [
        (8, 0, Tendency.NEW),
        (7, 0, None),
        (8, 12, Tendency.GROWING),
        (8, 13, None),
        (7, 3, None),
        (4, 24, Tendency.FADING),
        (5, 24, None),
        (0, 23, None),
        (0, 24, Tendency.FADING),
        (100, 300, None),
    ],
)
def test_what_is_new_grows_or_fades(recent: int, before: int, expected: Tendency | None) -> None:
    assert tendency(Windows(recent, before), ALL) == expected


def test_more_sources_alone_make_nothing_grow() -> None:
    assert tendency(Windows(300, 300), Windows(1200, 1200)) is None
    assert tendency(Windows(300, 300), ALL) is Tendency.GROWING
    assert tendency(Windows(8, 0), Windows(8, 0)) is None


def test_a_trend_as_a_table() -> None:
    table = tabulated(trend(1, None, 3, 4, running=True, marks={0: "x", 3: "y"}), "A")
    assert table.columns == ("Week", "From", "Baidu", "Remark")
    assert table.rows[0] == ("2026-W44", "2026-10-26", 1, "x")
    assert table.rows[1][2] is None
    assert table.rows[3][3] == "not over yet; y"
    assert tabulated(trend(1, 2, 3, 4), "A").columns == ("Week", "From", "Baidu")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u3000=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    written = as_csv(Table("c", (cell,), ((cell,),)))
    rows = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))
    assert rows == [[f"'{cell}"], [f"'{cell}"]]


def test_a_table_as_csv_and_as_json() -> None:
    table = Table("c", ("a", 'b "x", y', "c"), (("百度", 1, None), ("a,b", 1.256, "=x")))
    assert as_csv(table) == '\ufeffa,"b ""x"", y",c\r\n百度,1,\r\n"a,b",1.26,\'=x\r\n'
    assert '"rows": [{"a": "百度", "b \\"x\\", y": 1, "c": null}' in as_json(table)
