"""TOML files that people edit: where a value stands, and how to say what is wrong with it."""

from aggregator.tomlcheck.lines import Lines, Path, line_at, lines_of
from aggregator.tomlcheck.problems import mistake, problems_of, read_toml, single_problem
from aggregator.tomlcheck.table import StrictTable

__all__ = [
    "Lines",
    "Path",
    "StrictTable",
    "line_at",
    "lines_of",
    "mistake",
    "problems_of",
    "read_toml",
    "single_problem",
]
