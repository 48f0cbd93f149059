"""Where things stand in a drawing: the ticks of an axis, and labels that do not cover each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from math import ceil, floor, log10

_STEPS = (1, 2, 5, 10)


def short(day: date) -> str:
    """The name of a month, in three letters."""
    return f"{day:%b}"


def ticks(top: float, most: int = 4, *, whole: bool = True) -> tuple[float, ...]:
    """Round numbers from 0 to the first one that is not below `top`."""
    if top <= 0:
        return (0, 1)
    size = 10.0 ** floor(log10(top / most))
    step = next(size * times for times in _STEPS if size * times * most >= top * (1 - 1e-9))
    step = max(1.0, step) if whole else step
    return tuple(round(step * number, 6) for number in range(ceil(top / step - 1e-9) + 1))


def months(weeks: Sequence[date], most: int, name: Callable[[date], str] = short) -> list[tuple[int, str, str]]:
    """The weeks in which a month begins, at most so many: (place, Jan, 2026); the year stands at the first of it."""
    begun = [at for at, week in enumerate(weeks) if at and week.month != weeks[at - 1].month]
    every = next(step for step in (1, 2, 3, 4, 6, 12, 24, 120, 1200) if len(begun) <= most * step)
    chosen = [at for at in begun if (weeks[at].month - 1 + 12 * weeks[at].year) % every == 0]
    years = [weeks[at].year for at in chosen]
    return [
        (at, name(weeks[at]), str(year) if place == 0 or years[place - 1] != year else "")
        for place, (at, year) in enumerate(zip(chosen, years, strict=True))
    ]


def spread(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places as near to the wanted ones as can be, in the same order, at least `gap` apart, from `low` to `high`.

    Neighbours that would cover each other are joined to blocks, each of which stands around its members' middle.
    """
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    blocks: list[list[float]] = []  # first place, number of members
    for index in order:
        blocks.append([_held(wanted[index], 1, gap, low, high), 1])
        while len(blocks) > 1 and blocks[-2][0] + blocks[-2][1] * gap > blocks[-1][0]:
            below, number = blocks.pop()
            start, others = blocks.pop()
            middle = (start * others + (below - others * gap) * number) / (others + number)
            blocks.append([_held(middle, others + number, gap, low, high), others + number])
    placed = [start + gap * number for start, members in blocks for number in range(int(members))]
    found = [0.0] * len(wanted)
    for index, place in zip(order, placed, strict=True):
        found[index] = place
    return found


def _held(start: float, members: float, gap: float, low: float, high: float) -> float:
    return max(low, min(start, high - gap * (members - 1)))
