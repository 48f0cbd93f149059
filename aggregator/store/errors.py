"""What a database says when it cannot do its work, as sentences with a remedy; and whether trying again may help."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy.exc import DBAPIError

from aggregator.errors import StoreError


class ConflictError(StoreError):
    """Another process stored the same thing first; read again and decide again."""


class UnavailableError(StoreError):
    """The database cannot be used now: it is locked, or its server is gone or starting. Trying again may help."""


class Diagnosis(NamedTuple):
    """What a message holds (of SQLite), or how a code begins (of PostgreSQL), and what to do about it."""

    sign: str
    remedy: str
    passes: bool = False  #: whether it may pass by itself


_ROOM = "free some room on its disk; what was being stored is tried again later"
_UPGRADE = "run `aggregator db upgrade`"
_SERVER = "look whether its server runs, and at AGGREGATOR_DATABASE_URL"
_SQLITE = (
    Diagnosis("is full", _ROOM),
    Diagnosis("disk I/O error", "look at its disk, which may be full or failing"),
    Diagnosis("is locked", "another program holds it: end that one if it goes on", passes=True),
    Diagnosis("readonly", "let the user that runs the program write the file and its folder"),
    Diagnosis("unable to open", "look at AGGREGATOR_DATABASE_URL, and who may read and write the file and its folder"),
    Diagnosis("no such table", _UPGRADE),
    Diagnosis("malformed", "restore a backup with `aggregator db restore`"),
    Diagnosis("not a database", "look at AGGREGATOR_DATABASE_URL, or restore a backup with `aggregator db restore`"),
)
_POSTGRESQL = (
    Diagnosis("53100", _ROOM),
    Diagnosis("53", "let the server have more connections or memory", passes=True),
    Diagnosis("57P", _SERVER, passes=True),  # it is shutting down, or starting
    Diagnosis("08", _SERVER, passes=True),
    Diagnosis("25006", "the server takes no writes: look whether it is a copy of another one"),
    Diagnosis("28", "look at the name and the password in AGGREGATOR_DATABASE_URL"),
    Diagnosis("3D000", "make the database first, or look at AGGREGATOR_DATABASE_URL"),
    Diagnosis("42501", "let the user in AGGREGATOR_DATABASE_URL use the tables"),
    Diagnosis("42P01", _UPGRADE),
)
_OF_THE_DRIVER = ("OperationalError", "ConnectionTimeout")
_NO_CONNECTION = Diagnosis("", _SERVER, passes=True)
_IN_EACH_OTHERS_WAY = ("40001", "40P01")  # PostgreSQL ended one of two transactions that waited for each other


def in_words(what: str, error: DBAPIError) -> StoreError:
    """The error to raise: `what` could not be done, such as "the database cannot be read"."""
    said = " ".join(str(error.orig).split())
    code = getattr(error.orig, "sqlstate", None)
    if code in _IN_EACH_OTHERS_WAY:
        return ConflictError(said)
    trouble = _trouble(error, said, code)
    if trouble is None:
        return StoreError(f"{what}: {said}")
    kind = UnavailableError if trouble.passes else StoreError
    return kind(f"{what}: {said}; {trouble.remedy}")


def _trouble(error: DBAPIError, said: str, code: str | None) -> Diagnosis | None:
    if hasattr(error.orig, "sqlite_errorcode"):
        return next((trouble for trouble in _SQLITE if trouble.sign in said), None)
    # Without a code, the driver speaks and not the server: the connection was not made, or is lost.
    if error.connection_invalidated or (code is None and type(error.orig).__name__ in _OF_THE_DRIVER):
        return _NO_CONNECTION
    if code is None:
        return None
    return next((trouble for trouble in _POSTGRESQL if code.startswith(trouble.sign)), None)
