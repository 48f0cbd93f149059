"""A column that holds a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column
from sqlmodel import Field

from aggregator.store.types import UtcDateTime


def moment(*, nullable: bool = True) -> Any:
    return Field(default=None, sa_column=Column(UtcDateTime, nullable=nullable))
