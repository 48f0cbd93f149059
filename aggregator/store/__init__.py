"""The store: SQLite or PostgreSQL. Modules by what they are about; values of the model in and out."""

from aggregator.store.db import ConflictError, open_database

__all__ = ["ConflictError", "open_database"]
