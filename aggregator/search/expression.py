"""What a search looks for, in terms of text/terms: the store turns it into its engine's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from aggregator.text.terms import Phrase, goes_on

Clause = tuple[Phrase, ...]  #: alternatives


@dataclass(frozen=True, slots=True)
class Expression:
    """An item is found if it holds a phrase of every clause, and none of those that are unwanted.

    One without any phrase finds nothing; one with unwanted phrases only finds everything else.
    """

    clauses: tuple[Clause, ...] = ()
    unwanted: Clause = ()

    def __bool__(self) -> bool:
        return bool(self.clauses or self.unwanted)

    def wanted(self) -> frozenset[Phrase]:
        return frozenset(phrase for clause in self.clauses for phrase in clause)

    def fits(self, terms: Sequence[str]) -> bool:
        """Whether a text with these terms, in their order, is found."""
        written = f" {' '.join(terms)} "

        def stands(phrase: Phrase) -> bool:
            return f" {' '.join(phrase)}{'' if goes_on(phrase) else ' '}" in written

        wanted = all(any(map(stands, clause)) for clause in self.clauses)
        return bool(self) and wanted and not any(map(stands, self.unwanted))
