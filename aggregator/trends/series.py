"""What a chart shows: numbers by week, with the weeks that cannot be trusted, and what they say in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from aggregator.model.saying import Enumeration, Saying, listed, say, to_say
from aggregator.text.weeks import in_words

Numbers = tuple[float | None, ...]
FEWEST = 10  # items of a week of which a share is told


class Series(NamedTuple):
    """One line: a number for every week, None where there is none to tell."""

    name: str
    values: Numbers
    hue: str = ""  #: cn or us, where the line has a colour; "" is ink
    lang: str = ""  #: of the name, where it is not English
    address: str = ""  #: where it is told of in full


@dataclass(frozen=True)
class Trend:
    """Lines over the same weeks."""

    weeks: tuple[date, ...]
    lines: tuple[Series, ...]
    unit: str = say("items a week")
    marks: Mapping[int, str] = field(default_factory=dict, hash=False)  #: by the week's place: what is wrong with it
    running: bool = False  #: the last week is not over

    @property
    def empty(self) -> bool:
        return not any(value for line in self.lines for value in line.values)

    @property
    def top(self) -> float:
        return max((value for line in self.lines for value in line.values if value), default=0)

    @property
    def over(self) -> int:
        """How many of the weeks are over."""
        return len(self.weeks) - self.running

    def whole(self, values: Numbers) -> list[tuple[float, date]]:
        """The numbers of the weeks that are over."""
        told = zip(values[: self.over], self.weeks[: self.over], strict=True)
        return [(value, week) for value, week in told if value is not None]

    def remark(self, place: int) -> Enumeration:
        """What is to be said of a week."""
        unfinished: list[str] = [say("not over yet")] if self.running and place == len(self.weeks) - 1 else []
        return listed("; ", [*unfinished, *([self.marks[place]] if place in self.marks else [])])

    def words(self) -> Enumeration:
        """All of it as sentences, for those who do not see the lines."""
        told = [say("%(name)s: %(range)s.", name=line.name, range=self.range_of(line.values)) for line in self.lines]
        if self.running:
            week = in_words(self.weeks[-1])
            told.append(say("The last week, %(week)s, is not over and not counted in these words.", week=week))
        if self.marks:
            named = listed(", ", (in_words(self.weeks[place]) for place in sorted(self.marks)))
            told.append(say("Fetching failed in %(weeks)s.", weeks=named))
        return listed(" ", told)

    def range_of(self, values: Numbers) -> Saying:
        """3 to 41 items a week; most in week 12 of 2026."""
        whole = self.whole(values)
        if not any(value for value, _ in whole):
            begun = values[-1] if self.running and values else None
            if begun:
                return say("%(number)s in the running week, none before", number=number(begun))
            return say("nothing")
        least = min(value for value, _ in whole)
        most, week = max(whole, key=lambda pair: (pair[0], pair[1]))
        if least == most:
            return say("%(number)s %(unit)s, every week", number=number(most), unit=self.unit)
        message = to_say("%(least)s to %(most)s %(unit)s; most in %(week)s")
        return say(message, least=number(least), most=number(most), unit=self.unit, week=in_words(week))


def number(value: float | None) -> str:
    """A number as it is written in tables: whole ones whole, shares with one digit."""
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:.1f}"


def shares(values: Sequence[int], of: Sequence[int]) -> Numbers:
    """Per cent of a whole, week by week; None where the whole is too small for a share to mean anything."""
    return tuple(100 * v / all_ if all_ >= FEWEST else None for v, all_ in zip(values, of, strict=True))
