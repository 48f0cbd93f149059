"""The feeds file that is edited while the program runs: the last good one stays in force."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from aggregator.config.corrections import CORRECTIONS_FILE
from aggregator.config.editors import note_files
from aggregator.config.load import Config, load, taxonomy_files
from aggregator.errors import ConfigError


class LiveConfig:
    """`current` is the last good configuration; `error` says what is wrong with a newer, broken one.

    The file of corrections beside it belongs to it, and so do the taxonomy files that it names, and editors' notes.
    """

    def __init__(self, path: Path) -> None:
        """Raises ConfigError if the file is broken from the start."""
        self.path = path
        self._seen = self._digest()  # first: what is edited while it is read will be noticed
        self.current: Config = load(path)
        self.error: ConfigError | None = None

    def poll(self, verify: Callable[[Config], None] = lambda _: None) -> bool:
        """Looks at the file again; True if `current` or `error` changed. What `verify` raises ConfigError for does not
        come into force.
        """
        digest = self._digest()
        if digest == self._seen:
            return False
        self._seen = digest
        try:
            read = load(self.path)
            verify(read)
            self.current, self.error = read, None
        except ConfigError as error:
            self.error = error
        return True

    def edited(self) -> datetime:
        """When the newest of its files was written."""
        times = [path.stat().st_mtime for path in self._files() if path.exists()]
        return datetime.fromtimestamp(max(times, default=0), UTC)

    def _files(self) -> tuple[Path, ...]:
        return (self.path, self.path.parent / CORRECTIONS_FILE, *taxonomy_files(self.path), *note_files(self.path))

    def _digest(self) -> str:
        # Content, not time: an editor that saves twice within the clock's grain is noticed all the same.
        return " ".join(f"{path.name} {_digest(path)}" for path in self._files())


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        return f"unreadable: {error}"
