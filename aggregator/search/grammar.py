"""How a search is read: words add up, neighbours of OR are alternatives, - excludes, name:value is a filter.

    company:baidu chips OR 芯片 "export controls" -gaming

OR binds tighter than what stands side by side: `a b OR c` asks for a, and for b or c.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

from aggregator.model.saying import Listing, Saying, listed, say, to_say
from aggregator.search.expression import Clause, Expression
from aggregator.search.units import Filter, Join, Unit, at, phrases, units, written

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Words:
    """The words and phrases of a search, each in one form: clauses of alternatives, and what is unwanted."""

    clauses: tuple[tuple[str, ...], ...] = ()
    unwanted: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The same search in one form, whatever signs and spaces it was typed with."""
        return " ".join([*map(" OR ".join, self.clauses), *(f"-{text}" for text in self.unwanted)])

    def sentence(self) -> Saying:
        """that mention “AI” and (“chips” or “芯片”) but not “gaming”"""
        sides = [_or(clause) if len(clause) == 1 or len(self.clauses) == 1 else say("(%(words)s)", words=_or(clause))
                 for clause in self.clauses]  # fmt: skip
        if not sides:
            return say("that do not mention %(unwanted)s", unwanted=_or(self.unwanted))
        wanted = listed(" and ", sides)
        if not self.unwanted:
            return say("that mention %(words)s", words=wanted)
        return say("that mention %(words)s but not %(unwanted)s", words=wanted, unwanted=_or(self.unwanted))

    def expression(self) -> Expression:
        return Expression(tuple(map(_alternatives, self.clauses)), _alternatives(self.unwanted))


class Search(NamedTuple):
    """A search that was read: what is looked for in texts, and what is asked of fields."""

    words: Words = Words()
    filters: tuple[Filter, ...] = ()


def read(text: str, fields: Collection[str] = ()) -> Search:
    """Reads a search. Raises QueryError, with the column and a remedy, for one that cannot be understood.

    What names none of the `fields` is text, unless it nearly names one.
    """
    clauses: list[tuple[str, ...]] = []
    unwanted: list[str] = []
    filters: list[Filter] = []
    for group in _groups(_without_and(list(units(text, fields)))):
        if group[0].filters:
            filters += [said for unit in group for said in unit.filters]
        elif group[0].excluded:
            unwanted += [unit.text for unit in group]
        else:
            clauses.append(_unlike((unit.text for unit in group), phrases))
    words = Words(_unlike(clauses, lambda clause: frozenset(_alternatives(clause))), _unlike(unwanted, phrases))
    return Search(words, tuple(filters))


@lru_cache(maxsize=64)  # a page asks for every title and excerpt on it
def expression(q: str) -> Expression:
    """What the words of a search look for, its filters taken out before. Raises QueryError as `read` does."""
    return read(q).words.expression()


def _without_and(said: Sequence[Unit | Join]) -> Iterator[Unit | Join]:
    """AND says what is so without it; at either end it joins nothing and is a word like others."""
    for number, unit in enumerate(said):
        if isinstance(unit, Unit) or unit.text == "OR":
            yield unit
        elif number in (0, len(said) - 1):
            yield Unit(unit.column, written(unit.text, quoted=True), excluded=False)


def _groups(said: Iterable[Unit | Join]) -> Iterator[list[Unit]]:
    """Units that are joined by OR, together."""
    group: list[Unit] = []
    join: Join | None = None
    for unit in said:
        if isinstance(unit, Join):
            if join or not group:
                raise _nothing_to_join(unit)
            join = unit
        elif join:
            group.append(_joined(group[-1], unit, join))
            join = None
        else:
            yield from [group] if group else []
            group = [unit]
    if join:
        raise _nothing_to_join(join)
    yield from [group] if group else []


def _nothing_to_join(join: Join) -> Exception:
    return at(join.column, say('OR needs a word on both sides; in quotes, "OR" is a word itself'))


def _joined(before: Unit, unit: Unit, join: Join) -> Unit:
    """The unit, if it can be an alternative to the one before."""
    if before.excluded or unit.excluded:
        raise at(join.column, say("OR cannot join what is excluded; without OR, -one -other leaves out both"))
    if {said.field for said in before.filters} != {said.field for said in unit.filters}:
        name, value = next((said.field, said.value) for said in (*before.filters, *unit.filters))
        message = to_say("OR joins words, or filters of one field; write for example %(example)s")
        raise at(join.column, say(message, example=f"{name}:{value},other"))
    return unit


def _alternatives(texts: Iterable[str]) -> Clause:
    return tuple(dict.fromkeys(phrase for text in texts for phrase in phrases(text)))


def _or(texts: Iterable[str]) -> Listing:
    return listed(" or ", ("“{}”".format(text.strip('"')) for text in texts))


def _unlike(things: Iterable[_T], key: Callable[[_T], Hashable]) -> tuple[_T, ...]:
    """The first of those that have the same key."""
    firsts: dict[Hashable, _T] = {}
    for thing in things:
        firsts.setdefault(key(thing), thing)
    return tuple(firsts.values())
