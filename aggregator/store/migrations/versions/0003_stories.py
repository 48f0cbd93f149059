"""Stories: items that tell of one event. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970
UNGROUPED = sa.text("story_id IS NULL AND tier <> 'off'")


def upgrade() -> None:
    op.create_table(
        "story",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("lead_id", sa.Integer, nullable=False),
        sa.Column("reports", sa.Integer, nullable=False),
        sa.Column("independent", sa.Integer, nullable=False),
        sa.Column("first", MOMENT, nullable=False),
        sa.Column("last", MOMENT, nullable=False),
        sa.Column("changed", MOMENT, nullable=False),
        sa.Column("merged_into", sa.Integer, sa.ForeignKey("story.id")),
    )
    op.create_index("ix_story_last", "story", ["last"])
    # By hand, for Alembic cannot add a column with a foreign key to SQLite.
    op.execute("ALTER TABLE item ADD COLUMN story_id INTEGER REFERENCES story (id)")
    op.add_column("item", sa.Column("story_reason", sa.Text, nullable=False, server_default=""))
    op.add_column("item", sa.Column("copy_of", sa.Integer))
    op.add_column("item", sa.Column("likeness", sa.Float, nullable=False, server_default="0"))
    op.create_index("ix_item_story", "item", ["story_id"])
    op.create_index("ix_item_ungrouped", "item", ["dated", "id"], sqlite_where=UNGROUPED, postgresql_where=UNGROUPED)
