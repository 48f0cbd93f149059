"""Files that are there whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from aggregator.errors import StoreError


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A temporary path beside the file: what is written there takes the file's name when all of it is on disk.

    Raises StoreError if the file is there already, or cannot be written.
    """
    _refuse(file)
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        _refuse(file)
        part.rename(file)
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written: {error.strerror or error}; free some room, or name another place"
        ) from error
    finally:
        with suppress(OSError):  # which has been told
            part.unlink(missing_ok=True)


def _refuse(file: Path) -> None:
    if file.exists():
        raise StoreError(f"{file} is there already and is not overwritten; name another file, or remove it first")
