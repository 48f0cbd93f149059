"""The days that items name: until when a rule may be commented on, and when it takes effect. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

INDEXES = {"comments_close_on": "ix_item_comments", "effective_on": "ix_item_effective"}


def upgrade() -> None:
    for column, index in INDEXES.items():
        op.add_column("item", sa.Column(column, sa.Date))
        named = sa.text(f"{column} IS NOT NULL")
        op.create_index(index, "item", [column], sqlite_where=named, postgresql_where=named)
