"""Digests: what happened in a day or a week, in sections, by a rule that is written down."""

from aggregator.digests.compose import COLUMNS, SECTIONS, compose, cutting_of
from aggregator.digests.period import Period, day_of, parse_period, week_of

__all__ = ["COLUMNS", "SECTIONS", "Period", "compose", "cutting_of", "day_of", "parse_period", "week_of"]
