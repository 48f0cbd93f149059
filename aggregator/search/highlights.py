"""Where a text holds what a search looks for, so that pages can mark it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from aggregator.search.expression import Expression
from aggregator.text.terms import Phrase, TermPlace, goes_on, places

Span = tuple[int, int]


def highlights(text: str, said: Expression) -> tuple[Span, ...]:
    """The spans of a text that the wanted phrases match, in order; spans that meet are one.

    Pairs of Han characters overlap, and so do phrases that share words: nothing is marked twice.
    """
    return tuple(_merged(_found(places(text), said.wanted())))


def _found(stand: Sequence[TermPlace], wanted: Iterable[Phrase]) -> Iterator[Span]:
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for number, place in enumerate(stand):
        for term in {place.term, place.term[0]}:
            numbers[term].append(number)
    for phrase in wanted:
        *before, last = phrase
        for number in numbers.get(phrase[0], ()):
            run = stand[number : number + len(phrase)]
            terms = [place.term for place in run]
            if terms == list(phrase):
                yield run[0].start, run[-1].end
            elif goes_on(phrase) and terms[:-1] == before and terms[-1].startswith(last):
                yield run[0].start, run[-1].start + 1


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    current: Span | None = None
    for start, end in sorted(spans):
        if current and start <= current[1]:
            current = current[0], max(current[1], end)
        else:
            yield from [current] if current else []
            current = start, end
    yield from [current] if current else []
