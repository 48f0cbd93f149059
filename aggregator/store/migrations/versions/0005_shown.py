"""Which entries a source's document still shows: an item that would come back is not pruned. Frozen."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

MOMENT = sa.DateTime(timezone=True).with_variant(sa.BigInteger(), "sqlite")  # there microseconds since 1970
SHOWN = sa.text("gone IS NULL")


def upgrade() -> None:
    op.add_column("sighting", sa.Column("gone", MOMENT))
    op.create_index(
        "ix_sighting_shown", "sighting", ["source_id", "entry_id"], sqlite_where=SHOWN, postgresql_where=SHOWN
    )
