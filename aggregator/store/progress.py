"""How long-running work reports its progress: to a bar on a terminal, or to nobody."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, of how much


def unseen(what: str, done: int, of: int) -> None:
    """For work that nobody watches."""
