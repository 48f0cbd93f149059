"""Calling commands as the shell does, without a process of their own."""

from __future__ import annotations

import json
import sys
from typing import Any, NamedTuple
from unittest.mock import patch

from click.testing import CliRunner

from aggregator.cli import main


class Outcome(NamedTuple):
    """What a command printed, and the code that it ended with."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def records(self) -> list[dict[str, Any]]:
        """The objects of output that has one a line."""
        return [json.loads(line) for line in self.lines]


def run(*arguments: object, stdin: str | bytes = "") -> Outcome:
    """Runs `aggregator ARGUMENTS` with the files that the environment names."""
    words = ["aggregator", *map(str, arguments)]
    with CliRunner().isolation(stdin) as (out, err, _), patch.object(sys, "argv", words):
        try:
            main()
            code: Any = 0
        except SystemExit as end:
            code = end.code or 0
    return Outcome(code, out.getvalue().decode(), err.getvalue().decode())
