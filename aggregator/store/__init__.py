"""The store: SQLite or PostgreSQL. Modules by what they are about; values of the model in and out."""

from aggregator.store.db import open_database
from aggregator.store.errors import ConflictError, UnavailableError

__all__ = ["ConflictError", "UnavailableError", "open_database"]
