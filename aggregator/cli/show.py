"""What commands share in showing things on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.table import Table

_UNFOLDED = 10_000  # columns: a pipe has no width of its own, and a folded line is of no use to grep


class _Console(Console):
    """As rich has it, but that a reader who has seen enough is no mistake: what calls the commands ends them."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


console = _Console(width=None if sys.stdout and sys.stdout.isatty() else _UNFOLDED, emoji=False)
stderr = Console(stderr=True, emoji=False)
_STATUS = {"ok": "green", "not_modified": "green", "error": "red", "gone": "red", "disabled": "dim", "never": "dim"}


def table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    """An open table; `numbers` are the columns to be aligned at the right."""
    made = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    return made


@contextmanager
def bars() -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars, one for each task; it is called with the task's name, the amount done and the total."""
    if not stderr.is_terminal:
        yield lambda *_: None
        return
    from rich.progress import MofNCompleteColumn, Progress  # which nobody needs who sees no bars

    tasks: dict[str, Any] = {}
    with Progress(*Progress.get_default_columns(), MofNCompleteColumn(), console=stderr, transient=True) as progress:

        def tell(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=of)
            progress.update(tasks[what], completed=done, total=of)

        yield tell


def status(value: str) -> str:
    """A status in its colour."""
    return f"[{_STATUS.get(value, 'yellow')}]{value}[/]"


def json_line(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))
