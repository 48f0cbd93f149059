"""What every table of a TOML file that people edit has in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class StrictTable(BaseModel):
    """A table: it has no other keys than those that are declared, and never changes once it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)
