"""The story that an item was told in, while it is off topic. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

RESTING = sa.text("rested_in IS NOT NULL")


def upgrade() -> None:
    op.add_column("item", sa.Column("rested_in", sa.Integer))
    op.create_index("ix_item_rested", "item", ["rested_in"], sqlite_where=RESTING, postgresql_where=RESTING)
