"""How a search is read: words add up, neighbours of OR are alternatives, - excludes, name:value is a filter.

    company:baidu chips OR 芯片 "export controls" -gaming

OR binds tighter than what stands side by side: `a b OR c` asks for a, and for b or c. Brackets hold together what they
hold: `(a b) OR c`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from aggregator.model.saying import say, to_say
from aggregator.search.expression import Expression
from aggregator.search.tree import Node, Words, clauses_of, either, texts_of, words_of
from aggregator.search.units import Bracket, Cut, Filter, Join, Unit, at, units, written

_MOST = 64  # clauses that brackets are multiplied out to


class Search(NamedTuple):
    """A search that was read: what is looked for in texts, and what is asked of fields."""

    words: Words = Words()
    filters: tuple[Filter, ...] = ()


class _Part(NamedTuple):
    """A part of a search."""

    wanted: tuple[Node, ...] = ()
    unwanted: tuple[str, ...] = ()
    filters: tuple[Filter, ...] = ()

    @classmethod
    def of(cls, unit: Unit) -> _Part:
        if unit.filters:
            return cls(filters=unit.filters)
        return cls(unwanted=(unit.text,)) if unit.excluded else cls((unit.text,))

    @property
    def leaves_out(self) -> bool:
        return bool(self.unwanted) or any(said.value.startswith("-") for said in self.filters)


def read(text: str, fields: Collection[str] = ()) -> Search:
    """Reads a search. Raises QueryError, with the column and a remedy, for one that cannot be understood.

    What names none of the `fields` is text, unless it nearly names one. Brackets without a match mean nothing.
    """
    open_: list[tuple[Bracket, list[_Part | Join]]] = []
    parts: list[_Part | Join] = []
    for unit in _matched(_without_and(list(units(text, fields)))):
        if isinstance(unit, Bracket) and unit.opens:
            open_.append((unit, parts))
            parts = []
        elif isinstance(unit, Bracket):
            held = _sum(parts)
            bracket, parts = open_.pop()
            parts += [_left_out(held, bracket) if bracket.excluded else held] if held != _Part() else []
        else:
            parts.append(_Part.of(unit) if isinstance(unit, Unit) else unit)
    said = _sum(parts)
    return Search(words_of(said.wanted, said.unwanted), said.filters)


@lru_cache(maxsize=64)  # a page asks for every title and excerpt on it
def expression(q: str) -> Expression:
    """What the words of a search look for, its filters taken out before. Raises QueryError as `read` does."""
    return read(q).words.expression()


def _without_and(said: Sequence[Cut]) -> Iterator[Cut]:
    """AND says what is so without it; at either end it joins nothing and is a word like others."""
    for number, unit in enumerate(said):
        if not isinstance(unit, Join) or unit.text == "OR":
            yield unit
        elif number in (0, len(said) - 1):
            yield Unit(unit.column, written(unit.text, quoted=True), excluded=False)


def _matched(said: Iterable[Cut]) -> list[Cut]:
    """The same without brackets that nothing closes, as in a title that was cut. What they leave out must be closed."""
    kept: list[Cut] = []
    open_: list[int] = []
    for unit in said:
        if isinstance(unit, Bracket) and unit.opens:
            open_.append(len(kept))
        elif isinstance(unit, Bracket):
            open_.pop()
        kept.append(unit)
    for place in open_:
        if isinstance(unit := kept[place], Bracket) and unit.excluded:
            raise at(unit.column, say("the bracket is not closed; write a ) behind what is to be left out"))
    return [unit for place, unit in enumerate(kept) if place not in open_]


def _sum(parts: Iterable[_Part | Join]) -> _Part:
    """Parts side by side, of which all are asked for; those that are joined by OR are one."""
    sums: list[_Part] = []
    join: Join | None = None
    for part in parts:
        if isinstance(part, Join):
            if join or not sums:
                raise _nothing_to_join(part)
            join = part
        elif join:
            sums[-1] = _either(sums[-1], part, join)
            join = None
        else:
            sums.append(part)
    if join:
        raise _nothing_to_join(join)
    return _Part(*(tuple(chain.from_iterable(said)) for said in zip(*sums, strict=True)))


def _nothing_to_join(join: Join) -> Exception:
    return at(join.column, say('OR needs a word on both sides; in quotes, "OR" is a word itself'))


def _either(before: _Part, after: _Part, join: Join) -> _Part:
    """Two parts that are alternatives to each other."""
    if before.leaves_out or after.leaves_out:
        raise at(join.column, say("OR cannot join what is excluded; without OR, -one -other leaves out both"))
    if filters := before.filters + after.filters:
        if before.wanted or after.wanted or len({said.field for said in filters}) > 1:
            message = to_say("OR joins words, or filters of one field; write for example %(example)s")
            raise at(join.column, say(message, example=f"{filters[0].field}:{filters[0].value},other"))
        return _Part(filters=filters)
    if len(clauses_of(before.wanted)) * len(clauses_of(after.wanted)) > _MOST:
        raise at(join.column, say("these are too many alternatives; write fewer words in brackets"))
    return _Part((either(before.wanted, after.wanted),))


def _left_out(held: _Part, bracket: Bracket) -> _Part:
    """What brackets hold, excluded: not one and not the other."""
    if not held.filters and not held.unwanted and (texts := texts_of(held.wanted)):
        return _Part(unwanted=texts)
    if not held.wanted and not held.leaves_out and len({said.field for said in held.filters}) == 1:
        return _Part(filters=tuple(said._replace(value=f"-{said.value}") for said in held.filters))
    raise at(bracket.column, say("- leaves out alternatives, as in -(one OR other); without brackets, -one -other"))
