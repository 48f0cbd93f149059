"""No process outlives the one that started it."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable

_POLL_SECONDS = 0.5


def when_parent_ends(parent: int, act: Callable[[], object]) -> None:
    """Calls `act` when the process that started this one has ended, however it ended.

    A pipe would not tell: the server's workers are copies of the parent and hold its end of the pipe, too.
    """

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(_POLL_SECONDS)
        act()

    threading.Thread(target=watch, name="orphan", daemon=True).start()
