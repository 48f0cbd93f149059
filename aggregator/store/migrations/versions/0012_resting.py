"""Stories that rest, by the item that spoke for each. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

RESTING = sa.text("reports = 0 AND merged_into IS NULL")


def upgrade() -> None:
    op.create_index("ix_story_resting", "story", ["lead_id"], sqlite_where=RESTING, postgresql_where=RESTING)
