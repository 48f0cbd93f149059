"""The search language: what people type, what is then looked for, and where it stands in a text. Pure."""

from aggregator.search.expression import Clause, Expression
from aggregator.search.grammar import Search, expression, read
from aggregator.search.highlights import highlights
from aggregator.search.relevance import relevance
from aggregator.search.units import Filter, at

__all__ = ["Clause", "Expression", "Filter", "Search", "at", "expression", "highlights", "read", "relevance"]
