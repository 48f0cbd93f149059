"""What can go wrong, as a tree. Every message is a sentence that names the thing and, where there is one, the remedy.

AggregatorError
├── ConfigError        feeds.toml or the taxonomy cannot be used; carries every Problem found
├── QueryError         a filter that cannot be understood; carries the parameter's name
├── ParseError         a document that holds no feed
├── SecretError        a secret that feeds.toml names is not there
└── StoreError         the database cannot be opened, read or written
    ├── DatabaseAddressError   its address is not the address of a supported database
    ├── ConflictError          another process was quicker (store/errors.py)
    └── UnavailableError       the database is away for a moment (store/errors.py)

A fetch that fails is no exception: it is a Failure (see model), a value that is recorded like any other outcome.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

# A quoted value with what addresses have, and a whole table or list.
_VALUE = re.compile(
    r"""'(?:[^'\\]|\\.)*[@/:](?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*[@/:](?:[^"\\]|\\.)*"|^[\[{].*[\]}](?= )""", re.DOTALL
)


class AggregatorError(Exception):
    """Base of all errors that a user can do something about."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file that people edit: where it is, what is wrong, what to write instead."""

    file: str
    line: int
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}; {self.remedy}"

    def in_public(self) -> str:
        """The same for strangers to read. A value that may be an address, and hold a password, is left out; a remedy
        may repeat it.
        """
        said = _VALUE.sub("…", self.what)
        return f"{self.file}:{self.line}: {said}; {'see the log' if said != self.what else self.remedy}"


class ConfigError(AggregatorError):
    """A file that people edit has mistakes; `problems` lists all of them.

    `rest` is the configuration without the tables at fault, if any is left, so that more problems can be reported.
    """

    def __init__(self, problems: tuple[Problem, ...], rest: Any = None) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
        self.rest = rest

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)  # it comes from child processes, too


class QueryError(AggregatorError):
    """A filter cannot be understood; `parameter` names the one at fault."""

    def __init__(self, parameter: str, reason: str) -> None:
        super().__init__(f"{parameter}: {reason}")
        self.parameter = parameter
        self.reason = reason

    def __reduce__(self) -> tuple[type[QueryError], tuple[str, str]]:
        return type(self), (self.parameter, self.reason)


class ParseError(AggregatorError):
    """A document that its parser cannot read as a list of entries."""


class SecretError(AggregatorError):
    """A secret is not where feeds.toml says; `what` and `remedy` say it without the secret."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}; {remedy}")
        self.what = what
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[SecretError], tuple[str, str]]:
        return type(self), (self.what, self.remedy)


class StoreError(AggregatorError):
    """The database cannot be opened, read or written."""


class DatabaseAddressError(StoreError):
    """What AGGREGATOR_DATABASE_URL says is not the address of a supported database."""
